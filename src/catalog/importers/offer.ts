import type { CsvRow } from "../../base/csv.ts";
import type { Term } from "../../domain/price.ts";

/** A memory of one GPU in GB that a row may mean, with what is wrong in the row if it does. */
export type StatedMemory = { gb: number; note: string };

/** One row of a foreign price list before its GPU and amounts are checked: words as they came. */
export type Offer = {
  gpuName: string;
  /** Memory of one GPU, likeliest reading first; empty where the row does not say. */
  memories: readonly StatedMemory[];
  /** Names that may tell the form (SXM, PCIe, NVL): instance types of the seller. */
  formHint: string;
  gpus: string;
  instance: string | null;
  region: string | null;
  /** Amounts per hour of the whole instance; a term that is not offered is not in the list. */
  prices: readonly { term: Term; usd: string }[];
  validFrom: string | null;
  validTo: string | null;
  note: string;
};

/** Why a row is not an offer of GPUs. */
export type NotAnOffer = { guard: string; reason: string };

/** Reads one row of a price list. */
export type OfferReader = (row: CsvRow) => Offer | NotAnOffer;

/** True where a row is not an offer. */
export function isNotAnOffer(read: Offer | NotAnOffer): read is NotAnOffer {
  return "guard" in read;
}
