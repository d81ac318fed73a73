import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { pipelineEstimate } from "../../../src/curate/pipeline/pipeline-estimate.ts";
import { folderOf, jsonl } from "./rows.ts";

const estimate = async (content: string, over: Partial<Parameters<typeof pipelineEstimate>[0]> = {}) => {
  const folder = await folderOf({ "data.jsonl": content });
  return pipelineEstimate({
    sources: [{ path: join(folder, "data.jsonl"), source: "data" }],
    stages: [{ stage: "trainable" }, { stage: "exact" }],
    executor: "threads",
    workers: 2,
    folder,
    rates: {},
    ...over,
  });
};

describe("what a run will take", () => {
  const row = { prompt: "a question of some length", completion: "word ".repeat(60) };
  const rows = jsonl(Array.from({ length: 50_000 }, () => row)); // 18 MB: five blocks

  test("counts the rows of a large file by its first block", async () => {
    const { rows: counted, inputBytes, diskBytes } = await estimate(rows);
    expect(counted).toBeGreaterThan(0.9 * 50_000);
    expect(counted).toBeLessThan(1.1 * 50_000);
    expect(inputBytes).toBe(Buffer.byteLength(rows));
    expect(diskBytes).toBeGreaterThan(3 * inputBytes);
  });

  test("grows with the rows and the workers' memory, and shrinks in time with workers", async () => {
    const [one, four] = [await estimate(rows, { workers: 1 }), await estimate(rows, { workers: 4 })];
    expect(four.memoryBytes).toBeGreaterThan(one.memoryBytes);
    expect(four.durationSec.high).toBeLessThan(one.durationSec.high);
    const small = await estimate(jsonl([row]), { workers: 1 });
    expect(small.memoryBytes).toBeLessThan(one.memoryBytes);
    expect(small.durationSec.low).toBeLessThan(one.durationSec.low);
  });

  test("takes the rates of earlier runs where all are there, with a narrower range", async () => {
    const rates = { read: 20e6, trainable: 30e6, exact: 20e6 };
    const [assumed, measured] = [await estimate(rows), await estimate(rows, { rates })];
    expect(measured.basis).toContain("rates of the last runs");
    expect(assumed.basis).toContain("assumed rates");
    const width = ({ durationSec: { low, high } }: typeof assumed): number => (high - 1) / low;
    expect(width(measured)).toBeLessThan(width(assumed));
  });
});
