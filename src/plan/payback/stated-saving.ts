import type { Programme } from "../../domain/programme.ts";

/**
 * US dollars per month that a programme states it replaces: its API spend times the share replaced, and labour; 0 if
 * unstated.
 */
export function statedSaving({ apiUsdPerMonth, laborUsdPerMonth, shareReplaced }: Programme["today"]): number {
  return Number(apiUsdPerMonth ?? 0) * shareReplaced + Number(laborUsdPerMonth ?? 0);
}
