import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { OwnRun, RunName } from "../../../src/plan/calibration/calibration.ts";
import { conditioned } from "../../../src/plan/calibration/conditioned.ts";
import { OWN_SHARES, predictOwn } from "../../../src/plan/calibration/own-pooling.ts";
import { type Belief, PHYSICS, predict } from "../../../src/plan/calibration/pooling.ts";
import { cpuMs } from "../../cpu-ms.ts";

const PRIOR: Belief = { ...PHYSICS, votes: 10 };
const ASKED: RunName = { cell: "a", model: "a", layout: "a", setting: "a", kind: "a" };
const own = (centre: number, over: Partial<OwnRun> = {}): OwnRun => ({
  ...ASKED,
  source: "mine",
  n: 1,
  centre,
  within: null,
  ...over,
});
const shares = OWN_SHARES.peakMemoryGib;
const middle = (runs: readonly OwnRun[]): number => predictOwn(PRIOR, runs, { asked: ASKED, shares })[1];
const width = (runs: readonly OwnRun[]): number => {
  const [low, , high] = predictOwn(PRIOR, runs, { asked: ASKED, shares });
  return high - low;
};

const anyCentre = fc.double({ min: -2, max: 2, noNaN: true });
const anyName = fc.constantFrom("a", "b", "c");
const anyRun = fc.record({
  centre: anyCentre,
  n: fc.integer({ min: 1, max: 30 }),
  cell: anyName,
  model: anyName,
  layout: anyName,
  setting: anyName,
  kind: anyName,
});

test.each(Object.entries(OWN_SHARES))("the shares of %s add up to one", (_, each) => {
  expect(Object.values(each).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
});

describe("runs of one model", () => {
  test("move another model the further the more there are, and never by more than what a user's runs share", () => {
    const limit = (shares.user + shares.cell) / (1 - shares.again);
    fc.assert(
      fc.property(anyCentre, fc.integer({ min: 1, max: 100 }), (centre, n) => {
        const few = middle([own(centre, { model: "b", n })]);
        const many = middle([own(centre, { model: "b", n: n + 1 })]);
        expect(Math.abs(many)).toBeGreaterThanOrEqual(Math.abs(few));
        expect(Math.abs(many)).toBeLessThanOrEqual(limit * Math.abs(centre) + 1e-12);
      }),
    );
  });

  test("move it less than as many runs of several models do, whose range is narrower", () => {
    const models = ["b", "c", "d", "e"];
    const several = (centre: number): OwnRun[] => models.map((model) => own(centre, { model }));
    const one = (centre: number): OwnRun[] => models.map((setting) => own(centre, { model: "b", setting }));
    expect(middle(several(-0.5))).toBeLessThan(middle(one(-0.5)));
    expect(width(several(0))).toBeLessThan(width(one(0)));
  });

  test("move a run further the more it shares with them, and the same run nearly all the way", () => {
    const levels = [{ cell: "b" }, { model: "b" }, { layout: "b" }, { setting: "b" }, { kind: "b" }, {}];
    const moved = levels.map((over) => middle([own(0.5, { ...over, n: 3 })]));
    for (const [at, each] of moved.slice(1).entries()) expect(each).toBeGreaterThan(moved[at]!);
    expect(moved.at(-1)).toBeGreaterThan(0.45);
    expect(moved[1]).toBeLessThan(0.08);
  });
});

describe("whatever was measured", () => {
  test("the range is finite, in order, and no wider than without where the middle stays, and that no further off than the runs", () => {
    const [low, , high] = predict(PRIOR);
    fc.assert(
      fc.property(fc.array(anyRun, { minLength: 1, maxLength: 12 }), (runs) => {
        const seen = runs.map(({ centre, ...over }) => own(centre, over));
        const [p10, p50, p90] = predictOwn(PRIOR, seen, { asked: ASKED, shares });
        expect(p10).toBeLessThan(p50);
        expect(p50).toBeLessThan(p90);
        expect(p90 - p10).toBeLessThanOrEqual(high - low + Math.abs(p50) + 1e-9);
        expect(Math.abs(p50)).toBeLessThanOrEqual(2 * Math.max(...seen.map((each) => Math.abs(each.centre))) + 1e-9);
      }),
    );
  });

  test("one run of another setting hardly narrows what was published, and a few narrow it by what they share", () => {
    const [low, , high] = predict(PRIOR);
    const other = { setting: "b" };
    const [one10, , one90] = predictOwn(PRIOR, [own(0.3, other)], { asked: ASKED, shares });
    expect(one10).toBeLessThan(low + 0.2 * (high - low));
    expect(one90).toBeGreaterThan(high);
    const few = ["b", "c", "d", "e"].map((setting) => own(0, { setting }));
    expect(width(few)).toBeLessThan(0.9 * (high - low));
    expect(width([own(0, { n: 3 })])).toBeLessThan(width(few));
  });

  test("a thousand runs are answered in a moment", async () => {
    const runs = Array.from({ length: 1000 }, (_, index) => own(0.1, { layout: String(index) }));
    expect(await cpuMs(() => expect(middle(runs)).toBeCloseTo(0.1, 1))).toBeLessThan(20_000);
  });
});

// Rasmussen and Williams 2006, equations 2.25 and 2.26, for one and for two observations
test("a normal quantity conditioned on others is that of the textbook", () => {
  expect(conditioned({ of: 2, with: [1], among: [[4]], seen: [3] })).toEqual({ mean: 0.75, variance: 1.75 });
  const two = conditioned({
    of: 1,
    with: [0.5, 0.2],
    among: [
      [1, 0.3],
      [0.3, 2],
    ],
    seen: [1, -1],
  });
  // K^-1 = [2, -0.3; -0.3, 1] / 1.91
  expect(two.mean).toBeCloseTo((0.5 * (2 + 0.3) + 0.2 * (-0.3 - 1)) / 1.91, 12);
  expect(two.variance).toBeCloseTo(1 - (0.5 * (2 * 0.5 - 0.3 * 0.2) + 0.2 * (-0.3 * 0.5 + 0.2)) / 1.91, 12);
});
