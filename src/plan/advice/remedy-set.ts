import { isRefusal } from "../../domain/estimate.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import { impossibleRun } from "../layout/check-run.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";
import type { Change } from "./remedy-changes.ts";

/** Changes that together make a run fit at p90, and the changed run. */
type RemedySet = { changes: Change[]; run: TrainRun; memory: MemoryPlan };

/**
 * A small set of changes with which a run fits at p90: on its own machines; if these are insufficient, with other
 * machines; if that is still insufficient, also with changes to the training. Undefined if all of them together are
 * insufficient.
 *
 * If one change is sufficient, the first such change is used. Otherwise, changes are added greedily by memory saved;
 * those that turn out to be unnecessary are removed, or replaced with a smaller step of their kind. No change of the
 * set can be removed, but a smaller set may exist.
 *
 * @param changes  in order of preference; of machines, smaller first
 */
export function smallestSet(run: TrainRun, changes: readonly Change[]): RemedySet | undefined {
  const levels = [
    changes.filter(({ needsMachines, changesTraining }) => !needsMachines && !changesTraining),
    changes.filter(({ changesTraining }) => !changesTraining),
    changes,
  ];
  for (const level of levels) {
    const alone = level.find((change) => headroom(run, [change]) >= 0);
    const found = alone === undefined ? greedySet(run, level) : [alone];
    if (found !== undefined) return pruned(run, found, level);
  }
  return undefined;
}

/** Repeatedly applies the change that reduces the p90 most, one of each kind, until the run fits. */
function greedySet(run: TrainRun, changes: readonly Change[]): Change[] | undefined {
  const taken: Change[] = [];
  let left = changes;
  let best = headroom(run, taken);
  while (best < 0) {
    const tried = left.map((change) => ({ change, room: headroom(run, [...taken, change]) }));
    const next = tried.reduce<(typeof tried)[number] | undefined>(
      (most, entry) => (entry.room > (most?.room ?? best) ? entry : most),
      undefined,
    );
    if (next === undefined) return undefined;
    taken.push(next.change);
    best = next.room;
    left = left.filter(({ kind }) => kind !== next.change.kind);
  }
  return taken;
}

/** The set without unnecessary changes, and with the smallest sufficient step of each kind. */
function pruned(run: TrainRun, taken: readonly Change[], changes: readonly Change[]): RemedySet {
  let kept = [...taken];
  for (const change of taken) {
    const others = kept.filter((entry) => entry !== change);
    const lesser = changes.find((entry) => entry.kind === change.kind && headroom(run, [...others, entry]) >= 0);
    kept = headroom(run, others) >= 0 ? others : [...others, lesser ?? change];
  }
  const changed = withChanges(run, kept);
  return { changes: kept, run: changed, memory: trainMemory(changed) };
}

/**
 * GiB between the p90 and the memory of the GPU; negative if the run does not fit, minus infinity if refused or
 * impossible.
 */
function headroom(run: TrainRun, changes: readonly Change[]): number {
  const changed = withChanges(run, changes);
  if (impossibleRun(changed.shape, changed.spec, changed.gpu) !== undefined) return Number.NEGATIVE_INFINITY;
  const { device, capacityGib } = trainMemory(changed);
  return isRefusal(device) ? Number.NEGATIVE_INFINITY : capacityGib - device.p90;
}

function withChanges(run: TrainRun, changes: readonly Change[]): TrainRun {
  return changes.reduce((changed, { apply }) => apply(changed), run);
}
