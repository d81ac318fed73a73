import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { chartSearch } from "../../src/web/chart-search.ts";
import { alignedData, columnCount, lonelyPlaces, type NamedCurve } from "../../src/web/curves/curve-data.ts";
import { limitsOf, limitsText, hiddenCounts, pointedLimits, typedLimits } from "../../src/web/curves/chart-range.ts";
import { curvesAsCsv } from "../../src/web/curves/curve-csv.ts";
import { groupCurves, groupingParams, groupRuns, placedCurve } from "../../src/web/curves/curve-groups.ts";
import { summaries } from "../../src/web/curves/curve-summary.ts";

const runWith = (params: Record<string, string>): { params: { key: string; value: string }[] } => ({
  params: Object.entries(params).map(([key, value]) => ({ key, value })),
});
const curve = (place: number, points: [number, number][]): NamedCurve => ({
  name: `run ${place}`,
  place,
  points: points.map(([step, value]) => [step, 1000 + step * 10, value] as const),
});

describe("groups of runs", () => {
  test("are made by params that differ, in the order of their numbers, runs without the param last", () => {
    const runs = [
      { lr: "0.1", seed: "1", model: "a" },
      { lr: "10", seed: "2", model: "a" },
      { lr: "2", model: "a" },
      { model: "a" },
    ].map(runWith);
    expect(groupingParams(runs)).toEqual(["lr", "seed"]);
    expect(groupRuns(runs, "lr")).toEqual([
      { name: "lr = 0.1", members: [0] },
      { name: "lr = 2", members: [2] },
      { name: "lr = 10", members: [1] },
      { name: "no lr", members: [3] },
    ]);
  });

  test("are drawn as the mean with a band; between its points a member counts on its line, outside not at all", () => {
    const curves = [
      curve(0, [
        [0, 1],
        [2, 3],
      ]),
      curve(1, [
        [1, 6],
        [2, 5],
        [3, 4],
      ]),
      curve(2, [[0, 9]]),
    ];
    const [group, other] = groupCurves(curves, [
      { name: "lr = 1", members: [0, 1] },
      { name: "lr = 2", members: [2] },
    ]);
    expect(group!.name).toBe("lr = 1 (2 runs)");
    // step 0: the first alone; 1: 2 and 6; 2: 3 and 5; 3: the second alone
    expect(group!.points.map(([step, , value]) => [step, value])).toEqual([
      [0, 1],
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(group!.band).toEqual({ low: [1, 2, 3, 4], high: [1, 6, 5, 4] });
    expect([other!.name, other!.points[0]![2]]).toEqual(["lr = 2 (1 run)", 9]);
  });

  test("have a mean between their lowest and highest, and that of one run is the run", () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -100, max: 100 })), {
      selector: ([step]) => step,
      minLength: 1,
      maxLength: 12,
    });
    const sorted = points.map((own) => own.toSorted((a, b) => a[0] - b[0]));
    fc.assert(
      fc.property(fc.array(sorted, { minLength: 1, maxLength: 4 }), (members) => {
        const curves = members.map((own, place) => curve(place, own));
        const [group] = groupCurves(curves, [{ name: "all", members: curves.map(({ place }) => place) }]);
        for (const [index, [, , value]] of group!.points.entries()) {
          expect(value).toBeGreaterThanOrEqual(group!.band!.low[index]! - 1e-9);
          expect(value).toBeLessThanOrEqual(group!.band!.high[index]! + 1e-9);
        }
        const [alone] = groupCurves(curves.slice(0, 1), [{ name: "one", members: [0] }]);
        expect(alone!.points.map(([step, , value]) => [step, value])).toEqual(members[0]);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  test("have as many columns in the data of a chart as the chart has lines", () => {
    const curves = groupCurves([curve(0, [[0, 1]]), curve(1, [[0, 3]])], [{ name: "all", members: [0, 1] }]);
    for (const smoothing of [0, 0.5]) {
      const view = { axis: "step", isLog: false, smoothing } as const;
      const data = alignedData([...curves, curve(4, [[0, 7]])], view);
      expect(data.length - 1).toBe(columnCount(curves[0]!, view) + columnCount(curve(4, []), view));
      expect(data.map((column) => column[0])).toEqual(smoothing === 0 ? [0, 2, 1, 3, 7] : [0, 2, 2, 1, 3, 7, 7]);
    }
  });
});

describe("charts", () => {
  test("are found by a regular expression, and by text where it is none", () => {
    const names = ["train/loss", "eval/loss", "eval/accuracy", "lr(1"];
    const found = (text: string): string[] => names.filter(chartSearch(text).isWanted);
    expect(found("^eval/(loss|acc)")).toEqual(["eval/loss", "eval/accuracy"]);
    expect(found("LOSS$")).toEqual(["train/loss", "eval/loss"]);
    expect(found("lr(1")).toEqual(["lr(1"]);
    expect(chartSearch("lr(1").problem).toContain("Not a valid regular expression");
    expect(found("")).toEqual(names);
  });

  test("are saved as CSV, a formula in a name is not one", () => {
    const named = {
      ...curve(0, [
        [0, 0.5],
        [1, Number.NaN],
        [2, Number.NEGATIVE_INFINITY],
      ]),
      name: "=cmd()",
    };
    expect(curvesAsCsv("eval/loss", [named]).trimEnd().split("\n")).toEqual([
      "run,step,time,eval/loss",
      "'=cmd(),0,1970-01-01T00:00:01.000Z,0.5",
      "'=cmd(),1,1970-01-01T00:00:01.010Z,NaN",
      "'=cmd(),2,1970-01-01T00:00:01.020Z,-Infinity",
    ]);
    const inNanoseconds = { ...named, points: [[0, 1.8e18, 1]] as const };
    expect(curvesAsCsv("loss", [inNanoseconds])).toContain("+275760-09-13T00:00:00.000Z,1");
    const [group] = groupCurves([curve(0, [[0, 1]]), curve(1, [[0, 3]])], [{ name: "lr = 1", members: [0, 1] }]);
    expect(curvesAsCsv("loss", [group!])).toBe(
      "run,step,time,loss,lowest,highest\nlr = 1 (2 runs),0,1970-01-01T00:00:01.000Z,2,1,3\n",
    );
  });

  test("have a dot where no line reaches a value", () => {
    expect(lonelyPlaces([1])).toEqual([0]);
    expect(lonelyPlaces([1, 2])).toEqual([]);
    expect(lonelyPlaces([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(lonelyPlaces([undefined, 1, undefined, 2, null, undefined, 3, undefined, null])).toEqual([6]);
    expect(lonelyPlaces([null, undefined])).toEqual([]);
  });

  test("have a summary: last, lowest and highest value; without a finite value there is no extreme", () => {
    const curves = new Map([
      [
        "loss",
        curve(0, [
          [0, 3],
          [1, -2],
          [2, Number.NaN],
          [3, 1],
        ]).points,
      ],
      ["nan", curve(0, [[5, Number.NaN]]).points],
      ["none", []],
    ]);
    expect(summaries(curves).map(({ key, last, low, high }) => [key, last[0], low?.[0], high?.[0]])).toEqual([
      ["loss", 3, 1, 0],
      ["nan", 5, undefined, undefined],
    ]);
  });
});

describe("a metric on the horizontal axis", () => {
  const view = { axis: "metric:epoch", isLog: false, smoothing: 0 } as const;
  const loss = {
    ...curve(0, [
      [0, 9],
      [1, 8],
      [2, 7],
      [3, 6],
    ]),
    xs: new Map([
      [0, 0.1],
      [1, 0.1],
      [3, 0.2],
    ]),
  };
  const other = {
    ...curve(1, [
      [0, 5],
      [1, 4],
    ]),
    xs: new Map([
      [0, 0.1],
      [1, 0.3],
    ]),
  };

  test("places each point at the value of the same step; those without one are counted", () => {
    expect(alignedData([loss], view)).toEqual([
      [0.1, 0.1, 0.2],
      [9, 8, 6],
    ]);
    expect(hiddenCounts([loss, other], { view, range: { x: undefined, y: undefined } })).toEqual({
      outside: 0,
      unpaired: 1,
      all: 6,
    });
    expect(hiddenCounts([loss], { view, range: { x: { low: 0.15, high: undefined }, y: undefined } })).toEqual({
      outside: 2,
      unpaired: 1,
      all: 4,
    });
  });

  test("joins curves without losing points that share a value", () => {
    expect(alignedData([loss, other], view)).toEqual([
      [0.1, 0.1, 0.2, 0.3],
      [9, 8, 6, undefined],
      [5, undefined, undefined, 4],
    ]);
  });

  test("groups take the mean at the value, and count what they leave out", () => {
    const [group] = groupCurves([loss, other].map(placedCurve), [{ name: "all", members: [0, 1] }]);
    expect(group!.points.map(([x, , value]) => [x, value])).toEqual([
      [0.1, 6.75],
      [0.2, 5.25],
      [0.3, 4],
    ]);
    expect(hiddenCounts([group!], { view, range: { x: undefined, y: undefined } })).toEqual({
      outside: 0,
      unpaired: 1,
      all: 4,
    });
    expect(curvesAsCsv("loss", [group!], "epoch").split("\n")[1]).toMatch(/^all \(2 runs\),,0\.1,/);
    expect(
      curvesAsCsv("loss", [loss], "epoch")
        .trimEnd()
        .split("\n")
        .map((row) => row.split(",").slice(1, 3)),
    ).toEqual([
      ["step", "epoch"],
      ["0", "0.1"],
      ["1", "0.1"],
      ["2", ""],
      ["3", "0.2"],
    ]);
  });
});

describe("the range of an axis", () => {
  test.each([
    [{ low: "", high: " " }, { limits: undefined }],
    [{ low: "0.5", high: "2" }, { limits: { low: 0.5, high: 2 } }],
    [{ low: "-1e-3", high: "" }, { limits: { low: -0.001, high: undefined } }],
    [{ low: "2", high: "2" }, { problem: "The lowest must be below the highest." }],
    [{ low: "3", high: "2" }, { problem: "The lowest must be below the highest." }],
    [{ low: "1", high: "1,5" }, { problem: "1,5 is not a number. Write it like 0.5 or 1e-4." }],
    [{ low: "Infinity", high: "" }, { problem: "Infinity is not a number. Write it like 0.5 or 1e-4." }],
  ])("is typed: %o", (typed, expected) => {
    expect(typedLimits(typed, { isLog: false })).toEqual(expected);
  });

  test("has only limits above 0 on a log scale", () => {
    const problem = (low: string, high: string): unknown => typedLimits({ low, high }, { isLog: true });
    expect(problem("0", "1")).toEqual({ problem: "A log scale has only values above 0: 0 is not one of them." });
    expect(problem("", "-2")).toEqual({ problem: "A log scale has only values above 0: -2 is not one of them." });
    expect(problem("1e-9", "")).toEqual({ limits: { low: 1e-9, high: undefined } });
  });

  test("is the same after it was in the address; words that are no range are ignored", () => {
    const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });
    fc.assert(
      fc.property(end, end, (low, high) => {
        fc.pre((low ?? high) !== undefined && (low ?? -Infinity) < (high ?? Infinity));
        expect(limitsOf(limitsText({ low, high }))).toEqual({ low, high });
      }),
    );
    for (const text of ["", "..", "1", "2..1", "1..1", "a..b", "1..2..3", "NaN..1"]) {
      expect(limitsOf(text), text).toBeUndefined();
    }
  });

  test("counts each point that it hides, once; values that are not finite have no height", () => {
    const view = { axis: "step", isLog: false, smoothing: 0 } as const;
    const curves = [
      curve(0, [
        [0, 9],
        [1, 2],
        [2, 1],
        [3, Number.NaN],
      ]),
      curve(1, [[1, -5]]),
    ];
    const count = (x: [number?, number?] | undefined, y: [number?, number?] | undefined, isLog = false): unknown => {
      const [xs, ys] = [x, y].map((ends) => (ends === undefined ? undefined : { low: ends[0], high: ends[1] }));
      return hiddenCounts(curves, { view: { ...view, isLog }, range: { x: xs, y: ys } });
    };
    expect(count(undefined, undefined)).toEqual({ outside: 0, unpaired: 0, all: 5 });
    expect(count([1, 2], undefined)).toEqual({ outside: 2, unpaired: 0, all: 5 });
    expect(count([1], [0, 8])).toEqual({ outside: 2, unpaired: 0, all: 5 }); // step 0, and -5
    expect(count(undefined, [0, 8], true)).toEqual({ outside: 1, unpaired: 0, all: 5 }); // a log scale has no limit 0
    expect(
      hiddenCounts(curves, {
        view: { ...view, axis: "time" },
        range: { x: { low: 0.01, high: undefined }, y: undefined },
      }),
    ).toEqual({ outside: 2, unpaired: 0, all: 5 });
  });

  test("is pointed at in few digits, in either direction", () => {
    expect(pointedLimits(33.98412, 25.30001, false)).toEqual({ low: 25.3, high: 33.98 });
    expect(pointedLimits(0.000123456, 0.000987654, true)).toEqual({ low: 0.000123, high: 0.000988 });
  });
});
