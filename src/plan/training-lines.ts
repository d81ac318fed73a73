import { isRefusal } from "../domain/estimate.ts";
import type { Programme } from "../domain/programme.ts";
import { computed, none, unknown, type LineCost, type LineModel, type TrainingFacts } from "./cost-facts.ts";
import type { LeafBook } from "./leaf.ts";
import type { Read } from "./simulate.ts";

/** What all training lines share: the cost of one run, and how many runs there are. */
type Runs = { cost: (read: Read) => number; words: string; count: string; areStated: boolean };

/**
 * What the training compute costs: sweep, failed and repeated runs, the final run, the preference pass.
 * Runs that the user states are all the runs there are: repeats and the preference pass are among them.
 */
export function trainingLines(programme: Programme, training: TrainingFacts, book: LeafBook): LineModel[] {
  const line = (id: string, label: string, cost: LineCost): LineModel => ({
    id: `cost.training.${id}`,
    category: "training",
    label,
    part: "compute",
    cost,
  });
  const { gpuHoursPerRun, usdPerGpuHour } = training;
  for (const quantity of [gpuHoursPerRun, usdPerGpuHour]) {
    if (!isRefusal(quantity)) continue;
    const cost = unknown(`${quantity.refused}; ${quantity.hint}`);
    return [
      line("sweep", "hyper-parameter sweep", cost),
      line("failed", "failed and repeated runs", cost),
      line("final", "final run", cost),
      line("preference", "preference pass", programme.training.preferencePass === "none" ? NO_PASS : cost),
    ];
  }
  const runs = oneRun(training, book);
  const hasPass = programme.training.preferencePass !== "none";
  const others = runs.areStated && hasPass ? 2 : 1;
  return [
    line(
      "sweep",
      "hyper-parameter sweep",
      computed(
        `(${runs.count} − ${others}) × ${runs.words}`,
        (x) => Math.max(0, Math.round(x(runs.count)) - others) * runs.cost(x),
      ),
    ),
    line("failed", "failed and repeated runs", failedRuns(runs, book)),
    line("final", "final run", computed(runs.words, runs.cost)),
    line("preference", "preference pass", preferencePass(programme, runs, book)),
  ];
}

const NO_PASS = none("no preference pass is planned (training.preferencePass: none)");

function oneRun({ gpuHoursPerRun, usdPerGpuHour, runs, figures }: TrainingFacts, book: LeafBook): Runs {
  if (isRefusal(gpuHoursPerRun) || isRefusal(usdPerGpuHour)) throw new TypeError("a refused run has no cost");
  const hours = book.estimated("run.gpuHoursPerRun", gpuHoursPerRun, { label: "GPU-hours of one run", figures });
  const price = book.estimated("run.usdPerGpuHour", usdPerGpuHour, { label: "price of a GPU-hour", figures });
  const areStated = runs !== undefined;
  return {
    cost: (x) => x(hours) * x(price),
    words: `${hours} × ${price}`,
    count: areStated ? book.stated("training.runs", runs, "runs") : book.assumed("training.runs"),
    areStated,
  };
}

function failedRuns(runs: Runs, book: LeafBook): LineCost {
  if (runs.areStated) return none("training.runs states all runs: failed and repeated ones are among them");
  const share = book.assumed("training.failed.share");
  return computed(
    `${runs.count} × ${runs.words} × ${share} / (1 − ${share})`,
    (x) => (Math.round(x(runs.count)) * runs.cost(x) * x(share)) / (1 - x(share)),
  );
}

function preferencePass({ training, data }: Programme, runs: Runs, book: LeafBook): LineCost {
  const pass = training.preferencePass;
  if (pass === "none") return NO_PASS;
  if (runs.areStated && training.hoursPerRun !== undefined) {
    return training.runs === 1
      ? none("training.runs is 1: the pass is that run")
      : computed(`${runs.words}: one of the runs that training.runs states, at their mean hours`, runs.cost);
  }
  if (pass === "grpo") {
    const factor = book.assumed("method.grpo.multiple");
    return computed(`${factor} × ${runs.words}`, (x) => x(factor) * runs.cost(x));
  }
  if (data.preferencePairs === 0) {
    return unknown(
      `a ${pass.toUpperCase()} pass is planned but data.preferencePairs is 0: say how many pairs there are`,
    );
  }
  const factor = book.assumed("method.dpo.multiple");
  const pairs = book.stated("data.preferencePairs", data.preferencePairs, "pairs");
  const rows = book.stated("data.plannedRows", data.plannedRows, "rows");
  return computed(
    `${factor} × ${pairs} / ${rows} × ${runs.words}`,
    (x) => ((x(factor) * x(pairs)) / x(rows)) * runs.cost(x),
  );
}
