import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import {
  CostLine,
  Failure,
  findGpu,
  findModel,
  isRefusal,
  RunSpec,
  trainMemory,
  trainThroughput,
} from "../src/index.ts";
import * as tunewright from "../src/index.ts";

describe("the library", () => {
  test("estimates a run from names alone, as the guide shows", () => {
    const spec = RunSpec.parse({ model: "Qwen/Qwen2.5-7B", method: "lora", gpu: "H100-80GB-SXM" });
    const run = { shape: findModel(spec.model), spec, gpu: findGpu(spec.gpu) };
    const { device, lines } = trainMemory(run);
    expect(lines.length).toBeGreaterThan(3);
    if (isRefusal(device)) throw new Error(device.refused);
    expect(device.p10).toBeLessThanOrEqual(device.p50);
    expect(device.p90).toBeLessThan(80);
    const speed = trainThroughput(run);
    expect(isRefusal(speed) ? 0 : speed.p50).toBeGreaterThan(0);
  });

  test("has schemas that check and name what is wrong", () => {
    expect(() => CostLine.parse({})).toThrow(/category/);
    expect(() => findGpu("H999")).toThrow(Failure);
  });

  test("gives each public name once, and every name is a function, a schema or a table", () => {
    for (const [name, value] of Object.entries(tunewright))
      expect(["function", "object"], name).toContain(typeof value);
    const text = readFileSync(new URL("../src/index.ts", import.meta.url), "utf8");
    const names = [...text.matchAll(/^export \{ (.*) \} from/gm)].flatMap(([, list]) => list!.split(", "));
    expect(new Set(names).size).toBe(names.length);
  });
});
