import { readdirSync, readFileSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type * as pipeline from "../../../src/curate/pipeline/run-pipeline.ts";
import { MAIN } from "../../cli/run-cli.ts";
import { folderOf, jsonl } from "./rows.ts";
import { leftIn, rawLines } from "./tree.ts";
import { lawRuns } from "../../law-runs.ts";
import { longCases, longTest } from "../../long-suite.ts";

// Workers are files, which Node can run as TypeScript only from version 22: the built ones are tested.
const { runPipeline } = (await import(
  new URL("../curate/pipeline/run-pipeline.js", `file://${MAIN}`).href
)) as typeof pipeline;

type Options = Partial<pipeline.PipelineRunOptions> & { stages?: pipeline.Pipeline["stages"] };

const run = (dir: string, { stages = [{ stage: "trainable" }, { stage: "exact" }], ...options }: Options = {}) =>
  runPipeline(
    {
      dir,
      sources: [{ path: join(dir, "data.jsonl"), source: "data.jsonl" }],
      stages,
      resolve: (name) => Promise.resolve(join(dir, name)),
    },
    {
      executor: "inline",
      workers: 1,
      out: join(dir, "curated.jsonl"),
      mayReplace: () => Promise.resolve(false),
      shardSize: { rows: 100, characters: 1e6 },
      now: () => new Date(0),
      onProgress: () => undefined,
      ...options,
    },
  );

const shardsRun = ({ stages }: Awaited<ReturnType<typeof run>>): number[] => stages.map((stage) => stage.shardsRun);
const folderNamed = (dir: string, stage: string): string => {
  const store = join(dir, ".tunewright/artefacts");
  return join(
    store,
    readdirSync(store).find((name) => name.startsWith(stage))!,
  );
};

describe("a pipeline", () => {
  longTest("leaves the same bytes for any executor and number of workers", async () => {
    const raw = rawLines(1500);
    const alone = await folderOf({ "data.jsonl": raw });
    const made = await run(alone);
    expect(shardsRun(made)).toEqual([15, 15, 15]);
    expect(made.stages.map(({ rowsIn, rowsKept }) => [rowsIn, rowsKept])).toMatchObject([
      [1500, 1484],
      [1484, 1435],
      [1435, expect.any(Number)],
    ]);
    const executors = longCases(1, [
      ["processes", 2],
      ["threads", 1],
      ["threads", 3],
    ] as const);
    for (const [executor, workers] of executors) {
      const dir = await folderOf({ "data.jsonl": raw });
      expect((await run(dir, { executor, workers })).stages).toEqual(made.stages);
      expect(leftIn(dir)).toEqual(leftIn(alone));
    }
  });

  test("lets the same rows through for shards of any size, and counts each row once", async () => {
    const anyRow = fc.oneof(
      fc.record({ prompt: fc.constantFrom("a", "b", "c"), completion: fc.constantFrom("x", "y") }),
      fc.constant({ instruction: "" }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (rows, size) => {
          const outcome = async (shardRows: number): Promise<unknown> => {
            const dir = await folderOf({ "data.jsonl": jsonl(rows) });
            const { stages } = await run(dir, { shardSize: { rows: shardRows, characters: 1e6 } });
            for (const { rowsIn, rowsKept, dropped } of stages) {
              expect(rowsKept + dropped.reduce((sum, each) => sum + each.rows, 0)).toBe(rowsIn);
            }
            const counts = stages.map(({ artefact: _a, sha256: _s, shards: _n, shardsRun: _r, ...rest }) => rest);
            return [counts, readFileSync(join(dir, "curated.jsonl"), "utf8")];
          };
          expect(await outcome(size)).toEqual(await outcome(1000));
        },
      ),
      { numRuns: lawRuns(15) },
    );
  });

  longTest("runs nothing again that has not changed, and of a changed pipeline what follows the change", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    await run(dir);
    expect(shardsRun(await run(dir))).toEqual([0, 0, 0]);
    const fields = { text: "prompt" };
    expect(shardsRun(await run(dir, { stages: [{ stage: "trainable" }, { stage: "exact", fields }] }))).toEqual([
      0, 0, 5,
    ]);
    writeFileSync(join(dir, "data.jsonl"), rawLines(501));
    expect(shardsRun(await run(dir))).toEqual([5, 5, 5]);
  });

  test("stops after a stage, and goes on from there", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    const stopped = await run(dir, { stopAfter: "trainable" });
    expect(stopped.out).toBeNull();
    expect(stopped.stages.map(({ stage }) => stage)).toEqual(["read", "trainable"]);
    expect(shardsRun(await run(dir))).toEqual([0, 0, 5]);
  });

  longTest("makes a file anew that is torn, flipped or gone, and no other shard", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(500) });
    await run(dir);
    const whole = leftIn(dir);
    const damage: Record<string, (path: string) => void> = {
      "torn by its last byte": (path) => writeFileSync(path, readFileSync(path).subarray(0, -1)),
      torn: (path) => writeFileSync(path, readFileSync(path).subarray(0, 10)),
      flipped: (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(path, bytes);
      },
      gone: (path) => rmSync(path),
    };
    for (const [stage, index] of [
      ["read", 0],
      ["trainable", 1],
      ["exact", 2],
    ] as const) {
      for (const name of ["000003.kept.jsonl", "000003.json", "000003.dropped.jsonl"]) {
        for (const [what, harm] of Object.entries(damage)) {
          const path = join(folderNamed(dir, stage), name);
          if (!(join(path).slice(dir.length + 1) in whole)) continue;
          // A file of another name may be the same file: damage to one is damage to both, and both are computed again.
          harm(path);
          const again = shardsRun(await run(dir));
          expect(again[index], `${stage} ${name} ${what}`).toBe(1);
          expect(Math.max(...again)).toBe(1);
          expect(leftIn(dir)).toEqual(whole);
        }
      }
      for (const name of ["manifest.json", "decision"]) {
        const path = join(folderNamed(dir, stage), name);
        if (!(path.slice(dir.length + 1) in whole)) continue;
        for (const what of ["flipped", "torn by its last byte"]) {
          damage[what]!(path);
          await run(dir);
          expect(leftIn(dir)).toEqual(whole);
        }
      }
    }
  });

  test("does not replace a file that somebody else wrote or changed, unless told so", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(100), "curated.jsonl": "mine" });
    await expect(run(dir)).rejects.toThrow("already exists");
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe("mine");
    await run(dir, { mayReplace: () => Promise.resolve(true) });
    writeFileSync(join(dir, "data.jsonl"), rawLines(101));
    await run(dir); // its own file
    writeFileSync(join(dir, "curated.jsonl"), "edited");
    await expect(run(dir)).rejects.toThrow("has changed since data run wrote it");
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe("edited");
  });

  test("knows its own file after runs that wrote to others", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(100) });
    await run(dir);
    await run(dir, { out: join(dir, "other.jsonl") });
    writeFileSync(join(dir, "data.jsonl"), rawLines(101));
    await run(dir, { out: join(dir, "third.jsonl") });
    await run(dir);
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe(readFileSync(join(dir, "third.jsonl"), "utf8"));
  });

  test("writes JSONL alone, and says so before it reads", async () => {
    const dir = await folderOf({ "data.jsonl": rawLines(10) });
    for (const name of ["rows.parquet", "rows.jsonl.gz", "rows"]) {
      await expect(run(dir, { out: join(dir, name) })).rejects.toThrow("a pipeline writes rows as JSONL");
    }
    expect(readdirSync(join(dir, ".tunewright"))).toEqual([]);
  });
});
