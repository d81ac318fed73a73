import type { BudgetShape } from "../domain/cost.ts";
import type { EvaluationResult } from "../domain/evaluation-result.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { ModelLifecycle } from "../domain/model-lifecycle.ts";
import type { MoneyOverview } from "../domain/money.ts";
import type { SellerClass, Term } from "../domain/price.ts";
import type { Programme } from "../domain/programme.ts";
import type { Study } from "../domain/study.ts";
import type { SetCheck, TestsetLock } from "../domain/testset-lock.ts";

/** Another way to buy the GPUs, with what interruptions add where it is spot. */
export type RentalOption = {
  term: Term;
  sellerClass: SellerClass;
  /** US dollars per GPU-hour on the day of the audit. */
  usdPerGpuHour: Quantity;
  /** Billed hours over undisturbed ones, 1 or more; null where interruptions come faster than the run gets on. */
  billedFactor: { p10: number; p50: number; p90: number } | null;
};

/** A secret in a configuration file; never its text. */
export type FoundSecret = { file: string; line: number; kind: string };

/** What runs and bills say. `runs` counts those that the overview names, ten at most. */
export type SpendFacts = { overview: MoneyOverview; runs: number };

/** Everything that the rules look at. Gathered once; the rules read and compute. */
export type AuditFacts = {
  programme: Programme;
  study: Study;
  /** Where a field of programme.yaml stands: `programme.yaml, line 12, training.gpu`. */
  place: (field: readonly (string | number)[]) => string;
  /** The folder as people write it, for commands. */
  shownDir: string;
  /** US dollars of one run with LoRA on its own fleet, and of the planned one, both as modelled; null where not needed. */
  lora: { planned: Quantity; lora: Quantity; fleet: string } | null;
  rentals: readonly RentalOption[];
  /** Shares of the budget that the programme quotes; null where it quotes none. */
  quotedShape: BudgetShape | null;
  evaluations: readonly EvaluationResult[];
  lock: TestsetLock | undefined;
  setChecks: readonly SetCheck[];
  /** Why the sets could not be checked; null where they could, or where there are none. */
  setProblem: string | null;
  lifecycle: readonly ModelLifecycle[];
  /** null where nothing was logged. */
  spend: SpendFacts | null;
  /** Configuration files that were searched, and the secrets in them. */
  configuration: { files: readonly string[]; secrets: readonly FoundSecret[] };
};
