import { createHash } from "node:crypto";

import type { SplitOptions, SplitSize } from "../../domain/split.ts";
import type { RowGroups } from "./row-groups.ts";
import { AT, type SplitRows } from "./split-summary.ts";

/** Parts as numbers in a decision: one per row. */
export const PARTS = ["train", "validation", "test"] as const;

/** Number of a row without a time, the first of those without a part. */
export const NO_TIME = 3;

/** Number of a new row that would join two parts of an earlier split. */
export const JOINS_PARTS = 4;

const [TRAIN, VALIDATION, TEST] = [0, 1, 2];
const UNPLACED = 255;

/** Part of each row, and the requested numbers of rows for test and validation. */
export type Placing = { parts: Uint8Array; askedRows: { validation: number; test: number } };

/** Input for the assignment of groups. */
export type PlaceInput = {
  rows: SplitRows;
  groups: RowGroups;
  options: SplitOptions;
  /** Part of a row in the earlier split, by its index among the rows; undefined for a new row. */
  keptPart?: ((row: number) => number | undefined) | undefined;
};

/**
 * Assigns every group to one part.
 * The order of the groups depends only on the seed and their keys: it is that of the SHA-256 of both. Then:
 *
 * - a share without strata and times is a threshold: the hash of a group determines its part, so that a group keeps its
 *   part when rows are added. The size of the part is close to the share, but not exact;
 * - a count, or strata, are filled in that order, and groups that do not fit are skipped: the count is met if the
 *   groups allow it. Added rows may then move the boundary; `keptPart` contains the parts of an earlier split;
 * - times: the newest groups come first and none is skipped; a group is as new as its newest row. Rows without a time
 *   are omitted.
 */
export function placeGroups({ rows, groups, options, keptPart }: PlaceInput): Placing {
  const parts = new Uint8Array(rows.count);
  const placed = new Uint8Array(groups.count).fill(UNPLACED);
  const isTimed = options.timeField !== undefined;
  if (isTimed) {
    for (let row = 0; row < rows.count; row++) if (Number.isNaN(timeOf(rows, row))) parts[row] = NO_TIME;
  }
  if (keptPart !== undefined) keepPlaced({ rows, groups, keptPart, parts, placed });
  const total = parts.reduce((sum, part) => sum + (part >= NO_TIME ? 0 : 1), 0);
  const askedRows = { validation: sizeOf(options.validation, total), test: sizeOf(options.test, total) };
  const positions = groupPositions(groups, options.seed);
  const isShare = [options.test, options.validation].every((size) => shareOf(size) !== undefined || Number(size) === 0);
  if (isShare && options.stratifyBy === undefined && !isTimed) {
    const test = shareOf(options.test) ?? 0;
    const end = test + (shareOf(options.validation) ?? 0);
    for (let group = 0; group < groups.count; group++) {
      if (placed[group] !== UNPLACED) continue;
      placed[group] = positions[group]! < test ? TEST : positions[group]! < end ? VALIDATION : TRAIN;
    }
  } else {
    const order = inOrder({ rows, groups, positions, isTimed });
    const fill = { rows, groups, parts, placed, order, maySkip: !isTimed };
    fillPart({ ...fill, part: TEST, size: askedRows.test, total });
    fillPart({ ...fill, part: VALIDATION, size: askedRows.validation, total });
  }
  for (let row = 0; row < rows.count; row++) {
    const part = placed[groups.of[row]!]!;
    if (parts[row]! < NO_TIME && keptPart?.(row) === undefined) parts[row] = part === UNPLACED ? TRAIN : part;
  }
  return { parts, askedRows };
}

/** Rows of an earlier split keep their parts; a new row gets the part of its group, or none if the group has two. */
function keepPlaced({
  rows,
  groups,
  keptPart,
  parts,
  placed,
}: Required<Pick<PlaceInput, "rows" | "groups">> & {
  keptPart: (row: number) => number | undefined;
  parts: Uint8Array;
  placed: Uint8Array;
}): void {
  const isTorn = new Uint8Array(groups.count);
  for (let row = 0; row < rows.count; row++) {
    const [part, group] = [keptPart(row), groups.of[row]!];
    if (part === undefined) continue;
    parts[row] = part;
    if (placed[group] !== UNPLACED && placed[group] !== part) isTorn[group] = 1;
    placed[group] = part;
  }
  for (let row = 0; row < rows.count; row++) {
    if (isTorn[groups.of[row]!] === 1 && keptPart(row) === undefined) parts[row] = JOINS_PARTS;
  }
}

/** Hash of a group as a number between 0 and 1. */
function groupPositions({ count, keys }: RowGroups, seed: number): Float64Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(seed);
  return Float64Array.from({ length: count }, (_, group) => {
    bytes.writeUInt32BE(keys[2 * group]!, 4);
    bytes.writeUInt32BE(keys[2 * group + 1]!, 8);
    const digest = createHash("sha256").update(bytes).digest();
    return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
  });
}

function inOrder({
  rows,
  groups,
  positions,
  isTimed,
}: Pick<PlaceInput, "rows" | "groups"> & { positions: Float64Array; isTimed: boolean }): Uint32Array {
  const order = Uint32Array.from({ length: groups.count }, (_, group) => group);
  const newest = new Float64Array(isTimed ? groups.count : 0).fill(-Infinity);
  if (isTimed) {
    for (let row = 0; row < rows.count; row++) {
      const time = timeOf(rows, row);
      if (time > newest[groups.of[row]!]!) newest[groups.of[row]!] = time; // never for NaN
    }
  }
  const byPosition = (a: number, b: number): number => positions[a]! - positions[b]!;
  return order.toSorted(
    isTimed ? (a, b) => (newest[a] === newest[b] ? byPosition(a, b) : newest[b]! - newest[a]!) : byPosition,
  );
}

type Fill = Pick<PlaceInput, "rows" | "groups"> & {
  parts: Uint8Array;
  placed: Uint8Array;
  order: Uint32Array;
  maySkip: boolean;
  part: number;
  /** Requested rows of the part. */
  size: number;
  /** Number of rows of all parts. */
  total: number;
};

/**
 * Fills a part with groups in their order: first those that fit within every stratum, then those that contribute rows
 * to an incomplete stratum, then any that fits.
 */
function fillPart({ rows, groups, parts, placed, order, maySkip, part, size, total }: Fill): void {
  const room = stratumRoom({ rows, parts, size, total });
  let left = size;
  const take = (group: number, strata: ReadonlyMap<string, number>, count: number): void => {
    placed[group] = part;
    left -= count;
    for (const [stratum, rowsOf] of strata) room.set(stratum, room.get(stratum)! - rowsOf);
  };
  for (let group = 0; group < groups.count; group++) {
    if (placed[group] !== part) continue; // of the split that is kept
    const { strata, count } = strataOf({ rows, groups, parts }, group);
    take(group, strata, count);
  }
  const fits: ((strata: ReadonlyMap<string, number>) => boolean)[] = maySkip
    ? [
        (strata) => [...strata].every(([stratum, count]) => count <= room.get(stratum)!),
        (strata) => [...strata.keys()].some((stratum) => room.get(stratum)! > 0),
        () => true,
      ]
    : [() => true];
  for (const isFit of fits) {
    for (const group of order) {
      if (left <= 0) return;
      if (placed[group] !== UNPLACED) continue;
      const { strata, count } = strataOf({ rows, groups, parts }, group);
      if (count === 0) continue;
      if (count <= left && isFit(strata)) take(group, strata, count);
      else if (!maySkip) return;
    }
  }
}

/**
 * Target number of rows of each stratum in a part: its share of the rows, rounded so that they add up (largest
 * remainder).
 */
function stratumRoom({
  rows,
  parts,
  size,
  total,
}: Pick<Fill, "rows" | "parts" | "size" | "total">): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows.count; row++) {
    if (parts[row]! >= NO_TIME) continue;
    const stratum = stratumOf(rows, row);
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  }
  const exact = [...counts].map(([stratum, count]) => ({ stratum, rows: total === 0 ? 0 : (size * count) / total }));
  const room = new Map(exact.map(({ stratum, rows: share }) => [stratum, Math.floor(share)]));
  const missing = size - [...room.values()].reduce((sum, value) => sum + value, 0);
  const remainder = (share: number): number => share - Math.floor(share);
  const most = exact.toSorted((a, b) => remainder(b.rows) - remainder(a.rows) || (a.stratum < b.stratum ? -1 : 1));
  for (const { stratum } of most.slice(0, Math.min(missing, most.length))) room.set(stratum, room.get(stratum)! + 1);
  return room;
}

function strataOf(
  { rows, groups, parts }: Pick<Fill, "rows" | "groups" | "parts">,
  group: number,
): { strata: Map<string, number>; count: number } {
  const strata = new Map<string, number>();
  let count = 0;
  for (let index = groups.first[group]!; index < groups.first[group + 1]!; index++) {
    const row = groups.rows[index]!;
    if (parts[row]! >= NO_TIME) continue;
    const stratum = stratumOf(rows, row);
    strata.set(stratum, (strata.get(stratum) ?? 0) + 1);
    count += 1;
  }
  return { strata, count };
}

/** The hash of a row's value in the stratification field, in hex; one value for all rows if there is no such field. */
export function stratumOf({ records, width }: SplitRows, row: number): string {
  return records
    .getBigUint64(row * width + AT.stratum)
    .toString(16)
    .padStart(16, "0");
}

/** Time of a row in milliseconds; NaN if it has none. */
export function timeOf({ records, width }: SplitRows, row: number): number {
  return records.getFloat64(row * width + AT.time);
}

/** The share specified by a size; undefined for a count. */
function shareOf(size: SplitSize): number | undefined {
  return typeof size === "string" && size.endsWith("%") ? Number(size.slice(0, -1)) / 100 : undefined;
}

function sizeOf(size: SplitSize, total: number): number {
  const share = shareOf(size);
  return Math.min(total, share === undefined ? Number(size) : Math.round(share * total));
}
