import type { CsvRow } from "../../base/csv.ts";
import { memoriesOf, parseGpuInfo } from "./gpu-info.ts";
import type { NotAnOffer, Offer } from "./offer.ts";

/** Columns by which a SkyPilot catalogue is known; their order differs from file to file. */
export const SKYPILOT_COLUMNS = ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region"] as const;

/**
 * Reads a row of a SkyPilot catalogue (`catalogs/v8/<cloud>/vms.csv`). Prices are per instance-hour; an empty price
 * is a term that is not offered. Rows of GPUs that are attached to a host priced in another row (GCP) are no offer:
 * the host is missing in their price.
 *
 * @source github.com/skypilot-org/skypilot-catalog, files of aws, gcp, lambda, mithril, primeintellect and verda
 */
export function readSkypilotRow({ fields }: CsvRow): Offer | NotAnOffer {
  const field = (name: string): string => fields[name] ?? "";
  const gpuName = field("AcceleratorName");
  if (gpuName === "") return { guard: "gpu-named", reason: "no GPU in this row" };
  if (/^tpu/i.test(gpuName)) return { guard: "gpu-named", reason: "a TPU, not a GPU" };
  const instance = field("InstanceType");
  if (instance === "") {
    return { guard: "with-its-host", reason: "the price is of the GPU alone: its host stands in another row" };
  }
  const gpus = wholeNumber(field("AcceleratorCount"));
  const info = parseGpuInfo(field("GpuInfo"));
  const zone = field("AvailabilityZone") || field("Region");
  return {
    gpuName,
    memories: info === undefined ? [] : memoriesOf(info, Number(gpus) || 1),
    formHint: `${instance} ${field("UpstreamCloudId")}`,
    gpus,
    instance,
    region: zone === "" ? null : zone,
    prices: [
      { term: "on-demand" as const, usd: field("Price") },
      { term: "spot" as const, usd: field("SpotPrice") },
    ].filter(({ usd }) => usd !== ""),
    validFrom: null,
    validTo: null,
    note: "",
  };
}

/** `8.0` as `8`: a count that some files write as a float. */
function wholeNumber(text: string): string {
  return text.replace(/\.0+$/, "");
}
