/** A file that can serve as evidence, and its kinds of record. */
export type EvidenceFile = {
  path: string;
  sha256: string;
  records: readonly string[];
  detail: string;
  /** True if it does not match the current data or plan, or has expired. */
  isStale: boolean;
  /** Requirements that it is limited to; empty if it applies to all that ask for its record. */
  requirements: readonly string[];
  /** Day on which it was recorded, `YYYY-MM-DD`; null if its record states none. */
  collectedAt: string | null;
  /** Last day on which it is valid, `YYYY-MM-DD`; null if that depends on the data and the plan alone. */
  validUntil: string | null;
  /** Reviewer or approver; null if nobody is stated. */
  reviewer: string | null;
  /** Its content if it is a record instead of a file of the folder; the pack writes it as a file. */
  content?: string | undefined;
};

/** A file of the programme that is evidence for every requirement that asks for its records. */
export type OwnFile = Omit<EvidenceFile, "sha256" | "requirements" | "content">;
