import { existsSync, readFileSync } from "node:fs";

import { describe } from "vitest";

/** Published evaluation data, which is not part of the repository. */
const DATA = new URL("../../../shared/data/eval/", import.meta.url);

/** Tests on published data: skipped where it is not there, with what is missing in the name. */
export const describeShared = existsSync(DATA) ? describe : describe.skip;

/** A file of the data as text. */
export function sharedText(path: string): string {
  return readFileSync(new URL(path, DATA), "utf8");
}

/** Rows of a JSONL file of the data. */
export function sharedRows<Row>(path: string): Row[] {
  return sharedText(path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

/** Figures that were computed elsewhere, by numpy and scipy. */
export function expectedReal(): Record<string, unknown> {
  return JSON.parse(sharedText("expected_real.json")) as Record<string, unknown>;
}
