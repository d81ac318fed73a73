import type { SplitFinding, SplitPair } from "../../domain/split.ts";
import { lshShape } from "../kernels/lsh-shape.ts";
import { bandKey, BINS, eachRun, hasValues, sharedValues } from "./near-rows.ts";
import { NO_TIME, PARTS } from "./place-groups.ts";
import { nameOfRow, type SplitRows } from "./split-summary.ts";

/** Minimum similarity of a reported pair. */
const FROM = 0.5;

/** Maximum pairs shown. */
const SHOWN = 5;

/** Maximum number of training rows that a row is compared with in one band. */
const COMPARED = 512;

/** Held-out rows with a similar training row, and the most similar pairs. */
export type NearestPairs = { rows: number; pairs: SplitPair[] };

/**
 * Finds the most similar training row of each other row, by their sketches. A similarity from 64 values has a standard
 * error of .06. A pair at .5 is found in 95 of 100 cases, a pair at .65 nearly always.
 */
export function nearestPairs(rows: SplitRows, parts: Uint8Array): NearestPairs {
  const { count, records, width, groupsEnd } = rows;
  const sketches = { count, records, width, at: groupsEnd };
  const compared = Array.from({ length: count }, (_, row) => row).filter(
    (row) => parts[row]! < NO_TIME && hasValues(sketches, row),
  );
  const [best, other] = [new Uint8Array(count), new Uint32Array(count)];
  const shape = lshShape(FROM, { bins: BINS, recall: 0.95 });
  const entries = new BigUint64Array(compared.length);
  const halves = new Uint32Array(entries.buffer);
  for (let band = 0; band < shape.bands; band++) {
    for (const [index, row] of compared.entries()) {
      halves[2 * index] = row;
      halves[2 * index + 1] = bandKey(sketches, row, { first: band * shape.rows, values: shape.rows });
    }
    entries.sort();
    eachRun(halves, (from, to) => {
      const members = Array.from({ length: to - from }, (_, index) => halves[2 * (from + index)]!);
      const trained = members.filter((row) => parts[row] === 0).slice(0, COMPARED);
      for (const row of members) {
        if (parts[row] === 0) continue;
        for (const value of trained) {
          const shared = sharedValues(sketches, row, value);
          if (shared > best[row]!) [best[row], other[row]] = [shared, value];
        }
      }
    });
  }
  const alike = compared.filter((row) => best[row]! >= FROM * BINS);
  const pairs = alike
    .toSorted((a, b) => best[b]! - best[a]! || a - b)
    .slice(0, SHOWN)
    .map((row) => ({
      part: PARTS[parts[row]!]!,
      row: row + 1,
      place: nameOfRow(rows, row),
      trainRow: other[row]! + 1,
      trainPlace: nameOfRow(rows, other[row]!),
      similarity: Math.round((100 * best[row]!) / BINS) / 100,
    }));
  return { rows: alike.length, pairs };
}

/** Findings on the pairs. */
export function nearestFinding({ rows, pairs }: NearestPairs): SplitFinding[] {
  if (rows === 0) return [];
  const shown = pairs.map(
    ({ part, place, trainPlace, similarity }) => `${place} (${part}) and ${trainPlace} (train), about ${similarity}`,
  );
  const detail = `held-out rows with a similarity of about ${FROM} or more to a training row: ${shown.join("; ")}`;
  return [{ kind: "near-pair", count: rows, detail }];
}
