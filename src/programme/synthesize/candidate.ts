import type { CuratedRow } from "../../curate/stage.ts";
import type { CheckCount, SynthesisResult } from "../../domain/synthesis-result.ts";
import type { DrawnRequest } from "../../synthesize/draw-requests.ts";
import type { Slots } from "../../synthesize/fill-slots.ts";

/** A row that is being checked. */
export type Candidate = {
  request: DrawnRequest;
  /** The training row. */
  row: CuratedRow;
  /** Texts of the input and of the answer. */
  slots: Slots;
  /** Position of the quote in the passage. */
  quote?: { start: number; end: number } | undefined;
  /** Share of additional answers that agree. */
  agreement?: number | undefined;
};

/** A row that failed a check: a line of the file of dropped rows. */
export type DroppedAnswer = { request: number; check: string; reason: string; detail: string; text: string };

/** A candidate that failed, with the reason. */
export type FailedCandidate = { candidate: Candidate; reason: string; detail: string };

/** Result of one check. */
export type CheckOutcome = { kept: Candidate[]; dropped: FailedCandidate[] };

/** Result of all checks. */
export type CheckedRows = {
  kept: Candidate[];
  checks: CheckCount[];
  dropped: DroppedAnswer[];
  judge: SynthesisResult["judge"];
  /** Files that the check for duplicates compared the rows with. */
  compared: SynthesisResult["compared"];
};

/** Splits candidates by the reasons that another check found for their rows. */
export function parted(
  candidates: readonly Candidate[],
  reasonOf: (candidate: Candidate) => { reason: string; detail: string } | undefined,
): CheckOutcome {
  const outcome: CheckOutcome = { kept: [], dropped: [] };
  for (const candidate of candidates) {
    const failed = reasonOf(candidate);
    if (failed === undefined) outcome.kept.push(candidate);
    else outcome.dropped.push({ candidate, ...failed });
  }
  return outcome;
}
