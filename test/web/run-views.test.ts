import { describe, expect, test } from "vitest";

import { asPreview, previewKind } from "../../src/web/artifact-preview.ts";
import { firstAxes, parallelAxes, resultAxis } from "../../src/web/parallel-axes.ts";
import {
  type AxisRange,
  axisRangeOf,
  type AxisRanges,
  axisRangeText,
  insideRuns,
  rangeBetween,
  rangePlaces,
} from "../../src/web/parallel-ranges.ts";
import { aliasesOf, artifactFolder, firstVersions, resultKeys } from "../../src/web/parts/models/registry.ts";
import { rankCorrelation } from "../../src/web/rank-correlation.ts";
import { extremes, inputRows, metricRows } from "../../src/report/run-diff.ts";

type Runs = Parameters<typeof parallelAxes>[0];

function run(params: Record<string, string>, metrics: Record<string, number | "NaN">): Runs[number] {
  const pairs = Object.entries(params).map(([key, value]) => ({ key, value }));
  const latest = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 1, timestamp: "" }));
  return { params: pairs, metrics: latest } as unknown as Runs[number];
}

describe("axes of parallel coordinates", () => {
  const runs = [
    run({ lr: "1e-5", model: "a", same: "1" }, { loss: 2, acc: 0.5 }),
    run({ lr: "1e-3", model: "b", same: "1" }, { loss: 1, acc: "NaN" }),
    run({ lr: "1e-4", same: "1" }, { loss: 1.5 }),
  ];
  const axes = parallelAxes(runs);
  const axis = (name: string) => axes.find((each) => each.name === name);

  test("numbers that span two orders of magnitude are placed by their logarithm", () => {
    expect(axis("lr")!.places.map((place) => place!.toFixed(3))).toEqual(["0.000", "1.000", "0.500"]);
  });

  test("words stand apart, and a run without a value has no place", () => {
    expect(axis("model")!.places).toEqual([0, 1, undefined]);
  });

  test("what is equal for all has no axis", () => {
    expect(axis("same")).toBeUndefined();
    expect(firstAxes(axes)).toContain("lr");
  });

  test("a metric that diverged in one run stays an axis of numbers", () => {
    expect(parallelAxes([...runs, run({}, { acc: 0.9 })]).find(({ name }) => name === "acc")).toMatchObject({
      places: [0, undefined, undefined, 1],
      numbers: [0.5, undefined, undefined, 0.9],
    });
  });

  test("at first four params are shown and three results, losses first, however many there are", () => {
    const keys = ["layer_1", "layer_2", "layer_3", "eval/f1", "eval/loss", "train/loss"];
    const [a, b] = [1, 2].map((n) =>
      run(
        Object.fromEntries(["a", "b", "c", "d", "rate"].map((key) => [key, String(n)])),
        Object.fromEntries(keys.map((key) => [key, n])),
      ),
    );
    expect(firstAxes(parallelAxes([a!, b!]))).toEqual(["rate", "a", "b", "c", "eval/loss", "train/loss", "eval/f1"]);
  });

  test("lines are coloured by the loss of the evaluation, never by a param", () => {
    const [a, b] = [run({ rate: "1" }, { loss: 2, "eval/loss": 2 }), run({ rate: "2" }, { loss: 1, "eval/loss": 3 })];
    expect(resultAxis(parallelAxes([a, b]))!.name).toBe("eval/loss");
    expect(resultAxis(axes)!.name).toBe("loss");
  });
});

describe("ranges of parallel coordinates", () => {
  const runs = [
    run({ lr: "1e-5", model: "a, b" }, { loss: 2, lr: 9, acc: 0.5 }),
    run({ lr: "1e-3", model: "b" }, { loss: 1, lr: 8, acc: "NaN" }),
    run({ lr: "1e-4", model: "c" }, { loss: 1.5, lr: 7, acc: 0.6 }),
  ];
  const axes = parallelAxes(runs);
  const axis = (name: string) => axes.find((each) => each.name === name)!;

  test("keep the runs inside all of them; one without a value is outside, and counted", () => {
    expect(insideRuns(axes, new Map(), 3)).toEqual({ isInside: [true, true, true], without: [] });
    const ranges = new Map([["acc", { low: 0.5, high: undefined }]]);
    expect(insideRuns(axes, ranges, 3)).toEqual({
      isInside: [true, false, true],
      without: [{ name: "acc", count: 1 }],
    });
    const both: AxisRanges = new Map<string, AxisRange>([...ranges, ["model", { words: ["c", "b"] }]]);
    expect(insideRuns(axes, both, 3).isInside).toEqual([false, false, true]);
  });

  test("are dragged between two places, in either direction; an end of the axis is no limit", () => {
    expect(rangeBetween(axis("lr"), 0.75, 0.25)).toEqual({ low: 0.0000316, high: 0.000316 });
    expect(rangeBetween(axis("loss"), 0.5, 0.99)).toEqual({ low: 1.5, high: undefined });
    expect(rangeBetween(axis("loss"), 0, 1)).toBeUndefined();
    expect(rangeBetween(axis("model"), 0.4, 1)).toEqual({ words: ["b", "c"] });
    expect(rangeBetween(axis("model"), 0.2, 0.3)).toBeUndefined(); // between two words
  });

  test("are drawn where they were dragged", () => {
    const [stretch] = rangePlaces(axis("lr"), rangeBetween(axis("lr"), 0.25, 0.75)!);
    expect(stretch!.low).toBeCloseTo(0.25, 2);
    expect(stretch!.high).toBeCloseTo(0.75, 2);
    expect(rangePlaces(axis("lr"), { low: -1, high: 10 })).toEqual([{ low: 0, high: 1 }]);
    expect(rangePlaces(axis("model"), { words: ["b"] })).toEqual([{ low: 0.375, high: 0.625 }]);
  });

  test("are the same after they were in the address; a word that is no range of the axis is ignored", () => {
    for (const [name, range] of [
      ["lr", { low: 1e-5, high: undefined }],
      ["model", { words: ["a, b", "c"] }],
    ] as const) {
      expect(axisRangeOf(axis(name), axisRangeText(range))).toEqual(range);
    }
    expect(axisRangeOf(axis("lr"), "a,b")).toBeUndefined();
    expect(axisRangeOf(axis("model"), "1..2")).toBeUndefined();
  });

  test("a metric with the name of a param is an axis of its own", () => {
    expect(axes.map(({ name }) => name).filter((name) => name.startsWith("lr"))).toEqual(["lr", "lr (metric)"]);
    expect(axis("lr").numbers).toEqual([1e-5, 1e-3, 1e-4]);
    expect(axis("lr (metric)").numbers).toEqual([9, 8, 7]);
  });
});

describe("runs next to each other", () => {
  test("a dataset of another digest is a difference, above the params", () => {
    const [a, b] = ["x", "y"].map((digest) => ({ ...run({ lr: "1" }, {}), datasets: [{ name: "train", digest }] }));
    const rows = inputRows([a, b] as unknown as Parameters<typeof inputRows>[0]);
    expect(rows.map(({ key, isSame }) => [key, isSame])).toEqual([
      ["dataset train", false],
      ["lr", true],
    ]);
  });

  test("metrics of the machine come last, and a run without a metric differs", () => {
    const rows = metricRows([run({}, { "system/cpu": 1, z: 1 }), run({}, { "system/cpu": 1 })] as never);
    expect(rows.map(({ key, isSame }) => [key, isSame])).toEqual([
      ["z", false],
      ["system/cpu", true],
    ]);
  });

  test.each([
    [[2, "NaN", 1, undefined, 3], { low: 2, high: 4 }],
    [[-1, -2], { low: 1, high: 0 }],
    [[1, 1], undefined],
    [["NaN", undefined], undefined],
    [[], undefined],
  ])("of %j the lowest and the highest are %j", (values, found) => {
    expect(extremes(values)).toEqual(found);
  });

  test.each([
    // @source 6 sum(d^2) / (n (n^2 - 1)) by hand: 1 - 6 * 2 / 24; with one tie, ranks 1, 2.5, 2.5
    [[1, 2, 3], [10, 30, 20], { rho: 0.5, count: 3 }],
    [[1, 10, 100], [3, 2, 1], { rho: -1, count: 3 }],
    [[1, 2, 2], [1, 2, 3], { rho: 0.866, count: 3 }],
    [[1, 2, undefined], [1, 2, 3], undefined],
    [[1, 1, 1], [1, 2, 3], undefined],
  ])("the rank correlation of %j and %j is %j", (a, b, found) => {
    const { rho, count } = rankCorrelation(a, b) ?? {};
    expect(rho === undefined ? undefined : { rho: Number(rho.toFixed(3)), count }).toEqual(found);
  });
});

describe("a registered model", () => {
  const model = { name: "m", last_updated_timestamp: 0, aliases: [{ alias: "champion", version: "2" }] };
  const versions = Array.from({ length: 30 }, (_, i) => ({ name: "m", version: 30 - i, creation_timestamp: 0 }));

  test("shows its newest versions, and an old one that has an alias", () => {
    expect(firstVersions(model, versions).map(({ version }) => version)).toEqual([
      30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 2,
    ]);
    expect(aliasesOf(model, versions[28]!)).toEqual(["champion"]);
  });

  test("is compared by the results that most of its runs have, never by figures of the machine", () => {
    const [a, b] = [
      run({}, { epoch: 1, "eval/f1": 1, "eval/loss": 1, "system/cpu": 1 }),
      run({}, { epoch: 1, rare: 1 }),
    ];
    expect(resultKeys([a, b] as unknown as Parameters<typeof resultKeys>[0])).toEqual([
      "epoch",
      "eval/loss",
      "eval/f1",
    ]);
  });

  test.each([
    ["runs:/r1/model", "model"],
    ["mlflow-artifacts:/1/r1/artifacts/out/model", "out/model"],
    ["models:/m-1", undefined],
    ["runs:/r2/model", undefined],
    ["", undefined],
  ])("whose source is %s has its files in %s of its run", (source, folder) => {
    expect(artifactFolder({ name: "m", version: 1, creation_timestamp: 0, source, run_id: "r1" })).toBe(folder);
  });
});

describe("a file as it is shown", () => {
  test.each([
    ["model.safetensors", "none"],
    ["plot.PNG", "image"],
    ["report.html", "text"],
    ["model/MLmodel", "text"],
    ["weights.pkl", "none"],
  ])("%s: %s", (path, kind) => expect(previewKind(path)).toBe(kind));

  test("a script in HTML is text", () => {
    const text = "<script>alert(1)</script>";
    expect(asPreview("a.html", text)).toEqual({ kind: "text", text, isCut: false });
  });

  test("CSV is a table, with quotes, line feeds in cells and repeated heads", () => {
    expect(asPreview("a.csv", 'id,id,"a\nb"\r\n1,"x, ""y""",2\n')).toEqual({
      kind: "table",
      head: ["id", "id (2)", "a\nb"],
      rows: [["1", 'x, "y"', "2"]],
      isCut: false,
    });
  });

  test("JSON is indented, and what is none stands as it is", () => {
    expect(asPreview("a.json", '{"a":1}')).toMatchObject({ text: '{\n  "a": 1\n}' });
    expect(asPreview("a.json", "{a")).toMatchObject({ text: "{a" });
  });
});
