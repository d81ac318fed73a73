import type { ItemPart } from "../../domain/decontaminate.ts";
import type { RowTexts } from "./row-texts.ts";

/** A row and an item with common text; offsets refer to the joined texts of the row. */
export type Match = {
  benchmark: number;
  item: number;
  part: ItemPart;
  method: string;
  score: number;
  start: number;
  end: number;
};

/** Finds the items that a row contains, by its texts or by another of its fields. */
export type Matcher = (row: RowTexts, fields: Readonly<Record<string, unknown>>) => Match[];

/** The best match of each item, in the order of benchmarks and items. */
export function bestByItem(matches: readonly Match[]): Match[] {
  const best = new Map<string, Match>();
  for (const match of matches) {
    const key = `${match.benchmark}:${match.item}`;
    const known = best.get(key);
    if (known === undefined || match.score > known.score) best.set(key, match);
  }
  return [...best.values()].toSorted((a, b) => a.benchmark - b.benchmark || a.item - b.item);
}
