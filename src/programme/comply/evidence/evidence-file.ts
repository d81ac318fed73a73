import type { EvidenceSource } from "../../../domain/compliance.ts";

/** A file that can serve as evidence, and what it proves. */
export type EvidenceFile = {
  path: string;
  sha256: string;
  /** Its kinds in the table of proofs; empty for a paper that a person names. */
  proves: readonly EvidenceSource[];
  detail: string;
  /** True if it does not match the current data or plan, or has expired. */
  isStale: boolean;
  /** Record and requirements for which a person names it; null if the table of proofs decides. */
  named: { record: string; requirements: readonly string[] } | null;
  /** Day on which it was recorded, `YYYY-MM-DD`; null if its record states none. */
  collectedAt: string | null;
  /** Last day on which it is valid, `YYYY-MM-DD`; null if that depends on the data and the plan alone. */
  validUntil: string | null;
  /** Reviewer or approver; null if nobody is stated. */
  reviewer: string | null;
  /** Its content if it is a record instead of a file of the folder; the pack writes it as a file. */
  content?: string | undefined;
};

/** A file of the programme folder whose hash is not known yet. */
export type OwnFile = Omit<EvidenceFile, "sha256" | "named" | "content">;
