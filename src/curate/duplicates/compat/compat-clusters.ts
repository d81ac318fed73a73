import type { CompatTool } from "../../../domain/dedup.ts";
import { hashIndex } from "../../rows/hash-index.ts";
import { mixed } from "../../kernels/token-hashes.ts";
import type { Drops } from "../find-drops.ts";
import { compatSigner } from "./compat-signer.ts";
import { TOOLS } from "./compat-tools.ts";

/** Clusters as another tool forms them: two rows that share a band are in the same cluster. */
export type CompatClusters = {
  add: (row: number, text: string) => void;
  /** The first row of each cluster in keeper order is kept; rows are not compared, so no similarity is known. */
  drops: (rows: number, order: Uint32Array | undefined) => Drops;
};

/**
 * Creates the clusters of a tool's recipe. `values` is the length of the signature; default: the length that the tool
 * uses.
 */
export async function compatClusters(
  tool: CompatTool,
  { threshold, values = TOOLS[tool].values }: { threshold: number; values?: number | undefined },
): Promise<CompatClusters> {
  const recipe = TOOLS[tool];
  const sign = await compatSigner({ ...recipe, values });
  const { bands, rows: width } = recipe.bands(threshold, values);
  const seen = hashIndex();
  const parent: number[] = [];
  const rootOf = (row: number): number => {
    let root = row;
    while (parent[root] !== undefined && parent[root] !== root) root = parent[root]!;
    for (let index = row; index !== root;) [index, parent[index]] = [parent[index]!, root];
    return root;
  };
  return {
    add: (row, text) => {
      const shingles = recipe.shingles(text);
      if (shingles.size === 0) return;
      const signature = sign(shingles);
      for (let band = 0; band < bands; band++) {
        let [high, low] = [band + 1, ~band];
        for (let index = 2 * width * band; index < 2 * width * (band + 1); index++) {
          high = mixed(Math.imul(high, 0x9e3779b1) ^ signature[index]!);
          low = mixed(Math.imul(low, 0x85ebca6b) + signature[index]!);
        }
        const before = seen.firstPlace(high >>> 0, low >>> 0, row + 1);
        if (before === undefined) continue;
        const [one, other] = [rootOf(before - 1), rootOf(row)];
        parent[Math.max(one, other)] = Math.min(one, other);
      }
    },
    drops: (rows, order) => {
      const keeperOf = new Map<number, number>();
      const keeper = Uint32Array.from({ length: rows }, (_, row) => row);
      for (let place = 0; place < rows; place++) {
        const row = order?.[place] ?? place;
        const root = rootOf(row);
        const first = keeperOf.get(root);
        if (first === undefined) keeperOf.set(root, row);
        else keeper[row] = first;
      }
      const jaccard = Float64Array.from(keeper, (kept, row) => (kept === row ? 1 : Number.NaN));
      return { keeper, jaccard, crowdedRows: 0 };
    },
  };
}
