import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runPipeline } from "../../../../src/curate/pipeline/run-pipeline.ts";
import { PipelineStage } from "../../../../src/domain/data-pipeline.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { folderOf, jsonl } from "../rows.ts";
import { PROGRAMME } from "../tree.ts";
import { longTest } from "../../../long-suite.ts";

const ROWS = [
  { Text: "a long enough text of one", user: 1, meta: { date: "2026-01-01" } },
  { Text: "another text of two", user: 2, licence: "MIT" },
];

const run = async (stage: object, rows: readonly unknown[] = ROWS) => {
  const dir = await folderOf({ "data.jsonl": jsonl(rows), "test.jsonl": jsonl([{ text: "not in the rows" }]) });
  return runPipeline(
    {
      dir,
      sources: [{ path: join(dir, "data.jsonl"), source: "data.jsonl" }],
      stages: [PipelineStage.parse(stage)],
      resolve: (name) => Promise.resolve(join(dir, name)),
    },
    {
      executor: "inline",
      workers: 1,
      out: join(dir, "curated.jsonl"),
      mayReplace: () => Promise.resolve(false),
      shardSize: { rows: 1, characters: 1e6 },
      now: () => new Date(0),
      onProgress: () => undefined,
    },
  );
};

describe("a field that an option names", () => {
  test.each<[string, object]>([
    ["txt", { stage: "trainable", fields: { text: "txt" } }],
    ["answr", { stage: "exact", fields: { prompt: "text", completion: "answr" } }],
    ["txt", { stage: "quality", fields: { text: "txt" } }],
    ["txt", { stage: "dedup", textField: "txt" }],
    ["scor", { stage: "dedup", keep: "best", by: "scor" }],
    ["text", { stage: "redact", textField: "text" }],
    ["usr", { stage: "redact", personField: "usr" }],
    ["text", { stage: "decontaminate", against: ["test.jsonl"], textFields: ["Text", "text"] }],
    ["license", { stage: "rights", on: "2026-11-25", licenceField: "license" }],
    ["usr", { stage: "split", groupBy: ["user", "usr"] }],
    ["meta.dat", { stage: "split", timeField: "meta.dat" }],
    ["labl", { stage: "split", stratifyBy: "labl" }],
  ])("%s ends the run where no row has it: %o", async (name, stage) => {
    await expect(run(stage)).rejects.toThrow(`: no row has a field ${name}`);
  });

  test.each<object>([
    { stage: "trainable", fields: { text: "text" } },
    { stage: "dedup", textField: "TEXT" },
    { stage: "redact", textField: "Text", personField: "user" },
    { stage: "rights", on: "2026-11-25", licenceField: "licence" },
    { stage: "split", groupBy: ["user"], timeField: "meta.date", test: 1 },
  ])("is taken as the stage finds it, in the last row too: %o", async (stage) => {
    expect((await run(stage)).stages[1]!.rowsIn).toBe(2);
  });

  test("is asked of no rows where there are none", async () => {
    const none = await run({ stage: "dedup", textField: "txt" }, ["no object"]);
    expect(none.stages.map(({ rowsIn }) => rowsIn)).toEqual([1, 0]);
  });

  longTest("is named with its line in programme.yaml, and what may be meant", async () => {
    const programme = PROGRAMME.replace("- stage: exact", "- stage: dedup\n      textField: promt");
    const dir = await folderOf({
      "programme.yaml": programme,
      "data.jsonl": jsonl([{ prompt: "a", completion: "b" }]),
    });
    const { code, stderr } = await runCli(["data", "run"], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain("programme.yaml, line 12, data.pipeline.1: no row has a field promt");
    expect(stderr).toContain('did you mean "prompt"?');
  });
});
