import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { hardwareFlopPerGpuHour } from "../../comply/training-flop.ts";
import { AccessLogSummary } from "../../domain/access-log.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { PricedRunList } from "../../domain/money.ts";
import { ReleasedVersions } from "../../domain/released-version.ts";
import { JobList, type TrainingJob } from "../../domain/training-job.ts";
import { BilledServices } from "../../domain/vendor-chain.ts";
import { accessLogSummary } from "../accounts/access-log.ts";
import { billedServices } from "../money/bills/billed-services.ts";
import { ALL_RUNS } from "../money/budgets.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { GPU_TAGS } from "../money/run-rate.ts";
import { listPricedRuns } from "../money/priced-runs.ts";
import type { Pricing } from "../money/pricing.ts";
import { releasedVersions } from "../runs/released-versions.ts";
import { answerFromState } from "../state/with-state.ts";
import type { Store } from "../../store/open-store.ts";
import { listJobs } from "../training/job-rows.ts";

/** Location of runs and jobs, and the current time. */
export type StateOptions = { env: Readonly<Record<string, string | undefined>>; now: Clock };

/** Recorded training: jobs, and the compute that trainers reported. */
export type RecordedTraining = {
  jobs: TrainingJob[];
  /** Sum over the runs that reported it, and over those whose hardware bounds it, FLOP. */
  flop: number;
  /** Number of runs that reported it. */
  runs: number;
  /** Number of runs that did not, and whose GPU and GPU-hours bound it. */
  bounded: number;
  /** Number of runs without either: their compute is unknown, not zero. */
  silent: number;
  /** Services in bills, with the head of the ledger; null if there is no state. */
  billed: BilledServices | null;
  /** Registered model versions in use. */
  releases: ReleasedVersions;
  /** Access log of the server; null if there is no state. */
  access: AccessLogSummary | null;
};

/** Metrics in which trainers report compute: `total_flos` of transformers, alone or with the prefix of its callback. */
const FLOP_METRICS = ["total_flos", "train/total_flos"];

const NOTHING: RecordedTraining = {
  jobs: [],
  flop: 0,
  runs: 0,
  bounded: 0,
  silent: 0,
  billed: null,
  releases: { versions: [] },
  access: null,
};

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
    const releases = await answerFromState(place, {
      local: releasedVersions,
      path: "/releases",
      output: ReleasedVersions,
    });
    const access = await answerFromState(place, {
      local: ({ dataDir }) => accessLogSummary(dataDir),
      path: "/access-log",
      output: AccessLogSummary,
    });
    return { jobs, ...flopOf(runs), billed, releases, access };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return NOTHING;
    throw error;
  }
}

/** Training recorded in an open state, as in the server that owns it. */
export async function recordedIn(store: Store, pricing: Pricing, nowMs: number): Promise<RecordedTraining> {
  const { jobs } = await listJobs(store, nowMs);
  const { runs } = await listPricedRuns(store, ALL_RUNS, pricing);
  return {
    jobs,
    ...flopOf(runs),
    billed: await billedServices(store),
    releases: await releasedVersions(store),
    access: await accessLogSummary(store.dataDir),
  };
}

function flopOf(runs: PricedRunList["runs"]): Pick<RecordedTraining, "flop" | "runs" | "bounded" | "silent"> {
  const sum = { flop: 0, runs: 0, bounded: 0, silent: 0 };
  for (const run of runs) {
    const logged = run.metrics.find(({ key }) => FLOP_METRICS.includes(key))?.value;
    const flop = typeof logged === "number" ? logged : hardwareBound(run);
    if (flop === null) sum.silent += 1;
    else if (typeof logged === "number") sum.runs += 1;
    else sum.bounded += 1;
    sum.flop += flop ?? 0;
  }
  return sum;
}

/** Compute of a run by its GPU-hours, at half the peak of its GPU, FLOP; null if either is unknown. */
function hardwareBound({ tags, cost: { gpuHours } }: PricedRunList["runs"][number]): number | null {
  const name = GPU_TAGS.flatMap((tag) => tags.find(({ key }) => key === tag)?.value ?? [])[0];
  if (name === undefined || gpuHours === null || gpuHours === 0) return null;
  const gpu = gpuNamed(name);
  const perGpuHour = gpu === null ? null : hardwareFlopPerGpuHour(gpu);
  return perGpuHour === null ? null : gpuHours * perGpuHour;
}

function gpuNamed(name: string): Gpu | null {
  try {
    return findGpu(name);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
