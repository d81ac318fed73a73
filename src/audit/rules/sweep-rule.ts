import { counted, percent, usd } from "../../base/words.ts";
import type { Quantity } from "../../domain/estimate.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { AuditFacts, SweepFact } from "../facts.ts";
import { replayAsha, type ReplayedRun } from "../replay-asha.ts";
import { noPrice, type Outcome, type Rule } from "../rule.ts";
import { ASHA, SWEEP_RUNS, WASTED_STEPS } from "../thresholds.ts";

/** Rule 2: a search without early stopping. */
export const noEarlyStopping: Rule = {
  id: "no-early-stopping",
  number: 2,
  mistake: "sweep without early stopping",
  check: (facts) => {
    const sweeps = facts.state.sweeps.filter(({ runs }) => runs.length >= SWEEP_RUNS);
    if (sweeps.length === 0) return withoutSweep(facts);
    const replayed = sweeps.map((sweep) => ({ sweep, minResource: minResource(sweep), ...replay(sweep) }));
    const evidence = replayed.map(({ sweep, minResource: least, share, runs }) => ({
      place: `runs of the experiment ${sweep.experiment}`,
      says: `${runs.length} runs with curves of ${sweep.metric}; with successive halving (eta ${ASHA.eta}, at least ${least} steps) ${stoppedCount(runs)} stop early, ${percent(share)} of the steps come after that; the best run is ${isBestKept(runs) ? "kept" : "stopped too"}`,
    })) as [{ place: string; says: string }];
    const wasteful = replayed.filter(({ share }) => share > WASTED_STEPS);
    if (wasteful.length === 0) {
      return {
        state: "pass",
        text: "Successive halving would have saved next to nothing: the runs stop early.",
        evidence,
      };
    }
    return {
      state: "finding",
      text: `${wasteful.map(({ sweep, share }) => `${percent(share)} of the steps of ${sweep.experiment}`).join(", ")} came after the point where successive halving stops the run.`,
      evidence,
      price: price(wasteful.flatMap(({ runs }) => runs)),
      action: "log eval metrics during the run and stop the worst by them; tunewright runs list shows the curves",
    };
  },
};

function withoutSweep({ spend, state, study, place, programme }: AuditFacts): Outcome {
  const runs = spend?.runs ?? 0;
  const logged = { place: "tunewright runs list", says: `${counted(runs, "run")} logged` };
  if (runs > 0 && runs < SWEEP_RUNS) {
    return {
      state: "pass",
      text: `No sweep: ${counted(runs, "run")} logged, fewer than ${SWEEP_RUNS}.`,
      evidence: [logged],
    };
  }
  const planned = { place: place(["training", "runs"]), says: `${study.training.runs} runs are planned` };
  const because =
    runs === 0
      ? `no curve is logged, and at least ${SWEEP_RUNS} runs with curves are needed`
      : `no ${SWEEP_RUNS} of the ${runs} runs share an experiment, their parameters and a loss with a curve${state.sweeps.length > 0 ? `; the largest group has ${Math.max(...state.sweeps.map((sweep) => sweep.runs.length))}` : ""}`;
  return {
    state: "not-checkable",
    text: `Not checkable, because ${because}.`,
    action: runs === 0 ? "tunewright serve, and log the runs to it" : "tunewright runs list",
    evidence: programme.training.runs === undefined ? [] : [planned],
  };
}

/** First rung: a 27th of the longest run, at least one step. */
function minResource({ runs }: SweepFact): number {
  const longest = runs.reduce((most, { points }) => Math.max(most, points.at(-1)?.[0] ?? 0), 0);
  return Math.max(1, Math.ceil(longest / ASHA.eta ** ASHA.rungs));
}

function replay(sweep: SweepFact): { runs: ReplayedRun[]; share: number } {
  const runs = replayAsha(sweep.runs, { minResource: minResource(sweep), eta: ASHA.eta });
  const all = runs.reduce((sum, { steps }) => sum + steps, 0);
  const after = runs.reduce((sum, { steps, stoppedAt }) => sum + steps - stoppedAt, 0);
  return { runs, share: all === 0 ? 0 : after / all };
}

function stoppedCount(runs: readonly ReplayedRun[]): number {
  return runs.filter(({ steps, stoppedAt }) => stoppedAt < steps).length;
}

function isBestKept(runs: readonly ReplayedRun[]): boolean {
  const last = ({ run }: ReplayedRun): number => run.points.at(-1)?.[1] ?? Number.POSITIVE_INFINITY;
  const best = runs.reduce((least, run) => (last(run) < last(least) ? run : least));
  return best.stoppedAt === best.steps;
}

/** Cost of the steps after the stops: each run's cost times the share of its steps. */
function price(runs: readonly ReplayedRun[]): Quantity {
  const priced = runs.filter(({ run }) => run.usd !== null);
  if (priced.length < runs.length) {
    return noPrice(
      `${runs.length - priced.length} of ${runs.length} runs have no known cost`,
      "log the tags gpu and gpu count, or set a price: docs/guides/tracking-and-money.md",
    );
  }
  const saved = priced.reduce(
    (sum, { run, steps, stoppedAt }) => sum + run.usd! * (1 - stoppedAt / Math.max(1, steps)),
    0,
  );
  const spent = priced.reduce((sum, { run }) => sum + run.usd!, 0);
  return {
    ...pointRange(saved),
    unit: "USD",
    basis: `cost of each run × share of its steps after its stop, ${usd(spent)} USD spent in total; metered costs, not an estimate`,
    n: priced.length,
    sources: ["metered runs", "Li et al. 2020, ASHA"],
  };
}
