import type { BudgetShape } from "../domain/cost.ts";
import type { ModelLifecycle } from "../domain/model-lifecycle.ts";
import type { ScoreInterval } from "../domain/score-interval.ts";

/** A hosted model that the programme uses, with the dated statements about its end. */
export type HostedModel = {
  /** `seller/model`. */
  model: string;
  /** Its use in the programme, as a phrase. */
  use: string;
  place: string;
  /** True if its provider fine-tunes it: the ends of tuning and of deployment apply then, too. */
  isTuned: boolean;
  ends: readonly ModelLifecycle[];
};

/** Score of an evaluation with and without the items that training rows contain. */
export type ScoreContrast = {
  /** `evaluations/ID/result.json`, or the file of an import. */
  place: string;
  target: string;
  scorer: string;
  items: number;
  score: number | null;
  cleanItems: number;
  cleanScore: number | null;
};

/** An evaluated target: its result, and its score. */
type EvaluatedTarget = { place: string; target: string; score: number | null };

/** A run that trained all weights and one that trained an adapter, evaluated on equal terms. */
export type MethodComparison = {
  scorer: string;
  items: number;
  full: EvaluatedTarget;
  adapter: EvaluatedTarget;
  /** Score of the full run minus that of the adapter, paired over the items. */
  difference: number | null;
  interval: ScoreInterval | null;
};

/** Spend so far. */
export type ActualSpend = {
  totalUsd: number;
  activities: readonly { activity: string; usd: number }[];
  shape: BudgetShape;
  /** Entries that book annotation outside the accounts of data and evaluation. */
  misbooked: readonly { seq: number; account: string; usd: number; memo: string }[];
};

/** Comparison of the training files with the evaluation files of the programme, verbatim. */
export type SharedRows = {
  training: readonly string[];
  evaluation: readonly string[];
  searched: number;
  items: number;
  /** Training rows with an evaluation item: their number, and the first of them. */
  count: number;
  first: readonly { place: string; says: string }[];
};
