import { describe, expect, test } from "vitest";

import { asPreview, previewKind } from "../../src/web/artifact-preview.ts";
import { firstAxes, parallelAxes } from "../../src/web/parallel-axes.ts";

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
