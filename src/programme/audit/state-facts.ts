import type { AuditFacts, StateFacts, SweepFact } from "../../audit/facts.ts";
import type { ActualSpend, MethodComparison } from "../../audit/found-facts.ts";
import { SWEEP_RUNS } from "../../audit/thresholds.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { MoneyOverview, type PricedRun, PricedRunList } from "../../domain/money.ts";
import { ReleasedVersions } from "../../domain/released-version.ts";
import { RunCurves } from "../../domain/tracked-run.ts";
import { JobList } from "../../domain/training-job.ts";
import { ALL_RUNS } from "../money/budgets.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { moneyOverview } from "../money/overview.ts";
import { listPricedRuns } from "../money/priced-runs.ts";
import type { Pricing } from "../money/pricing.ts";
import { releasedVersions } from "../runs/released-versions.ts";
import { runCurves } from "../runs/show-run.ts";
import type { Store } from "../../store/open-store.ts";
import { type AskState, withState } from "../state/with-state.ts";
import { listJobs } from "../training/job-rows.ts";
import { actualSpend } from "./actual-spend.ts";
import { methodComparison } from "./method-comparison.ts";

/** An open state, as in the server that owns it. */
export type OpenState = { store: Store; pricing: Pricing };

/** Facts from the state. */
type FromState = Pick<AuditFacts, "spend" | "state"> & {
  actual: ActualSpend | null;
  comparison: MethodComparison | null;
};

/** Location of the state, and the current time; `open`: the state itself, if it is already open. */
type StateOptions = {
  evaluations: readonly EvaluationResult[];
  assumption: (id: string) => Assumption;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  open?: OpenState | undefined;
};

/** Losses by which a search may be judged, in order of preference; lower is better for each. */
const LOSSES = ["eval_loss", "eval/loss", "val_loss", "validation/loss", "train/loss", "train_loss", "loss"];

/** Maximum number of points of a replayed curve. */
const POINTS = 320;

/** Facts from the runs, jobs, ledger and model registry of a programme; empty if nothing was logged. */
export async function stateFacts(dir: string, options: StateOptions): Promise<FromState> {
  const { env, now, open } = options;
  if (open !== undefined) return factsFrom(dir, options, ({ local }) => local(open.store, open.pricing.programmes));
  try {
    return await withState({ programmeDir: dir, env, now }, (ask) => factsFrom(dir, options, ask));
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found")
      return { spend: null, state: NOTHING, actual: null, comparison: null };
    throw error;
  }
}

async function factsFrom(
  dir: string,
  { now, evaluations, assumption }: StateOptions,
  ask: AskState,
): Promise<FromState> {
  const overview = await ask({
    local: async (store, programmes) => moneyOverview(store, await folderPricing({ cwd: dir, now }, programmes), now()),
    path: "/money",
    output: MoneyOverview,
  });
  const { runs } = await ask({
    local: async (store, programmes) =>
      listPricedRuns(store, ALL_RUNS, await folderPricing({ cwd: dir, now }, programmes)),
    path: "/runs",
    query: ALL_RUNS,
    output: PricedRunList,
  });
  const { jobs } = await ask({
    local: (store) => listJobs(store, now().getTime()),
    path: "/training/jobs",
    output: JobList,
  });
  const { versions } = await ask({ local: releasedVersions, path: "/releases", output: ReleasedVersions });
  const sweeps = await sweepsOf(runs, async (id, key) => {
    const { curves } = await ask({
      local: (store) => runCurves(store, id, { keys: [key], points: POINTS }),
      path: `/runs/${id}/metrics`,
      query: { key: [key], points: POINTS },
      output: RunCurves,
    });
    return curves[0]?.points ?? [];
  });
  return {
    spend: { overview, runs: runs.length },
    state: { jobs, sweeps, releases: versions },
    actual: await actualSpend(ask, { dir, now, assumption }),
    comparison: evaluations.length < 2 ? null : await methodComparison(dir, { evaluations, runs }),
  };
}

const NOTHING: StateFacts = { jobs: [], sweeps: [], releases: [] };

type Points = RunCurves["curves"][number]["points"];

/**
 * Groups of runs with the same experiment, parameters and loss, with their curves, oldest run first; groups with too
 * few runs are omitted.
 */
async function sweepsOf(
  runs: readonly PricedRun[],
  curveOf: (id: string, key: string) => Promise<Points>,
): Promise<SweepFact[]> {
  const groups = new Map<string, { experiment: string; metric: string; runs: PricedRun[] }>();
  for (const run of runs) {
    const metric = LOSSES.find((name) => run.metrics.some(({ key }) => key === name));
    if (metric === undefined) continue;
    const names = run.params.map(({ key }) => key).toSorted();
    const key = JSON.stringify([run.experimentId, metric, names]);
    const group = groups.get(key) ?? { experiment: run.experiment, metric, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  const sweeps: SweepFact[] = [];
  for (const { experiment, metric, runs: members } of groups.values()) {
    if (members.length < SWEEP_RUNS) continue;
    const ordered = members.toSorted((a, b) => (`${a.startedAt}${a.id}` < `${b.startedAt}${b.id}` ? -1 : 1));
    const curves = [];
    for (const run of ordered) {
      const points = (await curveOf(run.id, metric)).map(([step, , value]) => [Number(step), Number(value)] as const);
      const { usd } = run.cost;
      if (points.length > 1)
        curves.push({ id: run.id, name: run.name, points, usd: usd === null ? null : Number(usd) });
    }
    if (curves.length > 0) sweeps.push({ experiment, metric, runs: curves });
  }
  return sweeps;
}
