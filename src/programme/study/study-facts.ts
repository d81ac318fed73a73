import { wholePercent } from "../../base/words.ts";
import type { Alternatives } from "../../domain/alternative.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { ProgrammeCost, Reconciliation } from "../../domain/cost.ts";
import { type Known, knownOf, type Quantity } from "../../domain/estimate.ts";
import type { MethodFacts } from "../../domain/method-facts.ts";
import type { Programme } from "../../domain/programme.ts";
import type { ServingChoice } from "../../domain/serving-choice.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { AiActDelta, MethodChoice, Payback } from "../../domain/study.ts";
import { phaseOf } from "../../plan/cost/phase.ts";
import { rangeText } from "../../plan/serve-plan/range-text.ts";
import type { PlannedWork } from "../../plan/cost/planned-work.ts";
import { withoutWords } from "../../plan/cost/without-words.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";
import type { ScannedDatasets } from "../training-plan/training-volume.ts";

/** All facts of a study before its verdict: the input of the rules for risks, unknowns and decisions. */
export type StudyFacts = {
  programme: Programme;
  /** True if `programme.yaml` itself states a field. */
  isStated: (field: readonly string[]) => boolean;
  /** Today, YYYY-MM-DD. */
  on: string;
  assumption: (id: string) => Assumption;
  /** Profiles of the programme's files. */
  datasets: ScannedDatasets;
  /** The last run of its pipeline; null if there was none. */
  curation: StudyCuration | null;
  methodFacts: MethodFacts;
  method: MethodChoice;
  training: TrainingEstimate;
  /** Hours and tokens of all its runs and passes. */
  planned: PlannedWork;
  cost: ProgrammeCost;
  reconciliation: Reconciliation | null;
  /** Serving hardware of the tuned model; null if its size is not estimated. */
  serving: ServingChoice | null;
  alternatives: Alternatives;
  payback: Payback;
  aiAct: AiActDelta;
  /** Statement that the API of `today.api` is withdrawn; null if there is none. */
  apiWithdrawal: string | null;
  /** Days since the price of the chosen GPU was observed; null if the user stated it or it is unknown. */
  priceAgeDays: number | null;
};

/** Return after twelve months as used by the verdict, its range as text, and what it includes. */
export type FirstYearReturn = { roi: Known; range: string; counts: string };

/**
 * Return after twelve months including serving and maintenance; if serving is unknown, the return of the saving alone,
 * which no serving cost can raise. Undefined if the saving is unknown too.
 */
export function firstYearReturn({ roi12WithServing, roi12WithoutServing }: Payback): FirstYearReturn | undefined {
  return (
    returnOf(roi12WithServing, "including serving and maintenance") ??
    returnOf(roi12WithoutServing, "by the savings alone, an upper bound because serving is unknown")
  );
}

function returnOf(quantity: Quantity, counts: string): FirstYearReturn | undefined {
  const roi = knownOf(quantity);
  return roi && { roi, range: rangeText(quantity, wholePercent), counts };
}

/**
 * Words for the activities missing from the cost to launch, `without compliance work`; empty if every line is known.
 */
export function launchLacks({ lines }: ProgrammeCost): string {
  return withoutWords(lines.filter(({ category }) => phaseOf(category) === "launch")).replace(/^, /, "");
}

/** The calendar day after a number of days. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Training data of a role: the output rows of the pipeline if its run is used and it read files of that role, otherwise
 * the scanned files.
 */
export function trainedFiles(
  facts: Pick<StudyFacts, "programme" | "datasets" | "curation">,
  ...roles: string[]
): ScannedDatasets {
  const { curation } = facts;
  if (curation === null || curation.profile === null || curation.role === null) return filesWithRole(facts, ...roles);
  return roles.includes(curation.role) ? [curation.profile] : [];
}

/**
 * Rows to train on among the output rows of the pipeline: of a file with all parts of a split, those of the part train.
 * Undefined if no run is used, or it read files of another role.
 */
export function curatedRows(curation: StudyCuration | null): number | undefined {
  if (curation === null || curation.profile === null || curation.role !== "train") return undefined;
  const { trainableRows } = curation.profile;
  const train = curation.isParted ? curation.parts?.find(({ part }) => part === "train")?.rows : undefined;
  return train === undefined ? trainableRows : Math.min(trainableRows, train);
}

/** Profiles of the files with a role in the programme. */
export function filesWithRole(
  { programme, datasets }: Pick<StudyFacts, "programme" | "datasets">,
  ...roles: string[]
): ScannedDatasets {
  const paths = new Set(programme.data.files.filter((file) => roles.includes(file.role)).map((file) => file.path));
  return datasets.filter((dataset) => paths.has(dataset.path));
}
