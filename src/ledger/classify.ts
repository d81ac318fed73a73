import type { BillClass } from "../domain/money.ts";
import type { BillLine } from "./focus.ts";

/** A run as the matching of bills knows it. */
export type BilledRun = {
  id: string;
  /** Machines that it ran on, as the bill names them. */
  resources: readonly string[];
  alive: readonly { fromMs: number; toMs: number }[];
};

/** Where a bill line ends, and why. */
export type Classified = { class: BillClass; runId: string | null; why: string };

/** Tags of a bill that name a run. */
const RUN_TAGS = ["tunewright.run", "tunewright_run", "mlflow.run_id", "mlflow_run_id", "run_id"];

/** Lines that pay for nothing that runs. */
const NOT_WORK = /^(?:Tax|Credit|Adjustment)$/;

/** Services that training uses machines of. */
const MACHINES = /^(?:Compute|AI and Machine Learning)$/i;

/**
 * The one class of a bill line. In order: tax, credit and support; the tag of a run; a machine that a run ran on, in its
 * time or around it; then by what was paid for.
 *
 * @param byId        runs by id
 * @param byResource  runs by the machines they ran on
 */
export function classify(
  line: BillLine,
  runs: { byId: ReadonlyMap<string, BilledRun>; byResource: ReadonlyMap<string, readonly BilledRun[]> },
): Classified {
  if (NOT_WORK.test(line.chargeCategory) || /\bsupport\b/i.test(line.service)) {
    return { class: "not-work", runId: null, why: `charge category ${line.chargeCategory || "unknown"}` };
  }
  const tagged = RUN_TAGS.map((tag) => line.tags[tag]).find((id) => id !== undefined && runs.byId.has(id));
  if (tagged !== undefined) return { class: "run", runId: tagged, why: "the tag names the run" };
  const there = line.resource === null ? [] : (runs.byResource.get(line.resource.toLowerCase()) ?? []);
  const during = there.find(({ alive }) =>
    alive.some(({ fromMs, toMs }) => fromMs < line.endMs && toMs > line.startMs),
  );
  if (during !== undefined)
    return { class: "run", runId: during.id, why: "the machine of the run, while it was alive" };
  if (there[0] !== undefined) {
    return { class: "around-run", runId: there[0].id, why: "the machine of a run, before or after it was alive" };
  }
  if (/unused/i.test(line.commitmentStatus))
    return { class: "commitment-unused", runId: null, why: "a commitment that nothing used" };
  const words = `${line.service} ${line.description} ${line.sku}`;
  if (/\b(?:data transfer|egress|bandwidth|DataTransfer-Out)\b/i.test(words))
    return { class: "egress", runId: null, why: "data that left" };
  if (/^Storage$/i.test(line.serviceCategory) || /\b(?:storage|snapshot|EBS|volume)\b/i.test(words)) {
    return { class: "storage", runId: null, why: "storage" };
  }
  if (MACHINES.test(line.serviceCategory)) return { class: "no-run", runId: null, why: "machine time of no run" };
  return { class: "other-service", runId: null, why: `service category ${line.serviceCategory || "unknown"}` };
}

/** What each class means for money, and what to do about it. */
export const CLASSES: Readonly<Record<BillClass, { isLeak: boolean; advice: string }>> = {
  run: { isLeak: false, advice: "compare the bill with the estimate of each run" },
  "no-run": { isLeak: true, advice: "find who runs these machines; log their runs, or stop them" },
  "around-run": { isLeak: true, advice: "release machines when a run ends; prepare data before they are rented" },
  storage: { isLeak: true, advice: "delete checkpoints and volumes that no version needs" },
  egress: { isLeak: true, advice: "keep data in the region where it is trained on" },
  "commitment-unused": { isLeak: true, advice: "use the commitment before renting on demand, or sell it" },
  "not-work": { isLeak: false, advice: "tax, credit and support: nothing to do" },
  "other-service": { isLeak: false, advice: "not training; name an account or a tag to count it" },
};
