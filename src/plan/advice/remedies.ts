import { isRefusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { Remedies, Remedy } from "../../domain/memory-advice.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import { impossibleRun } from "../layout/check-run.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";
import { trainThroughput } from "../speed/throughput.ts";
import { type Change, remedyChanges } from "./remedy-changes.ts";
import { smallestSet } from "./remedy-set.ts";

/** A saving below this many GiB is not a remedy. */
const LEAST_SAVED_GIB = 0.05;

/**
 * First changes to make if a run does not fit at p90: on the available GPUs, then on others, then in the training
 * itself. Each change has the GiB that it saves, and its cost in time as the ratio of the two speeds. A small
 * sufficient set is included. Empty if the run fits, or if its memory is refused.
 *
 * @param gpus GPUs that may replace that of the run
 */
export function remediesFor(run: TrainRun, gpus: readonly Gpu[] = []): Remedies {
  const before = trainMemory(run);
  if (before.fits === "yes" || before.fits === "unknown") return { each: [], together: null };
  const found = remedyChanges(run, gpus).flatMap((change) => {
    const remedy = remedyOf(run, before, change);
    return remedy === undefined ? [] : [{ change, remedy }];
  });
  // Machines keep the order of their rules, smallest first; sorted by speed, the largest would always come first.
  const tried = found.toSorted(
    (a, b) => effort(a.remedy) - effort(b.remedy) || (a.remedy.needsMachines ? 0 : byTimeAndSaving(a.remedy, b.remedy)),
  );
  const set = smallestSet(
    run,
    tried.map(({ change }) => change),
  );
  const together =
    set === undefined
      ? null
      : {
          changes: set.changes.map(({ words }) => words),
          device: set.memory.device,
          gpuHoursFactor: gpuHoursFactor(
            run,
            set.run,
            set.changes.some(({ costsTime }) => costsTime),
          ),
        };
  const entry = onePerKind(found).toSorted((a, b) => effort(a) - effort(b) || byTimeAndSaving(a, b));
  return { each: entry, together };
}

/** Effect of one change; undefined if it saves nothing or is impossible. */
function remedyOf(run: TrainRun, before: MemoryPlan, change: Change): Remedy | undefined {
  const after = change.apply(run);
  if (impossibleRun(after.shape, after.spec, after.gpu) !== undefined) return undefined;
  const memory = trainMemory(after);
  const savesGib = p90(before) - p90(memory);
  if (!(savesGib >= LEAST_SAVED_GIB || memory.fits === "yes")) return undefined;
  const factor = gpuHoursFactor(run, after, change.costsTime);
  return {
    id: change.id,
    change: change.words,
    changesTraining: change.changesTraining,
    needsMachines: change.needsMachines,
    device: memory.device,
    savesGib,
    fits: memory.fits,
    gpuHoursFactor: factor,
    hoursFactor: factor === null ? null : (factor * run.spec.gpuCount) / after.spec.gpuCount,
  };
}

/** Median seconds per token and GPU after a change divided by those before; null if unknown. */
function gpuHoursFactor(before: TrainRun, after: TrainRun, costsTime: boolean): number | null {
  const [was, is] = [trainThroughput(before), trainThroughput(after)];
  if (isRefusal(was) || isRefusal(is)) return null;
  const factor = was.p50 / is.p50;
  return costsTime && factor <= 1 ? null : factor;
}

function p90({ device }: MemoryPlan): number {
  return isRefusal(device) ? Number.NaN : device.p90;
}

/** Kind of effort: a flag on the available GPUs, other GPUs, or different training. */
function effort({ needsMachines, changesTraining }: Pick<Remedy, "needsMachines" | "changesTraining">): number {
  if (changesTraining) return 2;
  return needsMachines ? 1 : 0;
}

/**
 * Sorts by time in steps of a hundredth, because no estimate is more accurate, then by memory saved; unknown cost comes
 * last.
 */
function byTimeAndSaving(a: Remedy, b: Remedy): number {
  const time = ({ gpuHoursFactor: factor }: Remedy): number =>
    factor === null ? Number.MAX_VALUE : Math.round(100 * factor);
  return time(a) - time(b) || b.savesGib - a.savesGib;
}

/** Keeps one of the changes that are steps of one kind: the first that fits, or the last. */
function onePerKind(found: readonly { change: Change; remedy: Remedy }[]): Remedy[] {
  const kept = new Map<string, Remedy>();
  for (const { change, remedy } of found) if (kept.get(change.kind)?.fits !== "yes") kept.set(change.kind, remedy);
  return [...kept.values()];
}
