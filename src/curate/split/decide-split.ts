import { counted } from "../../base/words.ts";
import type { SplitFinding, SplitOptions, SplitPart, SplitResult } from "../../domain/split.ts";
import { nearestFinding, nearestPairs } from "./nearest-pairs.ts";
import { NO_TIME, PARTS, placeGroups, stratumOf, timeOf } from "./place-groups.ts";
import { rowGroups } from "./row-groups.ts";
import { splitLeaks } from "./split-leaks.ts";
import { AT, HASH_BYTES, NO_STRATUM, type SplitRows } from "./split-summary.ts";

/** Part of each row, and the findings. */
export type SplitDecision = {
  /** For each row, the number of its part, or of the reason why it has none. */
  parts: Uint8Array;
  counts: Record<SplitPart, { rows: number; groups: number; firstTime: string | null; lastTime: string | null }>;
} & Pick<SplitResult, "groups" | "largestGroup" | "strata" | "nearest" | "findings">;

/** Maximum reported values of the stratification field. */
const STRATA = 200;

/** Decides a split over the rows of all shards. Pure: the result does not depend on the shards. */
export function decideSplit(
  rows: SplitRows,
  options: SplitOptions,
  kept?: (high: number, low: number) => number | undefined,
): SplitDecision {
  const groups = rowGroups(rows, options.nearDuplicates);
  const keptPart = kept === undefined ? undefined : keptOf(rows, kept);
  const { parts, askedRows } = placeGroups({ rows, groups, options, keptPart });
  const counts = partCounts(rows, { parts, groupOf: groups.of, isTimed: options.timeField !== undefined });
  const strata = options.stratifyBy === undefined ? [] : strataCounts(rows, parts);
  let largestGroup = 0;
  for (let group = 0; group < groups.count; group++) {
    largestGroup = Math.max(largestGroup, groups.first[group + 1]! - groups.first[group]!);
  }
  const nearest = nearestPairs(rows, parts);
  const findings = [
    ...splitLeaks(rows, parts),
    ...nearestFinding(nearest),
    ...missedSizes(counts, { askedRows, options, largestGroup }),
    ...missingStrata(strata, counts),
    ...withoutField(rows, options),
  ];
  return { parts, counts, groups: groups.count, largestGroup, strata: strata.slice(0, STRATA), nearest, findings };
}

function keptOf(
  rows: SplitRows,
  kept: (high: number, low: number) => number | undefined,
): (row: number) => number | undefined {
  return (row) => {
    const index = row * rows.width + AT.content;
    return kept(rows.records.getUint32(index), rows.records.getUint32(index + 4));
  };
}

function partCounts(
  rows: SplitRows,
  { parts, groupOf, isTimed }: { parts: Uint8Array; groupOf: Uint32Array; isTimed: boolean },
): SplitDecision["counts"] {
  const entries = PARTS.map((part, number) => {
    const groups = new Set<number>();
    let [count, first, last] = [0, Infinity, -Infinity];
    for (let row = 0; row < rows.count; row++) {
      if (parts[row] !== number) continue;
      count += 1;
      groups.add(groupOf[row]!);
      const time = timeOf(rows, row);
      if (time < first) first = time;
      if (time > last) last = time;
    }
    const iso = (time: number): string | null => (isTimed && count > 0 ? new Date(time).toISOString() : null);
    return [part, { rows: count, groups: groups.size, firstTime: iso(first), lastTime: iso(last) }] as const;
  });
  return Object.fromEntries(entries) as SplitDecision["counts"];
}

function strataCounts(rows: SplitRows, parts: Uint8Array): SplitResult["strata"] {
  const counts = new Map<string, [train: number, validation: number, test: number]>();
  for (let row = 0; row < rows.count; row++) {
    if (parts[row]! >= NO_TIME) continue;
    const stratum = stratumOf(rows, row);
    const count = counts.get(stratum) ?? [0, 0, 0];
    count[parts[row]!]! += 1;
    counts.set(stratum, count);
  }
  return [...counts]
    .map(([hash, [train, validation, test]]) => ({ value: rows.values.get(hash)!, train, validation, test }))
    .toSorted((a, b) => sum(b) - sum(a) || (a.value < b.value ? -1 : 1));
}

function sum({ train, validation, test }: { train: number; validation: number; test: number }): number {
  return train + validation + test;
}

/** Parts with a different number of rows than requested, with the reason. */
function missedSizes(
  counts: SplitDecision["counts"],
  {
    askedRows,
    options,
    largestGroup,
  }: { askedRows: { validation: number; test: number }; options: SplitOptions; largestGroup: number },
): SplitFinding[] {
  return (["test", "validation"] as const).flatMap((part): SplitFinding[] => {
    const asked = Number.isInteger(Number(options[part])) ? Number(options[part]) : askedRows[part];
    const { rows } = counts[part];
    if (rows === asked) return [];
    const isShare = String(options[part]).endsWith("%");
    const why =
      isShare && options.stratifyBy === undefined && options.timeField === undefined
        ? "a hash assigns each group, so a share holds only on average"
        : largestGroup > 1
          ? `groups of up to ${counted(largestGroup, "row")} are not divided`
          : "no more rows are available, or they belong to an earlier split";
    return [
      {
        kind: "size-missed",
        count: Math.abs(rows - asked),
        detail: `${part} has ${counted(rows, "row")} instead of ${asked}: ${why}`,
      },
    ];
  });
}

function missingStrata(strata: SplitResult["strata"], counts: SplitDecision["counts"]): SplitFinding[] {
  return PARTS.flatMap((part): SplitFinding[] => {
    const missing = strata.filter((entry) => entry[part] === 0);
    if (counts[part].rows === 0 || missing.length === 0) return [];
    const names = missing.slice(0, 5).map(({ value }) => JSON.stringify(value));
    const detail = `${part} has no row of ${names.join(", ")}${missing.length > 5 ? " and more" : ""}`;
    return [{ kind: "stratum-missing", count: missing.length, detail }];
  });
}

function withoutField(rows: SplitRows, options: SplitOptions): SplitFinding[] {
  const groups = options.groupBy.flatMap((name, field): SplitFinding[] => {
    const count = rowsWithout(rows, AT.groups + field * HASH_BYTES);
    const detail = `rows without ${JSON.stringify(name)}: each forms its own group`;
    return count === 0 ? [] : [{ kind: "no-group", count, detail }];
  });
  let count = 0;
  for (let row = 0; rows.values.has(NO_STRATUM) && row < rows.count; row++) {
    if (stratumOf(rows, row) === NO_STRATUM) count += 1;
  }
  const detail = `rows without ${JSON.stringify(options.stratifyBy)}: they form their own value`;
  return count === 0 ? groups : [...groups, { kind: "no-label", count, detail }];
}

function rowsWithout(rows: SplitRows, index: number): number {
  let count = 0;
  for (let row = 0; row < rows.count; row++) if (rows.records.getBigUint64(row * rows.width + index) === 0n) count += 1;
  return count;
}
