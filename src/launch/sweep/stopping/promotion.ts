import { type Ahead, insertSorted, type Promotion, ranked, type Stopping } from "./stopping.ts";

/** Settings of promotion-type successive halving. */
export type PromotionSettings = {
  rungs: readonly number[];
  maxSteps: number;
  /** Number of trials that a rung waits for before it promotes any, as long as more trials are to come. */
  waitTrials: number;
};

type Waiting = { trial: number; value: number; isPromoted: boolean };

/**
 * Promotion-type asynchronous successive halving: each trial pauses at each rung, and a free worker takes the best
 * trial of the highest rung that is due. The share of trials that continue from a rung is its steps relative to those
 * of the next, so that all rungs cost about the same. A trial is not promoted merely because it is the first to arrive.
 *
 * @source Li et al. 2020, algorithm 2; the wait and the share by steps are ours
 */
export function promotion({ rungs, maxSteps, waitTrials }: PromotionSettings): Stopping {
  const ends = [...rungs, maxSteps];
  const waiting: Waiting[][] = rungs.map(() => []);
  const best = (rung: number, ahead: Ahead): Waiting | undefined => {
    const here = waiting[rung]!;
    if (ahead === "more" && here.length < waitTrials) return undefined;
    const share = Math.floor((here.length * ends[rung]!) / ends[rung + 1]! + 1e-9);
    // the last trial of a small sweep continues to the end, although the share would be zero
    const count = ahead === "idle" ? Math.max(1, share) : share;
    // a trial that diverged is never promoted
    return here.slice(0, count).find(({ isPromoted, value }) => !isPromoted && Number.isFinite(value));
  };
  return {
    firstSteps: ends[0]!,
    report: ({ trial, step, value }) => {
      if (step >= maxSteps) return "go-on";
      const rung = rungs.indexOf(step);
      if (rung === -1) return "go-on";
      insertSorted(waiting[rung]!, { trial, value: ranked(value), isPromoted: false }, (entry) => entry.value);
      return "pause";
    },
    complete: () => undefined,
    promote: (ahead): Promotion | undefined => {
      for (let rung = rungs.length - 1; rung >= 0; rung--) {
        const found = best(rung, ahead);
        if (found === undefined) continue;
        found.isPromoted = true;
        return { trial: found.trial, untilStep: ends[rung + 1]! };
      }
      return undefined;
    },
  };
}
