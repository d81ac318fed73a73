import type { Programme } from "../../domain/programme.ts";

/**
 * Monthly spend that a programme states and replaces, US dollars: its API spend times the replaced share, plus labour;
 * 0 if unstated.
 */
export function statedSaving({ apiUsdPerMonth, laborUsdPerMonth, shareReplaced }: Programme["today"]): number {
  return Number(apiUsdPerMonth ?? 0) * shareReplaced + Number(laborUsdPerMonth ?? 0);
}
