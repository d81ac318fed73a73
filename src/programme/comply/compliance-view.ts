import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { ComplianceReport } from "../../domain/compliance.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";
import type { EvidenceFile } from "./evidence/evidence-file.ts";
import type { RecordedTraining, StateOptions } from "./recorded-training.ts";

/** Context of `comply show`. */
export type ComplyOptions = {
  /** Day of the answer, `YYYY-MM-DD`. */
  on: string;
  hubCache?: string | undefined;
  /** Database of runs and jobs; default: they are not examined. */
  state?: StateOptions | undefined;
  /** Completed training, if already known; default: from the state. */
  recorded?: RecordedTraining | undefined;
  /** Head of deletions.jsonl that was kept elsewhere; default: none. */
  deletionsHead?: string | undefined;
  onStep?: (step: string) => void;
};

/** A programme with its compliance report, the evidence files, and people's answers. */
export type ComplianceView = {
  report: ComplianceReport;
  files: EvidenceFile[];
  loaded: LoadedProgramme;
  answers: ComplianceAnswers;
  /** The run of the method that is costed. */
  training: TrainingEstimate;
  /** Valid rows of the listed files that are trained on. */
  rowsOnHand: number;
};
