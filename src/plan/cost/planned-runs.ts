import type { Assumption } from "../../domain/assumption.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import { pointEstimate, pointRange } from "../../domain/point-range.ts";
import { computed, none, unknown, type LineCost, type TrainingFacts } from "./cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import type { Range } from "../uncertainty/lognormal.ts";
import { runCost } from "../run/run-cost.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** Unit in which a programme's runs are counted. */
export type RunsMeasure = "USD" | "GPU-h";

/** Input for the cost of a programme's runs, or for their paid hours if the measure is `GPU-h`. */
export type RunsRequest = { programme: Programme; training: TrainingFacts; book: LeafBook; measure?: RunsMeasure };

/** A formula over leaves. */
export type Formula = Extract<LineCost, { kind: "computed" }>;

/** True if a supervised run over the planned rows precedes the runs of DPO or GRPO. */
export function isSupervisedFirst({ training }: Pick<Programme, "training">): boolean {
  return training.sftFirst === true;
}

/** True if one long run over a corpus is planned and the user does not state the number of runs. */
export function isOneLongRun({ method, runs }: Pick<TrainingFacts, "method" | "runs">): boolean {
  return method === "continued-pretraining" && runs === undefined;
}

/**
 * Number of times that the tokens of one run are trained on: the number of runs, or, for one long run, 1 plus its sweep
 * and repeated work.
 */
export function runEquivalents(
  training: Pick<TrainingFacts, "method" | "runs">,
  assumption: (id: string) => Assumption,
): Range {
  if (training.runs !== undefined) return pointRange(training.runs);
  if (!isOneLongRun(training)) return assumption("training.runs");
  const [sweep, lost] = [assumption("pretraining.sweep.share"), assumption("training.lost-work.share")];
  const factorAt = (end: keyof Range): number => 1 + sweep[end] + lost[end] / (1 - lost[end]);
  return { p10: factorAt("p10"), p50: factorAt("p50"), p90: factorAt("p90") };
}

/** Total number of runs, as stated by the user or assumed, including repetitions and later passes. */
export function runCount({ training, book }: RunsRequest): { words: string; value: (read: Read) => number } {
  const id =
    training.runs === undefined ? book.assumed("training.runs") : book.stated("training.runs", training.runs, "runs");
  return { words: id, value: (x) => Math.round(x(id)) };
}

/** Compute of one run, `run.costPerRun`; every line uses the same formula. */
export function mainRun(request: RunsRequest): Formula | Unknown {
  const ids = { USD: "run.costPerRun", "GPU-h": "run.gpuHoursPerRun" };
  return oneRun(request, { ids, label: "one run", hours: request.training.gpuHoursPerRun });
}

/**
 * Compute of one run over the planned rows: the run itself, or the supervised run that follows continued pre-training.
 */
export function rowsRun(request: RunsRequest): LineCost {
  if (request.training.method !== "continued-pretraining") return mainRun(request);
  return supervisedRun(request, "one supervised run after the corpus");
}

function supervisedRun(request: RunsRequest, label: string): LineCost {
  const { training, programme } = request;
  const { supervisedGpuHours } = training;
  if (supervisedGpuHours === undefined || programme.data.plannedRows === 0) {
    return none("no rows are planned for a supervised run (data.plannedRows: 0)");
  }
  const ids = { USD: "run.supervised.costPerRun", "GPU-h": "run.supervised.gpuHours" };
  return oneRun(request, { ids, label, hours: supervisedGpuHours });
}

/** Compute of the supervised run before those of DPO or GRPO. It is run once, because the sweep is over the method. */
export function firstSupervisedRun(request: RunsRequest): LineCost {
  if (!isSupervisedFirst(request.programme)) return none("no supervised run comes first (training.sftFirst)");
  if (areMeanHours(request)) return passAtMeanHours(request, 1);
  return supervisedRun(request, "the supervised run before the others");
}

type Unknown = Extract<LineCost, { kind: "unknown" }>;

function oneRun(
  { book, training: { usdPerGpuHour, figures }, measure = "USD" }: RunsRequest,
  { ids, label, hours }: { ids: Readonly<Record<RunsMeasure, string>>; label: string; hours: Quantity },
): Formula | Unknown {
  const amount = measure === "USD" ? runCost(hours, usdPerGpuHour) : hours;
  if (isRefusal(amount)) return { kind: "unknown", reason: `${amount.refused}; ${amount.hint}` };
  const what = measure === "USD" ? "compute" : "GPU-hours";
  const run = book.estimated(ids[measure], amount, { label: `${what} of ${label}`, figures });
  return { kind: "computed", formula: run, value: (x) => x(run) };
}

/** True if the user's stated hours are the mean of all runs, so that a later pass takes as long. */
function areMeanHours({ programme, training }: RunsRequest): boolean {
  return programme.training.hoursPerRun !== undefined && !isOneLongRun(training);
}

/**
 * Compute of the preference pass. If the user states the hours of a run, they are the mean of all runs. Otherwise, a
 * pass over rewards has its own hours, and a pass over pairs costs a multiple of a run over the rows, according to its
 * number of pairs.
 *
 * @source multiples per pair: docs/concepts/training-model.md, section 2.4
 */
export function preferencePass(request: RunsRequest): LineCost {
  const { programme, training, book } = request;
  const { training: plan, data } = programme;
  const pass = plan.preferencePass;
  if (pass === "none") return none("no preference pass is planned (training.preferencePass: none)");
  if (areMeanHours(request)) return passAtMeanHours(request, 1);
  if (pass === "grpo") return rewardRun(request);
  const run = rowsRun(request);
  if (run.kind === "unknown") return run;
  if (run.kind === "none") return unknown(`${run.reason}, so the cost of a ${pass.toUpperCase()} pass is unknown`);
  if (data.preferencePairs === 0) {
    return unknown(`a ${pass.toUpperCase()} pass is planned but data.preferencePairs is 0: state the number of pairs`);
  }
  const factor = pairFactor(pass, { training, book });
  const pairs = book.stated("data.preferencePairs", data.preferencePairs, "pairs");
  const rows = book.stated("data.plannedRows", data.plannedRows, "rows");
  return computed(
    `${factor.words} × ${pairs} / ${rows} × ${run.formula}`,
    (x) => ((factor.value(x) * x(pairs)) / x(rows)) * run.value(x),
  );
}

/**
 * Compute of the GRPO pass, estimated as a separate run, because it trains on its own samples rather than on the rows.
 */
function rewardRun(request: RunsRequest): LineCost {
  const { rewardGpuHours } = request.training;
  if (rewardGpuHours === undefined) return unknown("the GRPO pass was not estimated");
  const ids = { USD: "run.reward.costPerRun", "GPU-h": "run.reward.gpuHours" };
  return oneRun(request, { ids, label: "the GRPO pass", hours: rewardGpuHours });
}

/** Compute of a pair relative to a row: two sequences, plus a reference forward pass if the loss has a reference. */
function pairFactor(
  pass: string,
  { training, book }: Pick<RunsRequest, "training" | "book">,
): { words: string; value: (read: Read) => number } {
  if (pass === "orpo") return { words: "2 sequences a pair without a reference model", value: () => 2 };
  const trainsAll = training.method === "full-sft" || training.method === "continued-pretraining";
  const id = book.assumed(`method.dpo.${trainsAll ? "full" : "lora"}.multiple-per-pair`);
  return { words: id, value: (x) => x(id) };
}

/**
 * Compute of the supervised pass after continued pre-training: with its own sweep if no number of runs is stated,
 * otherwise one run.
 */
export function supervisedPass(request: RunsRequest): LineCost {
  const { programme, training } = request;
  if (isSupervisedFirst(programme)) return firstSupervisedRun(request);
  if (training.method !== "continued-pretraining") {
    return none("the final run is over the rows: no continued pre-training comes before it");
  }
  const run = rowsRun(request);
  if (run.kind !== "computed") return run;
  if (areMeanHours(request)) return passAtMeanHours(request, programme.training.preferencePass === "none" ? 1 : 2);
  if (!isOneLongRun(training)) return run;
  const count = runCount(request);
  const others = programme.training.preferencePass === "none" ? 0 : 1;
  const words = others === 0 ? count.words : `(${count.words} − ${others})`;
  return computed(
    `${words} × ${run.formula}: with its own sweep and repeats`,
    (x) => Math.max(1, count.value(x) - others) * run.value(x),
  );
}

/** Compute of one of the stated runs; 0 if they are used up. */
function passAtMeanHours(request: RunsRequest, place: number): LineCost {
  const { training } = request;
  const run = mainRun(request);
  if (run.kind === "unknown") return run;
  if (training.runs !== undefined && training.runs <= place) {
    return none(`training.runs is ${training.runs}: no run is left for the pass`);
  }
  return computed(`${run.formula}: one of the runs, at their mean hours (training.hoursPerRun)`, run.value);
}

/** Number of passes before or after the main run that are part of the total number of runs. */
export function passCount({ programme, training }: RunsRequest): number {
  const hasPreference = programme.training.preferencePass !== "none";
  const isAfterCorpus = training.method === "continued-pretraining" && programme.data.plannedRows > 0;
  const hasSupervised = isAfterCorpus || isSupervisedFirst(programme);
  return (hasPreference ? 1 : 0) + (hasSupervised ? 1 : 0);
}

/**
 * Overhead of one run: hours during which all its GPUs are paid for. Stated hours already include it.
 *
 * @param purpose  the main run, or one over the planned rows, which comes after it if it is over a corpus
 */
export function runOverhead(
  { programme, training, book, measure = "USD" }: RunsRequest,
  purpose: "main" | "rows",
): LineCost {
  if (programme.training.hoursPerRun !== undefined) {
    return none("training.hoursPerRun states the wall hours of a run, which include them");
  }
  const { usdPerGpuHour, gpuCount, figures } = training;
  if (measure === "USD" && isRefusal(usdPerGpuHour)) return unknown(`${usdPerGpuHour.refused}; ${usdPerGpuHour.hint}`);
  const { supervisedOverhead = training.overhead } = training;
  const overhead = purpose === "main" ? training.overhead : supervisedOverhead;
  const unknownHours = overhead.map(({ hours }) => hours).find(isRefusal);
  if (unknownHours !== undefined) return unknown(`${unknownHours.refused}; ${unknownHours.hint}`);
  const parts = overhead.flatMap(({ id, label, hours }) =>
    isRefusal(hours) ? [] : [book.estimated(id, hours, { label, figures })],
  );
  const hours = { words: `(${parts.join(" + ")})`, value: (x: Read) => parts.reduce((sum, part) => sum + x(part), 0) };
  const basis = "the cheapest fleet that fits";
  const count = pointEstimate(gpuCount, "GPUs", basis);
  const gpus =
    programme.training.gpuCount === undefined
      ? book.estimated("run.gpuCount", count, { label: "GPUs of one run", figures })
      : book.stated("training.gpuCount", gpuCount, "GPUs");
  if (measure === "GPU-h" || isRefusal(usdPerGpuHour))
    return computed(`${hours.words} × ${gpus}`, (x) => hours.value(x) * x(gpus));
  const price = book.estimated("run.usdPerGpuHour", usdPerGpuHour, { label: "price of a GPU-hour", figures });
  return computed(`${hours.words} × ${gpus} × ${price}`, (x) => hours.value(x) * x(gpus) * x(price));
}

/** Ratio of paid to useful work if a share of the work is lost; at most ten, for draws of a share close to 1. */
export function timesWithLoss(lostShare: number): number {
  return 1 / (1 - Math.min(lostShare, 0.9));
}
