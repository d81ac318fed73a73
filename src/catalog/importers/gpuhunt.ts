import type { CsvRow } from "../../base/csv.ts";
import type { NotAnOffer, Offer } from "./offer.ts";

/** Columns that identify a gpuhunt catalogue, version 2. */
export const GPUHUNT_COLUMNS = ["instance_name", "location", "price", "gpu_count", "gpu_name", "spot"] as const;

/**
 * Reads a row of a gpuhunt catalogue, version 2: one term per row, US dollars per instance-hour, memory of one GPU in
 * GB.
 *
 * @source github.com/dstackai/gpuhunt, src/gpuhunt/_internal/storage.py at 35841515 (2026-08-19)
 */
export function readGpuhuntRow({ fields }: CsvRow): Offer | NotAnOffer {
  const field = (name: string): string => fields[name] ?? "";
  if (field("gpu_count") === "0" || field("gpu_name") === "")
    return { guard: "gpu-named", reason: "no GPU in this row" };
  const vendor = field("gpu_vendor");
  if (vendor === "google" || vendor === "tenstorrent" || field("gpu_name").startsWith("tpu-")) {
    return { guard: "gpu-named", reason: `an accelerator from ${vendor || "google"}, not a GPU` };
  }
  const spot = field("spot").toLowerCase();
  if (spot !== "true" && spot !== "false") {
    return { guard: "term-known", reason: `spot is "${field("spot")}", expected True or False` };
  }
  const memory = Number(field("gpu_memory"));
  return {
    gpuName: field("gpu_name"),
    memories: memory > 0 ? [{ gb: memory, note: "" }] : [],
    formHint: field("instance_name"),
    gpus: field("gpu_count"),
    instance: field("instance_name") === "" ? null : field("instance_name"),
    region: field("location") === "" ? null : field("location"),
    prices: field("price") === "" ? [] : [{ term: spot === "true" ? "spot" : "on-demand", usd: field("price") }],
    validFrom: null,
    validTo: null,
    note: "",
  };
}
