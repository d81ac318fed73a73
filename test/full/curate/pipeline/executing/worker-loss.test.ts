import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type * as pipeline from "../../../../../src/curate/pipeline/run-pipeline.ts";
import { MAIN } from "../../../../cli/run-cli.ts";
import { folderOf } from "../../../../curate/pipeline/rows.ts";
import { leftIn, rawLines } from "../../../../curate/pipeline/tree.ts";

const { runPipeline } = (await import(
  new URL("../curate/pipeline/run-pipeline.js", `file://${MAIN}`).href
)) as typeof pipeline;

const run = (dir: string, executor: "inline" | "processes") =>
  runPipeline(
    {
      dir,
      sources: [{ path: join(dir, "data.jsonl"), source: "data.jsonl" }],
      stages: [{ stage: "trainable" }, { stage: "exact" }],
      resolve: (name) => Promise.resolve(join(dir, name)),
    },
    {
      executor,
      workers: 2,
      out: join(dir, "curated.jsonl"),
      mayReplace: () => Promise.resolve(false),
      shardSize: { rows: 20, characters: 1e6 },
      now: () => new Date(0),
      onProgress: () => undefined,
    },
  );

/** Processes that this one started as workers. */
function workers(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = / (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)!.slice(2))?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("shard-worker");
      } catch {
        return false; // it has ended
      }
    });
}

describe.skipIf(process.platform !== "linux")("a worker process that is killed (looked for in /proc)", () => {
  test("is replaced, and its shard done again alone, to the same bytes", async () => {
    const raw = rawLines(1600);
    const [dir, alone] = [await folderOf({ "data.jsonl": raw }), await folderOf({ "data.jsonl": raw })];
    const running = run(dir, "processes");
    const seen = { kills: 0, isOver: false };
    const killing = (async () => {
      // A task may lose its worker twice and is then done; so no more kills than that.
      while (!seen.isOver && seen.kills < 2) {
        await sleep(50);
        const [pid] = workers();
        if (pid === undefined) continue;
        process.kill(pid, "SIGKILL");
        seen.kills += 1;
        await sleep(150);
      }
    })();
    const made = await running;
    seen.isOver = true;
    await killing;
    expect(seen.kills).toBeGreaterThan(0);
    expect(made.stages.map(({ shardsRun }) => shardsRun)).toEqual([80, 80, 80]);
    await run(alone, "inline");
    expect(leftIn(dir)).toEqual(leftIn(alone));
  });
});
