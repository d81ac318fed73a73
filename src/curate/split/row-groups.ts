import { hashIndex } from "../rows/hash-index.ts";
import { AT, HASH_BYTES, type SplitRows } from "./split-summary.ts";

/**
 * Groups of rows that must stay in one part: they share a group's value, a content or, if requested, a near-duplicate.
 */
export type RowGroups = {
  count: number;
  /** Group of each row. */
  of: Uint32Array;
  /** Rows of group g: from `rows[first[g]]` up to, but excluding, `rows[first[g + 1]]`. */
  first: Uint32Array;
  rows: Uint32Array;
  /** The key that places each group, 64 bits as two halves: the smallest key of its rows. */
  keys: Uint32Array;
};

/** Positions of the hashes in a record that may group rows or leak, by kind. */
export function keyPlaces({ groupsEnd }: SplitRows): Readonly<Record<"id" | "group" | "near-duplicate", number[]>> {
  const fields = Array.from(
    { length: (groupsEnd - AT.groups) / HASH_BYTES },
    (_, field) => AT.groups + field * HASH_BYTES,
  );
  return { id: [AT.content], group: fields, "near-duplicate": [AT.near] };
}

/**
 * Joins rows to groups.
 * The key of a row is the smallest hash of its grouping values, or the hash of its content if it has none, so that a
 * group with a value keeps its key when rows are added. The smallest is determined before the key is hashed with the
 * seed, so that large and small groups are equally likely in every position.
 */
export function rowGroups(rows: SplitRows, joinsNear: boolean): RowGroups {
  const { count, records, width } = rows;
  const parents = Uint32Array.from({ length: count }, (_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parents[root] !== root) root = parents[root]!;
    for (let index = row; parents[index] !== root;) [index, parents[index]] = [parents[index]!, root];
    return root;
  };
  const places = keyPlaces(rows);
  for (const index of [...places.id, ...places.group, ...(joinsNear ? places["near-duplicate"] : [])]) {
    const seen = hashIndex();
    for (let row = 0; row < count; row++) {
      const [high, low] = hashAt(records, row * width + index);
      if (high === 0 && low === 0) continue;
      const before = seen.firstPlace(high, low, row + 1);
      if (before === undefined) continue;
      const [a, b] = [rootOf(before - 1), rootOf(row)];
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return numbered(rows, rootOf);
}

function numbered(rows: SplitRows, rootOf: (row: number) => number): RowGroups {
  const { count: total } = rows;
  const groupOf = new Uint32Array(total);
  let count = 0;
  for (let row = 0; row < total; row++) {
    const root = rootOf(row); // the first row of its group: numbered before the others
    groupOf[row] = root === row ? count++ : groupOf[root]!;
  }
  const first = new Uint32Array(count + 1);
  for (const group of groupOf) first[group + 1]! += 1;
  for (let group = 0; group < count; group++) first[group + 1]! += first[group]!;
  const next = first.slice(0, count);
  const inOrder = new Uint32Array(total);
  const keys = new Uint32Array(2 * count).fill(0xffffffff);
  for (let row = 0; row < total; row++) {
    const group = groupOf[row]!;
    inOrder[next[group]!++] = row;
    const [high, low] = ownKey(rows, row);
    if (high < keys[2 * group]! || (high === keys[2 * group]! && low < keys[2 * group + 1]!)) {
      keys.set([high, low], 2 * group);
    }
  }
  return { count, of: groupOf, first, rows: inOrder, keys };
}

function ownKey(rows: SplitRows, row: number): [high: number, low: number] {
  let smallest: [number, number] | undefined;
  for (let index = AT.groups; index < rows.groupsEnd; index += HASH_BYTES) {
    const [high, low] = hashAt(rows.records, row * rows.width + index);
    if (high === 0 && low === 0) continue;
    if (smallest === undefined || high < smallest[0] || (high === smallest[0] && low < smallest[1]))
      smallest = [high, low];
  }
  return smallest ?? hashAt(rows.records, row * rows.width + AT.content);
}

/** A 64-bit hash of a record. */
export function hashAt(records: DataView, index: number): [high: number, low: number] {
  return [records.getUint32(index), records.getUint32(index + 4)];
}
