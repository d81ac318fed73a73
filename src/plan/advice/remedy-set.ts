import { isRefusal } from "../../domain/estimate.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import { impossibleRun } from "../layout/check-run.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";
import type { Change } from "./remedy-changes.ts";

/** Changes that together make a run fit at p90, and the run with them. */
type RemedySet = { changes: Change[]; run: TrainRun; memory: MemoryPlan };

/**
 * A small set of changes with which a run fits at p90: of those on the machines that it has; where they do not do, with
 * other machines; where they do not do either, also of what is trained. Undefined where all of them do not make it fit.
 *
 * One change is taken where one does: the first. Else the set is found greedily, by what saves most of what is left,
 * and what turns out not to be needed is dropped, or exchanged for a smaller step of its kind: no change can be taken
 * out of it, but there may be a set with fewer.
 *
 * @param changes  those to be tried first first: of machines the smaller
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

/** Takes what brings the p90 furthest below the card, one change of a kind, until the run fits. */
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

/** The set without what it does not need, and with the smallest step of each kind that does. */
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

/** GiB between the p90 and the card; below 0 where it does not fit, minus infinity where it is refused or impossible. */
function headroom(run: TrainRun, changes: readonly Change[]): number {
  const changed = withChanges(run, changes);
  if (impossibleRun(changed.shape, changed.spec, changed.gpu) !== undefined) return Number.NEGATIVE_INFINITY;
  const { device, capacityGib } = trainMemory(changed);
  return isRefusal(device) ? Number.NEGATIVE_INFINITY : capacityGib - device.p90;
}

function withChanges(run: TrainRun, changes: readonly Change[]): TrainRun {
  return changes.reduce((changed, { apply }) => apply(changed), run);
}
