import type { Calibration, Facets } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { type SpeedRun } from "./throughput.ts";
import { speedFacets } from "./speed-facets.ts";

/**
 * Number of sources that measured the speed of libraries like that of a run: on its GPU, and on any GPU of its vendor.
 * `isThin` is true if there are fewer than two for the vendor: one source does not show the variation between sources,
 * and the share of a vendor's rates that a library reaches depends on kernels that do not run on other vendors' GPUs.
 * The user's own measurements on such a GPU are sufficient.
 */
export type SpeedEvidence = { gpu: number; vendor: number; isThin: boolean };

/** Number of sources below which the evidence for a vendor's speed is thin. */
const ENOUGH_SOURCES = 2;

/** Evidence for the speed of a run. Libraries are alike if they train the same modelling code. */
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

/**
 * True if two libraries are alike. Unsloth trains Transformers' modules with its own kernels: both reach similar shares
 * of a vendor's rates.
 */
function isAlike(one: Facets, other: Facets): boolean {
  const family = (facets: Facets): string | undefined => facets["family"]?.replace("fused ", "");
  return family(one) === family(other);
}
