import type { Drops } from "../find-drops.ts";

/** A kept row, with the first rows dropped for it and their similarities. */
export type LargeCluster = { keeper: number; rows: number[]; jaccard: number[]; size: number };

/** Maximum number of rows shown for a cluster. */
const SHOWN = 3;

/** The kept rows with the most dropped rows; if equal, the first. */
export function largestClusters({ keeper, jaccard }: Drops, most: number): LargeCluster[] {
  const counts = new Uint32Array(keeper.length);
  for (let row = 0; row < keeper.length; row++) if (keeper[row] !== row) counts[keeper[row]!]! += 1;
  const top: number[] = [];
  for (let row = 0; row < counts.length; row++) {
    if (counts[row] === 0 || (top.length === most && counts[row]! <= counts[top.at(-1)!]!)) continue;
    const place = top.findIndex((other) => counts[other]! < counts[row]!);
    top.splice(place === -1 ? top.length : place, 0, row);
    if (top.length > most) top.pop();
  }
  const clusters = new Map(
    top.map((row): [number, LargeCluster] => [row, { keeper: row, rows: [], jaccard: [], size: counts[row]! }]),
  );
  for (let row = 0; row < keeper.length; row++) {
    const cluster = keeper[row] === row ? undefined : clusters.get(keeper[row]!);
    if (cluster === undefined || cluster.rows.length === SHOWN) continue;
    cluster.rows.push(row);
    cluster.jaccard.push(jaccard[row]!);
  }
  return [...clusters.values()];
}
