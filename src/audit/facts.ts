import type { ForeignRecord } from "../domain/audit-import.ts";
import type { BudgetShape } from "../domain/cost.ts";
import type { EvaluationResult } from "../domain/evaluation-result.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { ModelLifecycle } from "../domain/model-lifecycle.ts";
import type { MoneyOverview } from "../domain/money.ts";
import type { SellerClass, Term } from "../domain/price.ts";
import type { Programme } from "../domain/programme.ts";
import type { Study } from "../domain/study.ts";
import type { TrainingJob } from "../domain/training-job.ts";
import type { SetCheck, TestsetLock } from "../domain/testset-lock.ts";
import type { ActualSpend, HostedModel, MethodComparison, ScoreContrast, SharedRows } from "./found-facts.ts";
import type { CurveRun } from "./replay-asha.ts";

/** An alternative way to buy the GPUs, with the effect of interruptions for spot. */
export type RentalOption = {
  term: Term;
  sellerClass: SellerClass;
  /** US dollars per GPU-hour on the day of the audit. */
  usdPerGpuHour: Quantity;
  /** Ratio of billed to undisturbed hours, 1 or more; null if interruptions come faster than the run progresses. */
  billedFactor: { p10: number; p50: number; p90: number } | null;
};

/** A secret in a configuration file, without its text. */
export type FoundSecret = { file: string; line: number; kind: string };

/** Facts from runs and bills. */
export type SpendFacts = { overview: MoneyOverview; runs: number };

/** Runs of one experiment with the same parameters but different values: a search. */
export type SweepFact = { experiment: string; metric: string; runs: readonly CurveRun[] };

/** A model version in use: it has an alias or a stage. */
export type ReleaseFact = { model: string; version: number; marks: readonly string[] };

/** A gate of an evaluation, with the smallest difference that its items can detect. */
export type GateFact = {
  /** `eval/NAME.yaml`. */
  file: string;
  gate: string;
  scorer: string;
  /** Number of items on which both targets were scored. */
  items: number;
  /** Difference that the gate decides on: its margin, or the observed difference if any difference is sufficient. */
  decides: number;
  /** Smallest difference detected with 80 % power at the 5 % level; null if it cannot be computed. */
  detectable: number | null;
};

/** A gate as its evaluation states it, with or without a result. */
export type StatedGate = {
  /** `eval/NAME.yaml`. */
  file: string;
  evaluation: string;
  /** Name of its set in testset.lock. */
  set: string;
  gate: string;
};

/** A duty that applies today, and its missing evidence. */
export type DutyFact = {
  id: string;
  title: string;
  ref: string;
  from: string | null;
  asked: number;
  open: readonly string[];
};

/** The data version of a training job, as searched now. */
export type TrainedVersion = {
  folder: string;
  digest: string;
  rows: number;
  /** Number of searched rows, from the first. */
  searched: number;
  /** Personal data by kind; names are not searched for. */
  personalData: readonly { entity: string; rows: number }[];
  /** Locked sets that the rows were compared with, verbatim. */
  sets: readonly string[];
  /** Rows that contain an item of one of them: the first ones, and their number. */
  testRows: { count: number; first: readonly { row: number; set: string; item: number }[] };
  /** Prompts with different answers although one answer is expected: their number, and the first pairs of rows. */
  conflicts: { count: number; first: readonly { row: number; earlier: number }[] };
};

/** Statements of the sources of `audit import`; null for a programme that was written by hand. */
export type ForeignFacts = {
  record: ForeignRecord;
  /** Whether programme.yaml states a field; otherwise it has its default, which nobody decided on. */
  isStated: (field: readonly string[]) => boolean;
  /** Dataset files that have changed since the import. */
  changed: readonly string[];
  /** Dated statements about each base that the configurations name. */
  lifecycles: readonly { base: string; place: string; rows: readonly ModelLifecycle[] }[];
  /** Test items, by what they share with the training rows; null if there are no test items or no training rows. */
  shared: { items: number; sharing: number; examples: readonly string[] } | null;
  /** Training rows whose addresses are all reserved for examples. */
  reservedRows: number;
};

/** Records of the state of a programme: jobs, searches, releases; null if nothing was logged. */
export type StateFacts = {
  jobs: readonly Pick<TrainingJob, "id" | "name" | "state" | "datasetDigest">[];
  sweeps: readonly SweepFact[];
  releases: readonly ReleaseFact[];
};

/** All facts for the rules, collected once; the rules only compute. */
export type AuditFacts = {
  programme: Programme;
  /** Files of `data.files` that do not exist. */
  gone: readonly string[];
  study: Study;
  /** Location of a field of programme.yaml: `programme.yaml, line 12, training.gpu`. */
  place: (field: readonly (string | number)[]) => string;
  /** The folder as written by the user, for suggested commands. */
  shownDir: string;
  /**
   * US dollars of one run with LoRA on its best fleet, and of the planned run, both as modelled; null if not needed.
   */
  lora: { planned: Quantity; lora: Quantity; fleet: string } | null;
  /** An evaluation of both methods; null if there is none. */
  comparison: MethodComparison | null;
  rentals: readonly RentalOption[];
  /** Shares of the budget that the programme quotes; null if it quotes none. */
  quotedShape: BudgetShape | null;
  /** null if nothing was spent. */
  actual: ActualSpend | null;
  evaluations: readonly EvaluationResult[];
  lock: TestsetLock | undefined;
  setChecks: readonly SetCheck[];
  /** Reason why the sets could not be checked; null if they could, or if there are none. */
  setProblem: string | null;
  /** Gates with a result, and the reason why the others have none. */
  gates: readonly GateFact[];
  gateProblems: readonly string[];
  /** All gates that evaluations state. */
  statedGates: readonly StatedGate[];
  /** Duties that apply today. */
  duties: readonly DutyFact[];
  /** Number of obligations whose application depends on facts that nobody stated. */
  undecidedDuties: number;
  /** Reason why they are unknown; null if they are known. */
  dutyProblem: string | null;
  lifecycle: readonly ModelLifecycle[];
  hosted: readonly HostedModel[];
  /** US dollars of moving to another base model: training runs, people for one retraining, evaluation. */
  migration: Quantity;
  /** null if nothing was logged. */
  spend: SpendFacts | null;
  state: StateFacts;
  /** null if no job trained on a version that still exists unchanged in the folder. */
  trained: TrainedVersion | null;
  /** Reason why the version that a job trained on cannot be searched; null if it can, or if no job names one. */
  trainedProblem: string | null;
  /** Evaluations with items that training rows contain. */
  contrasts: readonly ScoreContrast[];
  /** null if the programme does not name both training and evaluation files, or if they cannot be read. */
  sharedRows: SharedRows | null;
  /** Reason why they cannot be read; null if they can. */
  sharedProblem: string | null;
  foreign: ForeignFacts | null;
  /** Searched configuration files, and the secrets in them. */
  configuration: { files: readonly string[]; secrets: readonly FoundSecret[] };
};
