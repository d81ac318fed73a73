import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { promotion } from "../../../src/launch/sweep/stopping/promotion.ts";
import { promotionRungs } from "../../../src/launch/sweep/stopping/rungs.ts";
import { curveFiles, hasCurves, readCurves, whyNoCurves } from "./recorded-curves.ts";

const maxSteps = 51;
const TRIALS = 100;
const WORKERS = 4;

type Run = { trial: number; from: number; until: number; endsAt: number };

/** A search by four workers over recorded curves, an epoch of each taking one unit of time. */
function search(curves: readonly (readonly number[])[]): { epochs: number; best: number } {
  const rule = promotion({ rungs: promotionRungs(4, 3, maxSteps), maxSteps, waitTrials: TRIALS / 2 });
  const running: Run[] = [];
  let [begun, epochs, time, best] = [0, 0, 0, Number.POSITIVE_INFINITY];
  const reached = new Map<number, number>();
  for (;;) {
    while (running.length < WORKERS) {
      const due = rule.promote(begun < curves.length ? "more" : running.length > 0 ? "running" : "idle");
      if (due === undefined && begun === curves.length) break;
      const trial = due?.trial ?? begun++;
      const from = reached.get(trial) ?? 0;
      const until = due?.untilStep ?? rule.firstSteps;
      running.push({ trial, from, until, endsAt: time + until - from });
    }
    running.sort((a, b) => a.endsAt - b.endsAt);
    const run = running.shift();
    if (run === undefined) return { epochs, best };
    time = run.endsAt;
    epochs += run.until - run.from;
    reached.set(run.trial, run.until);
    const value = curves[run.trial]![run.until - 1]!;
    rule.report({ trial: run.trial, step: run.until, value });
    if (run.until === maxSteps) best = Math.min(best, value);
  }
}

/** Trials that each of ten searches takes, by the rows of a file of curves. */
function draws(): number[][] {
  return readFileSync(new URL("../../golden/sweep-draws.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[1]!.split(" ").map(Number));
}

/** Regret of the best found: 0 the best of all trials, 1 their median (at most 0.70), and the share of epochs used. */
function measure(): { regret: number; share: number } {
  const results = curveFiles().flatMap((file) => {
    const all = readCurves(file);
    return draws().map((ids) => {
      const drawn = ids.map((id) => all[id]!);
      const last = drawn.map((curve) => curve.at(-1)!).toSorted((a, b) => a - b);
      const middle = Math.min(last[TRIALS / 2]!, 0.7);
      const { epochs, best } = search(drawn);
      return {
        regret: middle > last[0]! ? (best - last[0]!) / (middle - last[0]!) : 0,
        share: epochs / (TRIALS * maxSteps),
      };
    });
  });
  const mean = (pick: (one: (typeof results)[number]) => number): number =>
    results.reduce((sum, one) => sum + pick(one), 0) / results.length;
  return { regret: mean(({ regret }) => regret), share: mean(({ share }) => share) };
}

describe.skipIf(!hasCurves)(`promotion with four workers on recorded curves${whyNoCurves}`, () => {
  test("uses at most 20 % of the epochs, and what it finds is at most 0.002 from the best", () => {
    const { regret, share } = measure();
    expect(share).toBeLessThanOrEqual(0.2);
    expect(regret).toBeLessThanOrEqual(0.002);
  });
});
