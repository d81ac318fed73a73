import type { Programme } from "../../domain/programme.ts";

/** US dollars a month that a programme says it replaces: its API spend by the share replaced, and labour; 0 if unstated. */
export function statedSaving({ apiUsdPerMonth, laborUsdPerMonth, shareReplaced }: Programme["today"]): number {
  return Number(apiUsdPerMonth ?? 0) * shareReplaced + Number(laborUsdPerMonth ?? 0);
}
