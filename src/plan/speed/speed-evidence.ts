import type { Calibration, Facets } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { type SpeedRun } from "./throughput.ts";
import { speedFacets } from "./speed-facets.ts";

/**
 * Who measured the speed of libraries like that of a run: how many sources on its GPU, and on any GPU of its vendor.
 * `isThin` where fewer than two did on the vendor's: one source says nothing of how far sources lie apart, and what a
 * library reaches of a vendor's rates depends on kernels that the other vendors' sources do not run. The user's own
 * measurements on such a GPU count as enough.
 */
export type SpeedEvidence = { gpu: number; vendor: number; isThin: boolean };

/** Sources below which a vendor's speed is thin. */
const ENOUGH_SOURCES = 2;

/** What the speed of a run rests on; libraries are alike where they train the same modelling code. */
export function speedEvidence(run: Pick<SpeedRun, "shape" | "spec" | "gpu" | "calibration">): SpeedEvidence {
  const facets = speedFacets(run);
  const { published, own }: Calibration = run.calibration ?? PUBLISHED;
  const alike = [...published, ...own].filter(
    (row) =>
      row.quantity === "tokensPerSecPerGpu" && isAlike(row.facets, facets) && row.facets["vendor"] === facets["vendor"],
  );
  const isOwn = own.some((row) => alike.includes(row) && row.facets["gpu"] === facets["gpu"]);
  const gpu = new Set(alike.filter((row) => row.facets["gpu"] === facets["gpu"]).map(({ source }) => source)).size;
  const vendor = new Set(alike.map(({ source }) => source)).size;
  return { gpu, vendor, isThin: vendor < ENOUGH_SOURCES && !isOwn };
}

/** Unsloth trains Transformers' modules with kernels of its own: what a vendor's rates give is alike. */
function isAlike(one: Facets, other: Facets): boolean {
  const family = (facets: Facets): string | undefined => facets["family"]?.replace("fused ", "");
  return family(one) === family(other);
}
