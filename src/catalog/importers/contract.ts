import type { CsvRow } from "../../base/csv.ts";
import { Term } from "../../domain/price.ts";
import type { NotAnOffer, Offer } from "./offer.ts";

/** Columns of a contract file: `gpu`, `term` and one of the two prices are required. */
export const CONTRACT_COLUMNS = [
  "gpu",
  "term",
  "usd_per_gpu_hour",
  "usd_per_hour",
  "gpus",
  "region",
  "instance",
  "currency",
  "valid_from",
  "valid_to",
  "note",
] as const;

/**
 * Reads a row of a CSV of your own contract: `gpu`, `term` (on-demand, spot, reserved) and either `usd_per_gpu_hour` or
 * `usd_per_hour` with `gpus`; optionally `valid_from` and `valid_to`.
 */
export function readContractRow({ fields }: CsvRow): Offer | NotAnOffer {
  const field = (name: (typeof CONTRACT_COLUMNS)[number]): string => fields[name] ?? "";
  if (field("gpu") === "") return { guard: "gpu-named", reason: "no GPU in this row" };
  if (!["", "USD"].includes(field("currency").toUpperCase())) {
    return {
      guard: "in-usd",
      reason: `the price is in ${field("currency")}: convert it to USD and note the day`,
    };
  }
  const term = Term.safeParse(field("term"));
  if (!term.success) {
    return { guard: "term-known", reason: `term "${field("term")}" is not one of ${Term.options.join(", ")}` };
  }
  if (field("usd_per_gpu_hour") !== "" && field("usd_per_hour") !== "") {
    return { guard: "one-price", reason: "usd_per_gpu_hour and usd_per_hour are both given: keep one" };
  }
  const perGpu = field("usd_per_gpu_hour");
  if (field("usd_per_hour") !== "" && field("gpus") === "") {
    return { guard: "gpus-given", reason: "usd_per_hour is for the whole instance and needs gpus" };
  }
  const usd = perGpu === "" ? field("usd_per_hour") : perGpu;
  return {
    gpuName: field("gpu"),
    memories: [],
    formHint: field("instance"),
    gpus: perGpu !== "" ? "1" : field("gpus"),
    instance: field("instance") === "" ? null : field("instance"),
    region: field("region") === "" ? null : field("region"),
    prices: usd === "" ? [] : [{ term: term.data, usd }],
    validFrom: field("valid_from") === "" ? null : field("valid_from"),
    validTo: field("valid_to") === "" ? null : field("valid_to"),
    note: field("note"),
  };
}
