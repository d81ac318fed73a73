import { isRefusal } from "../../domain/estimate.ts";
import { computed, none, unknown, type LineCost, type LineModel } from "./cost-facts.ts";
import {
  type Formula,
  isOneLongRun,
  isSupervisedFirst,
  mainRun,
  passCount,
  preferencePass,
  runCount,
  runOverhead,
  type RunsRequest,
  supervisedPass,
  timesWithLoss,
} from "./planned-runs.ts";

/**
 * Cost of the training compute: tokenising, sweep, failed and repeated runs, overhead, the final run, and later passes.
 * The total number of runs, stated or assumed, includes repeated runs and passes. Continued pre-training is one run
 * over the corpus: its sweep is a share of that run, and its losses are bounded by its checkpoints.
 */
export function trainingLines(request: RunsRequest): LineModel[] {
  const run = mainRun(request);
  const known = (cost: (run: Formula) => LineCost): LineCost => (run.kind === "unknown" ? run : cost(run));
  const isLong = isOneLongRun(request.training);
  return [
    line("tokenising", "tokenising on a CPU machine", tokenising(request)),
    line(
      "sweep",
      "hyper-parameter sweep",
      known((one) => sweep(one, request)),
    ),
    line(
      "failed",
      isLong ? "work lost between checkpoints" : "failed and repeated runs",
      known((one) => failedRuns(one, request)),
    ),
    line(
      "overhead",
      `start-up, in-run evaluation, checkpoints${request.training.overhead.some(({ id }) => id.endsWith("interruptions")) ? ", interruptions" : ""}`,
      known(() => overhead(request)),
    ),
    line("final", "final run", run),
    line(
      "supervised",
      isSupervisedFirst(request.programme) ? "supervised run before the others" : "supervised pass after the corpus",
      supervisedPass(request),
    ),
    line("preference", "preference pass", preferencePass(request)),
  ];
}

function line(id: string, label: string, cost: LineCost): LineModel {
  return { id: `cost.training.${id}`, category: "training", label, part: "compute", cost };
}

/** Tokenising needs no GPU, and its result is stored: one CPU machine, once for all runs. */
function tokenising({ training, book, measure = "USD" }: RunsRequest): LineCost {
  if (measure === "GPU-h") return none("takes no GPU");
  if (training.tokenisingHours === undefined)
    return none("training.hoursPerRun states the wall hours of a run, which include it");
  const { figures, tokenisingHours } = training;
  if (isRefusal(tokenisingHours)) return unknown(`${tokenisingHours.refused}; ${tokenisingHours.hint}`);
  const hours = book.estimated("run.tokenising.hours", tokenisingHours, { label: "hours of tokenising", figures });
  const price = book.assumed("cpu.machine.usd-per-hour");
  return computed(`${hours} × ${price}: once for all runs`, (x) => x(hours) * x(price));
}

function sweep(run: Formula, request: RunsRequest): LineCost {
  if (isOneLongRun(request.training)) {
    const share = request.book.assumed("pretraining.sweep.share");
    return computed(`${share} × ${run.formula}: small proxies`, (x) => x(share) * run.value(x));
  }
  const count = runCount(request);
  const others = 1 + passCount(request);
  return computed(
    `(${count.words} − ${others}) × ${run.formula}`,
    (x) => Math.max(0, count.value(x) - others) * run.value(x),
  );
}

function failedRuns(run: Formula, { programme, training, book }: RunsRequest): LineCost {
  if (!isOneLongRun(training)) {
    const counts = training.runs === undefined ? "the assumed number of runs" : "training.runs";
    return none(`${counts} counts all runs, including failed and repeated ones`);
  }
  if (programme.training.hoursPerRun !== undefined) {
    return none("training.hoursPerRun states the wall hours of the run, which include lost work");
  }
  const share = book.assumed("training.lost-work.share");
  return computed(`${run.formula} × ${share} / (1 − ${share})`, (x) => run.value(x) * (timesWithLoss(x(share)) - 1));
}

function overhead(request: RunsRequest): LineCost {
  const perRun = runOverhead(request, "main");
  if (perRun.kind !== "computed") return perRun;
  const count = runCount(request);
  if (!isOneLongRun(request.training)) {
    return computed(`${count.words} × ${perRun.formula}`, (x) => count.value(x) * perRun.value(x));
  }
  // The total number of runs covers runs over the rows; the run over the corpus is additional.
  if (passCount(request) === 0) return perRun;
  const overRows = runOverhead(request, "rows");
  if (overRows.kind !== "computed") return overRows;
  return computed(
    `${perRun.formula} + ${count.words} × ${overRows.formula}`,
    (x) => perRun.value(x) + count.value(x) * overRows.value(x),
  );
}
