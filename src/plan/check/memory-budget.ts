import type { RowText } from "./row-text.ts";

/** Share of activations, from 0 to 1, that a compiler may keep, if a row states it; otherwise undefined. */
export function memoryBudgetOf(text: RowText): number | undefined {
  const share = /\bmemory[- _]budget\b[^;]*?[ =](1(?:\.0+)?|0(?:\.\d+)?)(?![\d.])/i.exec(text("extra_facts"))?.[1];
  return share === undefined ? undefined : Number(share);
}
