import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type * as batch from "../../../../../src/curate/pipeline/executing/batch-executor.ts";
import type * as reading from "../../../../../src/curate/pipeline/executing/read-artefact.ts";
import type * as running from "../../../../../src/curate/pipeline/executing/run-artefact.ts";
import type { PipelineStage } from "../../../../../src/domain/data-pipeline.ts";
import type { BatchSystem } from "../../../../../src/remote/batch-system.ts";
import { MAIN } from "../../../../cli/run-cli.ts";
import { folderOf } from "../../../../curate/pipeline/rows.ts";
import { hashesBelow, rawLines } from "../../../../curate/pipeline/tree.ts";

// The worker is a file, which Node can run as TypeScript only from version 22: the built one is tested.
const built = (name: string): string => new URL(`../curate/pipeline/executing/${name}.js`, `file://${MAIN}`).href;
const { batchExecutor } = (await import(built("batch-executor"))) as typeof batch;
const { readArtefact } = (await import(built("read-artefact"))) as typeof reading;
const { runArtefact } = (await import(built("run-artefact"))) as typeof running;

/** A cluster of one machine, on which what `loses` names never starts. */
const cluster = (loses: (batch: number, submission: number) => boolean) => {
  const started: number[] = [];
  const system: BatchSystem = {
    name: "the test's cluster",
    run: async ([program, ...words], { batches }) => {
      const submission = started.push(batches) - 1;
      let said: string | undefined;
      for (let index = 0; index < batches; index++) {
        if (loses(index, submission)) said = "a machine was lost";
        else await new Promise((resolve) => spawn(program!, [...words, String(index)]).once("close", resolve));
      }
      return said;
    },
  };
  return { system, started };
};

const runOn = async (dir: string, system: BatchSystem, item: PipelineStage = { stage: "exact" }) => {
  const store = join(dir, "artefacts");
  const onProgress = (): void => undefined;
  const size = { rows: 50, characters: 1e6 };
  const input = await readArtefact([{ path: join(dir, "data.jsonl"), source: "data" }], { store, size, onProgress });
  return runArtefact(
    { item, files: new Map(), place: "here" },
    { store, input, executor: batchExecutor(system, { workers: 1, scratch: join(dir, "batches") }), onProgress },
  );
};

describe("shards on a cluster", () => {
  let whole: Record<string, string>;
  beforeAll(async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    await runOn(dir, cluster(() => false).system);
    whole = hashesBelow(join(dir, "artefacts"));
  });

  test("whose workers are lost are sent again alone, and the bytes are the same", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    // The second batch of the first submission of each step is lost: 10 shards in 4 batches, so 3 of them.
    let steps = 0;
    const { system, started } = cluster(
      (index, submission) => index === 1 && [0, 3].includes(submission) && ++steps > 0,
    );
    await runOn(dir, system);
    expect(steps).toBe(2);
    expect(started).toEqual([4, 3, 1, 4, 3]); // summarise, what was lost of it, decide, run, what was lost of it
    expect(hashesBelow(join(dir, "artefacts"))).toEqual(whole);
    expect(readdirSync(join(dir, "batches"))).toEqual([]);
  });

  test("that are lost three times end the run, and say which and what the cluster said", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    await expect(runOn(dir, cluster((index) => index === 0).system)).rejects.toThrow(
      /stage exact: the test's cluster did not complete shard 0.* in 3 attempts: a machine was lost/,
    );
    // What is done is kept.
    await runOn(dir, cluster(() => false).system);
    expect(hashesBelow(join(dir, "artefacts"))).toEqual(whole);
  });

  test("say what a stage itself threw, without another attempt", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(100) });
    const { system, started } = cluster(() => false);
    const broken = { stage: "exact", fields: 7 } as unknown as PipelineStage; // not what its schema lets in
    const run = runOn(dir, system, broken);
    await expect(run).rejects.toThrow();
    expect(started.length).toBe(1);
  });
});
