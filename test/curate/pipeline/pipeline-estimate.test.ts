import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { sha256 } from "../../../src/base/hash.ts";
import { countedBefore } from "../../../src/curate/pipeline/counted-before.ts";
import { pipelineEstimate } from "../../../src/curate/pipeline/pipeline-estimate.ts";
import { runPipeline } from "../../../src/curate/pipeline/run-pipeline.ts";
import { openRowSink } from "../../../src/tables/open-row-sink.ts";
import { folderOf, jsonl } from "./rows.ts";
import { longTest } from "../../long-suite.ts";

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
  const rows = jsonl(Array.from({ length: 25_000 }, () => row)); // 9 MB: three blocks

  test("counts the rows of a large file by its first block", async () => {
    const { rows: counted, inputBytes, diskBytes } = await estimate(rows);
    expect(counted).toBeGreaterThan(0.9 * 25_000);
    expect(counted).toBeLessThan(1.1 * 25_000);
    expect(inputBytes).toBe(Buffer.byteLength(rows));
    expect(diskBytes).toBeGreaterThan(3 * inputBytes);
  });

  longTest("counts the rows of a compressed file by how much of it was read", async () => {
    const texts = jsonl(
      Array.from({ length: 20_000 }, (_, index) => ({
        prompt: `question ${index}`,
        completion: sha256(`${index}`).repeat(8),
      })),
    );
    const folder = await folderOf({ "data.jsonl.gz": gzipSync(texts) });
    const { rows: counted } = await estimate("", {
      sources: [{ path: join(folder, "data.jsonl.gz"), source: "data" }],
    });
    expect(counted).toBeGreaterThan(0.8 * 20_000);
    expect(counted).toBeLessThan(1.2 * 20_000);
  });

  test("counts the rows of Parquet by its own number of rows", async () => {
    const folder = await folderOf({});
    const path = join(folder, "data.parquet");
    const sink = await openRowSink(path);
    await sink.write(Array.from({ length: 5000 }, (_, id) => ({ ...row, id })));
    await sink.commit();
    await sink.abort();
    const { rows: counted } = await estimate("", { sources: [{ path, source: "data" }] });
    expect(counted).toBe(5000);
  });

  longTest("takes what the last run counted where the files have their sizes", async () => {
    const folder = await folderOf({ "data.jsonl": rows });
    const sources = [{ path: join(folder, "data.jsonl"), source: "data" }];
    expect(await countedBefore(folder, sources)).toBeUndefined();
    await runPipeline(
      { dir: folder, sources, stages: [{ stage: "trainable" }], resolve: (name) => Promise.resolve(name) },
      {
        executor: "inline",
        workers: 1,
        out: join(folder, "out.jsonl"),
        mayReplace: () => Promise.resolve(false),
        now: () => new Date(0),
        onProgress: () => undefined,
      },
    );
    const counted = await countedBefore(folder, sources);
    expect(counted!.rows).toBe(25_000);
    expect(Math.abs(counted!.jsonBytes / Buffer.byteLength(rows) - 1)).toBeLessThan(0.1);
    expect(await estimate(rows, { counted })).toMatchObject({
      rows: 25_000,
      basis: expect.stringContaining("as the last run counted") as string,
    });
    appendFileSync(join(folder, "data.jsonl"), jsonl([row]));
    expect(await countedBefore(folder, sources)).toBeUndefined();
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
