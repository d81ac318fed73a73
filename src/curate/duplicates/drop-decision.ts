import type { Drops } from "./find-drops.ts";
import { packArrays, packTexts, unpackArrays, unpackTexts } from "./pack-arrays.ts";

/** Why a row goes. */
export type DropDecision = {
  /** Id of the row that stays for it. */
  keeperId: string;
  /** NaN where nothing was verified. */
  jaccard: number;
  /** The same words in the same order. */
  isExact: boolean;
};

/** Puts into bytes which rows go, for which and why: about 45 bytes for each of them. */
export function packDrops(
  { keeper, jaccard }: Drops,
  { whole, idOf }: { whole: Uint32Array; idOf: (row: number) => string },
): Uint8Array {
  const rows: number[] = [];
  for (let row = 0; row < keeper.length; row++) if (keeper[row] !== row) rows.push(row);
  const isSame = (row: number, kept: number): boolean =>
    whole[2 * row] === whole[2 * kept] && whole[2 * row + 1] === whole[2 * kept + 1];
  return packArrays([
    Uint32Array.from(rows),
    Uint32Array.from(rows, (row) => keeper[row]!),
    Float64Array.from(rows, (row) => jaccard[row]!),
    Uint8Array.from(rows, (row) => (isSame(row, keeper[row]!) ? 1 : 0)),
    packTexts(rows.map((row) => idOf(keeper[row]!))),
  ]);
}

/** What was decided on the rows of a shard: those that go, and how many went for each of those that stay. */
export function readDrops(
  bytes: Uint8Array,
  { firstRow, rows }: { firstRow: number; rows: number },
): { dropped: Map<number, DropDecision>; kept: Map<number, number> } {
  const [places, keepers, jaccards, exact, texts] = unpackArrays(bytes);
  const ids = unpackTexts(texts!);
  const isHere = (row: number): boolean => row >= firstRow && row < firstRow + rows;
  const dropped = new Map<number, DropDecision>();
  const kept = new Map<number, number>();
  for (let index = 0; index < places!.length; index++) {
    const [row, keeper] = [places![index]!, keepers![index]!];
    if (isHere(keeper)) kept.set(keeper, (kept.get(keeper) ?? 0) + 1);
    if (!isHere(row)) continue;
    dropped.set(row, { keeperId: ids[index]!, jaccard: jaccards![index]!, isExact: exact![index] === 1 });
  }
  return { dropped, kept };
}
