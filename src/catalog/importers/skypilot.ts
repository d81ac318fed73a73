import type { CsvRow } from "../../base/csv.ts";
import { memoriesOf, parseGpuInfo } from "./gpu-info.ts";
import type { NotAnOffer, Offer, StatedMemory } from "./offer.ts";

/** Columns that identify a SkyPilot catalogue. Their order differs between files. */
export const SKYPILOT_COLUMNS = ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region"] as const;

/**
 * Reads a row of a SkyPilot catalogue (`catalogs/v8/<cloud>/vms.csv`). Prices are per instance-hour; an empty price is
 * a term that is not offered. Rows of GPUs that are attached to a host priced in another row (GCP) are not offers,
 * because their price lacks the host.
 *
 * @source github.com/skypilot-org/skypilot-catalog, files of aws, azure, gcp, lambda, mithril, primeintellect, runpod
 * and verda
 */
export function readSkypilotRow({ fields }: CsvRow): Offer | NotAnOffer {
  const field = (name: string): string => fields[name] ?? "";
  const gpuName = field("AcceleratorName");
  if (gpuName === "") return { guard: "gpu-named", reason: "no GPU in this row" };
  if (/^tpu/i.test(gpuName)) return { guard: "gpu-named", reason: "a TPU, not a GPU" };
  const instance = field("InstanceType");
  if (instance === "") {
    return { guard: "with-its-host", reason: "the price covers the GPU alone: its host has another row" };
  }
  const gpus = wholeNumber(field("AcceleratorCount"));
  const info = parseGpuInfo(field("GpuInfo"));
  const zone = field("AvailabilityZone") || field("Region");
  return {
    gpuName,
    memories: info === undefined ? memoryOfName(gpuName) : memoriesOf(info, Number(gpus) || 1),
    formHint: [instance, field("UpstreamCloudId"), info?.name ?? "", azureForm(instance)].join(" "),
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

/**
 * Memory of a bare name in these catalogues, if `GpuInfo` contains only the name (Azure): the larger GPU is written
 * `A100-80GB`, `V100-32GB`.
 */
function memoryOfName(gpuName: string): StatedMemory[] {
  const gb = { a100: 40, v100: 16 }[gpuName.toLowerCase()];
  return gb === undefined ? [] : [{ gb, note: "" }];
}

/** The form factor derived from Azure's series: ND are SXM boards, NC are PCIe GPUs, and those of the H100 are NVL. */
function azureForm(instance: string): string {
  if (instance.startsWith("Standard_ND")) return "SXM";
  if (!instance.startsWith("Standard_NC")) return "";
  return instance.includes("_H100_") ? "NVL" : "PCIe";
}

/** Converts `8.0` to `8`: some files write counts as floats. */
function wholeNumber(text: string): string {
  return text.replace(/\.0+$/, "");
}
