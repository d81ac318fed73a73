import type { CsvRow } from "../../base/csv.ts";
import type { Term } from "../../domain/price.ts";

/** A possible memory size of one GPU in GB, and the error in the row if that size is correct. */
export type StatedMemory = { gb: number; note: string };

/** One row of a foreign price list, unchanged, before its GPU and amounts are checked. */
export type Offer = {
  gpuName: string;
  /** Memory of one GPU, most likely reading first; empty if the row does not contain it. */
  memories: readonly StatedMemory[];
  /** Names that may contain the form factor (SXM, PCIe, NVL): instance types of the seller. */
  formHint: string;
  gpus: string;
  instance: string | null;
  region: string | null;
  /** Amounts per hour for the complete instance. Terms that are not offered are absent. */
  prices: readonly { term: Term; usd: string }[];
  validFrom: string | null;
  validTo: string | null;
  note: string;
};

/** Reason why a row is not an offer of GPUs. */
export type NotAnOffer = { guard: string; reason: string };

/** Reads one row of a price list. */
export type OfferReader = (row: CsvRow) => Offer | NotAnOffer;

/** True if a row is not an offer. */
export function isNotAnOffer(read: Offer | NotAnOffer): read is NotAnOffer {
  return "guard" in read;
}
