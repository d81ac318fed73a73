import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { GcResult } from "../../../../src/domain/gc.ts";
import { runHere } from "../../../cli/run-here.ts";
import { folderOf } from "../rows.ts";
import { leftIn } from "../tree.ts";
import { FILES, PROGRAMME, ROWS, SECRET } from "./gc-programme.ts";
import { longTest } from "../../../long-suite.ts";

const cli = async (dir: string, ...words: string[]): Promise<string> => {
  const inline = words[1] === "run" ? ["--executor", "inline"] : [];
  const { code, stdout, stderr } = await runHere([...words, ...inline], { cwd: dir });
  expect(code, stderr).toBe(0);
  return stdout;
};
const gc = async (dir: string, ...words: string[]): Promise<GcResult> =>
  GcResult.parse(JSON.parse(await cli(dir, "gc", "--json", ...words)));
const made = async (): Promise<string> => {
  const dir = await folderOf(FILES);
  await cli(dir, "data", "run", "--shard-rows", "10");
  return dir;
};
/** Files below the kept artefacts in which a text stands. */
const filesWith = (dir: string, text: string): string[] =>
  Object.keys(leftIn(dir)).filter((name) => readFileSync(join(dir, name), "utf8").includes(text));

describe("gc", () => {
  test("finds nothing where all is in use, and nothing where there was no run", async () => {
    expect(await gc(await folderOf(FILES))).toMatchObject({ remove: [], keep: [], isDone: true });
    const dir = await made();
    const before = leftIn(dir);
    expect(await gc(dir)).toMatchObject({ remove: [], isDone: true });
    expect(leftIn(dir)).toEqual(before);
  });

  test("removes artefacts of an earlier pipeline, and says first which and how large they are", async () => {
    const dir = await made();
    const first = leftIn(dir);
    writeFileSync(join(dir, "programme.yaml"), PROGRAMME.replace("    - stage: trainable\n", ""));
    await cli(dir, "data", "run", "--shard-rows", "10");
    const plan = await gc(dir);
    expect(plan.isDone).toBe(false);
    expect(plan.remove.map(({ name, why }) => [name.split("-")[0], why])).toEqual([
      ["exact", "unused"],
      ["redact", "unused"],
      ["trainable", "unused"],
    ]);
    const sizes = plan.remove.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(plan.freedBytes).toBeGreaterThan(0);
    expect(plan.freedBytes).toBeLessThan(sizes); // rows that a kept artefact holds under another name stay
    expect(Object.keys(leftIn(dir)).length).toBeGreaterThan(Object.keys(first).length);
    expect((await gc(dir, "--yes")).isDone).toBe(true);
    expect(await gc(dir)).toMatchObject({ remove: [] });
    expect(JSON.parse(await cli(dir, "data", "run", "--shard-rows", "10", "--json"))).toMatchObject({
      stages: [{ shardsRun: 0 }, { shardsRun: 0 }, { shardsRun: 0 }],
    });
  });

  longTest(
    "keeps what a run of the pipeline as it stands would go on from, whatever the size of its shards",
    async () => {
      const dir = await made();
      await cli(dir, "data", "run", "--shard-rows", "7", "--stop-after", "trainable");
      await cli(dir, "data", "run", "--shard-rows", "10", "--stop-after", "read");
      expect(await gc(dir)).toMatchObject({ remove: [] });
      writeFileSync(join(dir, "data.jsonl"), `${ROWS}{"prompt":"new","completion":"new"}\n`);
      // The last run still stands for what is in curated.jsonl; all else is of files that are no more.
      const names = (await gc(dir)).keep.map(({ name }) => name.split("-")[0]);
      expect(names).toEqual(["read"]);
    },
  );

  test("removes what a killed run left half written, and nothing of another's", async () => {
    const dir = await made();
    const artefact = readdirSync(join(dir, ".tunewright/artefacts"))[0]!;
    const torn = join(dir, ".tunewright/artefacts", artefact, ".000000.kept.jsonl.00000000-1-01234567.tmp");
    writeFileSync(torn, SECRET);
    writeFileSync(join(dir, ".curated.jsonl.00000000-2-01234567.tmp"), SECRET);
    writeFileSync(join(dir, ".mine.jsonl.tmp"), "mine");
    const { remove } = await gc(dir, "--yes");
    expect(remove.map(({ why, bytes }) => [why, bytes])).toEqual([
      ["cut-off", SECRET.length],
      ["cut-off", SECRET.length],
    ]);
    expect(existsSync(torn) || existsSync(join(dir, ".curated.jsonl.00000000-2-01234567.tmp"))).toBe(false);
    expect(existsSync(join(dir, ".mine.jsonl.tmp"))).toBe(true);
  });

  test("does nothing while a run goes on", async () => {
    const dir = await made();
    writeFileSync(join(dir, ".tunewright/run.lock"), JSON.stringify({ host: hostname(), pid: process.ppid }));
    const { code, stderr } = await runHere(["gc", "--yes"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain("another run of this pipeline is in progress");
  });
});

describe("gc --unredacted", () => {
  longTest(
    "leaves no row of before redaction, all of lineage, and what the next run makes the same bytes of",
    async () => {
      const dir = await made();
      const before = leftIn(dir);
      const lineage = await cli(dir, "data", "lineage", "--json");
      const croissant = await cli(dir, "data", "lineage", "--croissant", "c.json", "--json");
      expect(filesWith(dir, SECRET)).not.toEqual([]);
      expect((await gc(dir, "--unredacted", "--yes")).remove.map(({ name, why }) => [name.split("-")[0], why])).toEqual(
        [
          ["read", "unredacted"],
          ["trainable", "unredacted"],
        ],
      );
      expect(filesWith(dir, SECRET)).toEqual([]);
      expect(await cli(dir, "data", "lineage", "--json")).toBe(lineage);
      expect(croissant).toBe(lineage);
      const row = await runHere(["data", "lineage", "--row", "data.jsonl:1"], { cwd: dir });
      expect(row).toMatchObject({
        code: 3,
        stderr: expect.stringContaining("were removed by tunewright gc") as string,
      });
      const report = JSON.parse(await cli(dir, "data", "report", "--json")) as { removed: string[] };
      expect(report.removed).toEqual(["read", "trainable"]);
      expect((await gc(dir, "--unredacted")).remove).toEqual([]);
      const again = JSON.parse(await cli(dir, "data", "run", "--shard-rows", "10", "--json")) as {
        stages: { shardsRun: number }[];
      };
      expect(again.stages.map(({ shardsRun }) => shardsRun)).toEqual([4, 4, 0, 0]);
      expect(leftIn(dir)).toEqual(before);
    },
  );

  test("waits until the rows that came through stand in their file or are frozen", async () => {
    const dir = await folderOf(FILES);
    await cli(dir, "data", "run", "--stop-after", "redact");
    const refused = await runHere(["gc", "--unredacted", "--yes"], { cwd: dir });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("are not in a file yet") as string });
    await cli(dir, "data", "run");
    renameSync(join(dir, "curated.jsonl"), join(dir, "moved.jsonl"));
    expect((await runHere(["gc", "--unredacted", "--yes"], { cwd: dir })).code).toBe(2);
    await cli(dir, "data", "freeze", "moved.jsonl", "--out", "frozen/1", "--by", "Ada", "--reason", "test");
    expect((await gc(dir, "--unredacted", "--yes")).remove).toHaveLength(2);
  });
});
