import type { CuratedRow } from "../../curate/stage.ts";
import type { CheckCount, SynthesisResult } from "../../domain/synthesis-result.ts";
import type { DrawnRequest } from "../../synthesize/draw-requests.ts";
import type { Slots } from "../../synthesize/fill-slots.ts";

/** A row on its way through the checks. */
export type Candidate = {
  request: DrawnRequest;
  /** The row as it would be trained on. */
  row: CuratedRow;
  /** Texts of the input and of the answer. */
  slots: Slots;
  /** Place of the quote in the passage. */
  quote?: { start: number; end: number } | undefined;
  /** Share of further answers that agree. */
  agreement?: number | undefined;
};

/** A row that failed a check: a line of the file of dropped rows. */
export type DroppedAnswer = { request: number; check: string; reason: string; detail: string; text: string };

/** A candidate that failed, and why. */
export type FailedCandidate = { candidate: Candidate; reason: string; detail: string };

/** What a check made of the candidates. */
export type CheckOutcome = { kept: Candidate[]; dropped: FailedCandidate[] };

/** What all checks made of the answers. */
export type CheckedRows = {
  kept: Candidate[];
  checks: CheckCount[];
  dropped: DroppedAnswer[];
  judge: SynthesisResult["judge"];
};

/** Splits candidates by the reason that something else found for their rows. */
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
