import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { PricedRunList } from "../../domain/money.ts";
import { JobList, type TrainingJob } from "../../domain/training-job.ts";
import { BilledServices } from "../../domain/vendor-chain.ts";
import { billedServices } from "../money/bills/billed-services.ts";
import { ALL_RUNS } from "../money/budgets.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { listPricedRuns } from "../money/priced-runs.ts";
import type { Pricing } from "../money/pricing.ts";
import { answerFromState } from "../state/with-state.ts";
import type { Store } from "../../store/open-store.ts";
import { listJobs } from "../training/job-rows.ts";

/** Location of runs and jobs, and the current time. */
export type StateOptions = { env: Readonly<Record<string, string | undefined>>; now: Clock };

/** Recorded training: jobs, and the compute that trainers reported. */
export type RecordedTraining = {
  jobs: TrainingJob[];
  /** Sum over the runs that reported it, FLOP. */
  flop: number;
  /** Number of runs that reported it. */
  runs: number;
  /** Number of runs that did not report it: their compute is unknown, not zero. */
  silent: number;
  /** Services in bills, with the head of the ledger; null if there is no state. */
  billed: BilledServices | null;
};

/** Metrics in which trainers report compute: `total_flos` of transformers, alone or with the prefix of its callback. */
const FLOP_METRICS = ["total_flos", "train/total_flos"];

const NOTHING: RecordedTraining = { jobs: [], flop: 0, runs: 0, silent: 0, billed: null };

/** Training recorded in the state of a programme; empty if nothing was logged or there is no state. */
export async function recordedTraining(dir: string, state: StateOptions | undefined): Promise<RecordedTraining> {
  if (state === undefined) return NOTHING;
  const place = { programmeDir: dir, ...state };
  try {
    const { jobs } = await answerFromState(place, {
      local: (store) => listJobs(store, state.now().getTime()),
      path: "/training/jobs",
      output: JobList,
    });
    const { runs } = await answerFromState(place, {
      local: async (store, programmes) =>
        listPricedRuns(store, ALL_RUNS, await folderPricing({ cwd: dir, now: state.now }, programmes)),
      path: "/runs",
      query: ALL_RUNS,
      output: PricedRunList,
    });
    const billed = await answerFromState(place, {
      local: billedServices,
      path: "/bills/services",
      output: BilledServices,
    });
    return { jobs, ...flopOf(runs), billed };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return NOTHING;
    throw error;
  }
}

/** Training recorded in an open state, as in the server that owns it. */
export async function recordedIn(store: Store, pricing: Pricing, nowMs: number): Promise<RecordedTraining> {
  const { jobs } = await listJobs(store, nowMs);
  const { runs } = await listPricedRuns(store, ALL_RUNS, pricing);
  return { jobs, ...flopOf(runs), billed: await billedServices(store) };
}

function flopOf(runs: PricedRunList["runs"]): Pick<RecordedTraining, "flop" | "runs" | "silent"> {
  const flops = runs.flatMap(({ metrics }) => {
    const value = metrics.find(({ key }) => FLOP_METRICS.includes(key))?.value;
    return typeof value === "number" ? [value] : [];
  });
  return {
    flop: flops.reduce((sum, value) => sum + value, 0),
    runs: flops.length,
    silent: runs.length - flops.length,
  };
}
