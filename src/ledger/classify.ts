import type { BillClass } from "../domain/bill.ts";
import type { BillLine } from "./focus.ts";

/** A run, with the data needed for matching bills. */
export type BilledRun = {
  id: string;
  /** Machines on which it ran, by their names in the bill. */
  resources: readonly string[];
  /** Its resource and account, if known. It is matched by time if no machine is named. */
  allocation: { sku: string; account: string } | null;
  alive: readonly { fromMs: number; toMs: number }[];
  /** The run failed, or stopped reporting without an end. */
  isFailed: boolean;
};

/** Index of runs for matching. */
export type BilledRuns = {
  byId: ReadonlyMap<string, BilledRun>;
  byResource: ReadonlyMap<string, readonly BilledRun[]>;
  withAllocation: readonly BilledRun[];
};

/** Class of a bill line, and the reason. */
export type Classified = { class: BillClass; runId: string | null; why: string };

/** Reason for assigning a line of a machine to a run. */
export const OF_MACHINE = "the machine of the run, while it was alive";

/** Bill tags that identify a run. */
const RUN_TAGS = ["tunewright.run", "tunewright_run", "mlflow.run_id", "mlflow_run_id", "run_id"];

/** Charge categories that do not pay for anything that runs. */
const NOT_WORK = /^(?:Tax|Credit|Adjustment)$/;

/** Services whose machines are used for training. */
const MACHINES = /^(?:Compute|AI and Machine Learning)$/i;

/**
 * The single class of a bill line. In order: tax, credit and support; the tag of a run; a machine on which a run ran,
 * during or around its time; the rented product, on the run's account and during its time; then by the service that was
 * charged.
 */
export function classify(line: BillLine, runs: BilledRuns): Classified {
  if (NOT_WORK.test(line.chargeCategory) || /\bsupport\b/i.test(line.service)) {
    return { class: "not-work", runId: null, why: `charge category ${line.chargeCategory || "unknown"}` };
  }
  const tagged = RUN_TAGS.map((tag) => line.tags[tag]).find((id) => id !== undefined && runs.byId.has(id));
  if (tagged !== undefined) return ofRun(runs.byId.get(tagged)!, "the tag names the run");
  if (/^unused$/i.test(line.commitmentStatus))
    return { class: "commitment-unused", runId: null, why: "an unused commitment" };
  if (/^unused$/i.test(line.capacityStatus))
    return { class: "capacity-unused", runId: null, why: "unused reserved capacity" };
  const byMachine = byResource(line, runs);
  if (byMachine !== undefined) return byMachine;
  const allocated = runs.withAllocation.filter(
    ({ allocation, alive }) =>
      line.sku.toLowerCase().includes(allocation!.sku) &&
      line.account.toLowerCase() === allocation!.account &&
      overlapMs(alive, line) > 0,
  );
  if (allocated.length === 1)
    return ofRun(allocated[0]!, "the product that the run rents, on its account and in its time");
  const words = `${line.service} ${line.description} ${line.sku}`;
  if (/\b(?:data transfer|egress|bandwidth|DataTransfer-Out)\b/i.test(words))
    return { class: "egress", runId: null, why: "data egress" };
  if (/^Storage$/i.test(line.serviceCategory) || /\b(?:storage|snapshot|EBS|volume)\b/i.test(words)) {
    return { class: "storage", runId: null, why: "storage" };
  }
  if (MACHINES.test(line.serviceCategory))
    return { class: "no-run", runId: null, why: "machine time that belongs to no run" };
  return { class: "other-service", runId: null, why: `service category ${line.serviceCategory || "unknown"}` };
}

function ofRun({ id, isFailed }: BilledRun, why: string): Classified {
  return { class: isFailed ? "failed-run" : "run", runId: id, why };
}

/**
 * Classifies a line by its machine: the run that used it longest during the line's time, otherwise the runs before and
 * after.
 */
export function byResource(line: BillLine, runs: BilledRuns): Classified | undefined {
  const there = line.resource === null ? [] : (runs.byResource.get(line.resource.toLowerCase()) ?? []);
  const [longest] = there
    .map((run) => ({ run, ms: overlapMs(run.alive, line) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms || (a.run.id < b.run.id ? -1 : 1));
  if (longest !== undefined) return ofRun(longest.run, OF_MACHINE);
  const spans = there.flatMap(({ id, alive }) =>
    alive.length === 0 ? [] : [{ id, fromMs: alive[0]!.fromMs, toMs: Math.max(...alive.map(({ toMs }) => toMs)) }],
  );
  const [earlier] = spans.filter(({ toMs }) => toMs <= line.startMs).toSorted((a, b) => b.toMs - a.toMs);
  const [later] = spans.filter(({ fromMs }) => fromMs >= line.endMs).toSorted((a, b) => a.fromMs - b.fromMs);
  if (earlier !== undefined && later !== undefined)
    return { class: "between-runs", runId: earlier.id, why: `the machine, between run ${earlier.id} and ${later.id}` };
  const nearest = earlier ?? later ?? spans[0];
  return nearest === undefined
    ? undefined
    : { class: "around-run", runId: nearest.id, why: "the machine of a run, before or after it was alive" };
}

/** Part of a line's time in which a run was alive, ms. */
export function overlapMs(alive: BilledRun["alive"], { startMs, endMs }: Pick<BillLine, "startMs" | "endMs">): number {
  return alive.reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, endMs) - Math.max(fromMs, startMs)),
    0,
  );
}

/** Meaning of each class, and the action it requires. */
export const CLASSES: Readonly<Record<BillClass, { isLeak: boolean; advice: string }>> = {
  run: { isLeak: false, advice: "compare the bill with the estimate of each run" },
  "failed-run": {
    isLeak: true,
    advice: "find out why it failed; save checkpoints, so that a retry only repeats the rest",
  },
  "no-run": { isLeak: true, advice: "find who runs these machines; log their runs, or stop them" },
  "around-run": { isLeak: true, advice: "release machines when a run ends; prepare data before they are rented" },
  "between-runs": { isLeak: true, advice: "queue runs one after another on a machine, or release it between runs" },
  storage: { isLeak: true, advice: "delete checkpoints and volumes that no version needs" },
  egress: { isLeak: true, advice: "keep data in the region of the training" },
  "commitment-unused": { isLeak: true, advice: "use the commitment before renting on demand, or sell it" },
  "capacity-unused": { isLeak: true, advice: "cancel the reservation, or use it for runs" },
  "not-work": { isLeak: false, advice: "tax, credit and support: nothing to do" },
  "other-service": { isLeak: false, advice: "not training; name an account or a tag to count it" },
};
