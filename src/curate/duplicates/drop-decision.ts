import type { DedupFinding } from "../../domain/dedup.ts";
import type { Drops } from "./find-drops.ts";
import type { LabelConflicts } from "./findings/label-conflicts.ts";
import { type Packed, packArrays, unpackArrays } from "./pack-arrays.ts";

/** The decision to drop a row, with its reason. */
export type DropDecision = {
  /** Line and source of the row that is kept instead. */
  keeper: string;
  /** Similarity with the kept row; NaN if it was not verified. */
  jaccard: number;
  /** True if the row has the words and punctuation of the kept row, in the same order. */
  isExact: boolean;
  /** True if an exact duplicate differs from the kept row in case, punctuation or white space. */
  isWrittenDifferently: boolean;
};

/** Dropped rows, as packed by `packDrops`. Dropped rows and kept rows are in ascending order. */
type PackedDrops = {
  rows: Uint32Array;
  /** For each dropped row, the index of its kept row in the list of kept rows. */
  keepers: Uint32Array;
  jaccard: Float64Array;
  /** `EXACT`, `EXACT_BY_WORDS`, or 0. */
  isExact: Uint8Array;
  stays: Uint32Array;
  counts: Uint32Array;
  /** Rows whose prompt another row answers differently, and the index of that other row. */
  conflicts: Uint32Array;
  conflictsWith: Uint32Array;
  /** Findings, as JSON. */
  findings: Uint8Array;
  /** Start of each name in the UTF-8 text of all names; a name ends where the next one starts. */
  nameStarts: Uint32Array;
  names: Uint8Array;
};

/** Other data to pack, and the positions of rows. */
type Placed = {
  conflicts: LabelConflicts;
  findings: readonly DedupFinding[];
  /** Hash of each row's tokens and signs, as two halves. */
  whole: Uint32Array;
  /** Hash of each row's text as written. */
  written: Uint32Array;
  /** First row of each shard, and the number of all rows. */
  firsts: Uint32Array;
  /** Line and source of each row of a shard. */
  namesOf: (shard: number) => Promise<readonly string[]>;
};

/** Kinds of exact duplicates: equal to the kept row as written, or only in its words. */
const [EXACT, EXACT_BY_WORDS] = [1, 2];

/**
 * Packs which rows are dropped, in favour of which row and why: 17 bytes for each dropped row, and about 40 for each
 * kept row with duplicates.
 */
export async function packDrops({ keeper, jaccard }: Drops, placed: Placed): Promise<Uint8Array> {
  const { whole, written, conflicts } = placed;
  const places = new Uint32Array(keeper.length); // from 1: of each row that stays for others, among them
  let dropped = 0;
  for (let row = 0; row < keeper.length; row++) {
    if (keeper[row] === row) continue;
    places[keeper[row]!] = 1;
    dropped += 1;
  }
  for (const other of conflicts.others) places[other] = 1;
  let staying = 0;
  for (let row = 0; row < places.length; row++) if (places[row] === 1) places[row] = ++staying;
  const packed: PackedDrops = {
    rows: new Uint32Array(dropped),
    keepers: new Uint32Array(dropped),
    jaccard: new Float64Array(dropped),
    isExact: new Uint8Array(dropped),
    stays: new Uint32Array(staying),
    counts: new Uint32Array(staying),
    conflicts: conflicts.rows,
    conflictsWith: conflicts.others.map((other) => places[other]! - 1),
    findings: encoder.encode(JSON.stringify(placed.findings)),
    ...(await namesAt(places, { ...placed, staying })),
  };
  for (let [row, index] = [0, 0]; row < keeper.length; row++) {
    if (places[row] !== 0) packed.stays[places[row]! - 1] = row;
    const kept = keeper[row]!;
    if (kept === row) continue;
    packed.rows[index] = row;
    packed.keepers[index] = places[kept]! - 1;
    packed.counts[places[kept]! - 1]! += 1;
    packed.jaccard[index] = jaccard[row]!;
    const isExact = whole[2 * row] === whole[2 * kept] && whole[2 * row + 1] === whole[2 * kept + 1];
    packed.isExact[index++] = isExact ? (written[row] === written[kept] ? EXACT : EXACT_BY_WORDS) : 0;
  }
  return packArrays(Object.values(packed));
}

/** Names of the rows with the given indices, shard by shard. */
async function namesAt(
  places: Uint32Array,
  { firsts, namesOf, staying }: Pick<Placed, "firsts" | "namesOf"> & { staying: number },
): Promise<Pick<PackedDrops, "nameStarts" | "names">> {
  const nameStarts = new Uint32Array(staying + 1);
  const names: Uint8Array[] = []; // one a shard
  for (let [shard, index, place] = [0, 0, 0]; shard + 1 < firsts.length; shard++) {
    let own: readonly string[] | undefined;
    const texts: Uint8Array[] = [];
    for (let row = firsts[shard]!; row < firsts[shard + 1]!; row++) {
      if (places[row] === 0) continue;
      own ??= await namesOf(shard);
      const name = encoder.encode(own[row - firsts[shard]!]);
      index += name.length;
      nameStarts[++place] = index;
      texts.push(name);
    }
    names.push(Buffer.concat(texts));
  }
  return { nameStarts, names: Buffer.concat(names) };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The decision on the rows of a shard. */
export type ShardDrops = {
  /** Dropped rows. */
  dropped: Map<number, DropDecision>;
  /** Number of rows dropped in favour of each kept row. */
  kept: Map<number, number>;
  /** For each row, line and source of a row that answers its prompt differently. */
  conflicts: Map<number, string>;
};

/** Reads the decision on the rows of a shard. */
export function readDrops(bytes: Uint8Array, { firstRow, rows }: { firstRow: number; rows: number }): ShardDrops {
  const [places, keepers, jaccards, exact, stays, counts, conflicts, others, , nameStarts, names] = unpackArrays(bytes);
  const nameOf = (place: number): string =>
    decoder.decode((names as Uint8Array).subarray(nameStarts![place], nameStarts![place + 1]));
  const dropped = new Map<number, DropDecision>();
  for (let index = firstAt(places!, firstRow); index < places!.length && places![index]! < firstRow + rows; index++) {
    dropped.set(places![index]!, {
      keeper: nameOf(keepers![index]!),
      jaccard: jaccards![index]!,
      isExact: exact![index] !== 0,
      isWrittenDifferently: exact![index] === EXACT_BY_WORDS,
    });
  }
  const kept = new Map<number, number>();
  for (let index = firstAt(stays!, firstRow); index < stays!.length && stays![index]! < firstRow + rows; index++) {
    if (counts![index]! > 0) kept.set(stays![index]!, counts![index]!);
  }
  const differing = new Map<number, string>();
  for (
    let index = firstAt(conflicts!, firstRow);
    index < conflicts!.length && conflicts![index]! < firstRow + rows;
    index++
  ) {
    differing.set(conflicts![index]!, nameOf(others![index]!));
  }
  return { dropped, kept, conflicts: differing };
}

/** Reads the findings on all rows. */
export function readFindings(bytes: Uint8Array): DedupFinding[] {
  return JSON.parse(decoder.decode(unpackArrays(bytes)[FINDINGS])) as DedupFinding[];
}

/** Position of the findings in the decision. */
const FINDINGS = 8;

/** Index of the first number that is not less than another, in an ascending list. */
function firstAt(list: Packed, least: number): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
