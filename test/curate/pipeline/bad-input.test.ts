import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { runHere } from "../../cli/run-here.ts";
import { folderOf, jsonl } from "./rows.ts";
import { PROGRAMME } from "./tree.ts";
import { longTest } from "../../long-suite.ts";

const run = (dir: string) =>
  dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });

const folderWith = (name: string, content: string | Uint8Array): Promise<string> =>
  folderOf({ "programme.yaml": PROGRAMME.replace("data.jsonl", name), [name]: content });

describe("bad input of a pipeline", () => {
  test("a torn gzip file ends the run with its name, and nothing is written that looks whole", async () => {
    const zipped = gzipSync(
      jsonl(Array.from({ length: 5000 }, (_, n) => ({ prompt: `${n}`, completion: `${n * n}` }))),
    );
    const dir = await folderWith("data.jsonl.gz", zipped.subarray(0, zipped.length / 2));
    await expect(run(dir)).rejects.toThrow("the gzip data is corrupt or truncated");
    expect(existsSync(join(dir, "curated.jsonl"))).toBe(false);
    expect(existsSync(join(dir, ".tunewright/pipeline.json"))).toBe(false);
  });

  longTest(
    "a row of 50 MB, one of 10,001 fields, and one in another encoding are dropped with their lines",
    async () => {
      const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`f${n}`, 1])));
      const content = Buffer.concat([
        Buffer.from(`{"prompt":"q","completion":"${"x".repeat(50e6)}"}\n${wide}\n`),
        Buffer.from('{"prompt":"caf\xe9","completion":"x"}\n', "latin1"),
        Buffer.from('{"prompt":"q","completion":"a"}\n'),
      ]);
      const { stages } = await run(await folderWith("data.jsonl", content));
      expect(stages[0]).toMatchObject({ rowsIn: 4, rowsKept: 1 });
      expect(stages[0]!.dropped.map(({ reason, samples }) => [reason, samples[0]!.line])).toEqual([
        ["broken", 2],
        ["encoding", 3],
        ["too-long", 1],
      ]);
    },
  );

  test("a stage that drops every row leaves an empty file, and the command fails its check", async () => {
    const dir = await folderWith("data.jsonl", jsonl([{ instruction: "" }, { instruction: " " }]));
    const { stages } = await run(dir);
    expect(stages.map(({ rowsKept }) => rowsKept)).toEqual([2, 0, 0]);
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe("");
    const { code, stderr } = await runHere(["data", "run"], { cwd: dir });
    expect(code).toBe(5);
    expect(stderr).toContain("no row passed trainable");
  });

  test("rows with the same value in a field called id stay apart", async () => {
    const dir = await folderWith(
      "data.jsonl",
      jsonl([
        { id: 7, text: "a" },
        { id: 7, text: "b" },
      ]),
    );
    expect((await run(dir)).stages.at(-1)!.rowsKept).toBe(2);
  });

  test("a file outside of the folder is refused", async () => {
    const dir = await folderOf({ "programme.yaml": PROGRAMME.replace("data.jsonl", "../data.jsonl") });
    await expect(run(dir)).rejects.toThrow("leaves the programme folder");
  });

  test("a pipeline without stages, or without a stage of that name, says which there are", async () => {
    const dir = await folderWith("data.jsonl", jsonl([{ text: "a" }]));
    const none = await folderOf({
      "programme.yaml": PROGRAMME.replace(/ {2}pipeline:[^]*$/, ""),
      "data.jsonl": jsonl([{ text: "a" }]),
    });
    await expect(run(none)).rejects.toThrow("has no pipeline");
    const { code, stderr } = await runHere(["data", "run", "--stop-after", "exakt"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain('the pipeline has no stage "exakt"');
    expect(stderr).toContain("exact");
  });
});
