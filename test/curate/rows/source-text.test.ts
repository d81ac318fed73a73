import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { exportFiles } from "../../../src/curate/formats/export-files.ts";
import { importFiles } from "../../../src/curate/formats/import-files.ts";
import { runPipeline } from "../../../src/curate/pipeline/run-pipeline.ts";
import { runStage } from "../../../src/curate/pipeline/reading/run-stage.ts";
import { splitFiles } from "../../../src/curate/split/split-files.ts";
import type { RowStage } from "../../../src/curate/stage.ts";
import { ExportOptions } from "../../../src/domain/data-export.ts";
import { ImportOptions } from "../../../src/domain/data-import.ts";
import { SplitOptions } from "../../../src/domain/split.ts";
import { folderOf } from "../pipeline/rows.ts";

/** Rows as other programs write them: numbers that JavaScript writes in another way or cannot hold, spaces, escapes. */
const ROWS = [
  String.raw`{"id": 9007199254740993, "prompt": "Where is Paris?", "completion": "In France.", "score": 10.0, "big": 1e400, "x": [1.50, 12345678901234567890, -0.0], "n": "caf\u00e9"}`,
  '{"id": 9007199254740994, "prompt":"Where is Bonn?", "completion":"In Germany, on the Rhine.", "score": 1E5, "2": 1, "1": [ ]}\r',
  ' { "prompt": "Name a mountain.", "completion": "Everest is one.", "score": 0.10 } ',
  '{"id": 9007199254740993, "prompt":"Where is Bonn?", "completion":"odd", "score": 2.0}',
];
const LINES = `${ROWS.join("\n")}\n`;

/** Replaces a text in one row and drops another. */
const editing: RowStage<null> = {
  kind: "row",
  name: "editing",
  version: 1,
  run: (rows) => ({
    kept: rows
      .filter(({ fields }) => fields["completion"] !== "odd")
      .map((row) => (row.line === 1 ? { ...row, fields: { ...row.fields, completion: "In <PLACE>." } } : row)),
    dropped: rows.filter(({ fields }) => fields["completion"] === "odd").map((row) => ({ row, reason: "odd" })),
    notes: [],
  }),
};

const read = (...path: string[]): Promise<string> => readFile(join(...path), "utf8");

describe("rows of JSONL", () => {
  test("come out of a stage as they came in, but for what it changed", async () => {
    const dir = await folderOf({ "a.jsonl": LINES });
    const [out, dropped] = [join(dir, "out.jsonl"), join(dir, "dropped.jsonl")];
    await runStage(editing, [join(dir, "a.jsonl")], { options: null, out, dropped });
    expect(await read(out)).toBe(`${[ROWS[0]!.replace("In France.", "In <PLACE>."), ROWS[1], ROWS[2]].join("\n")}\n`);
    expect(await read(dropped)).toContain(`"reason":"odd","fields":${ROWS[3]}}`);
  });

  test("come out of a split, and of a pipeline, byte for byte", async () => {
    const dir = await folderOf({ "a.jsonl": LINES });
    const options = SplitOptions.parse({ test: 1 });
    await splitFiles([join(dir, "a.jsonl")], { options, out: join(dir, "split") });
    const parts = (await read(dir, "split", "train.jsonl")) + (await read(dir, "split", "test.jsonl"));
    expect(parts.split("\n").toSorted()).toEqual(LINES.split("\n").toSorted());
    const run = await runPipeline(
      {
        dir,
        sources: [{ path: join(dir, "a.jsonl"), source: "a.jsonl" }],
        stages: [{ stage: "trainable" }, { stage: "exact" }],
        resolve: (name) => Promise.resolve(join(dir, name)),
      },
      {
        executor: "inline",
        workers: 1,
        out: join(dir, "curated.jsonl"),
        mayReplace: () => Promise.resolve(false),
        shardSize: { rows: 2, characters: 1e6 },
        now: () => new Date(0),
        onProgress: () => undefined,
      },
    );
    expect(run.stages.at(-1)!.rowsKept).toBe(4);
    expect(await read(dir, "curated.jsonl")).toBe(LINES);
  });
});

describe("numbers of rows that are imported and exported", () => {
  const beside = '"score":10.0,"big":1e400,"x":[1.50,12345678901234567890,-0.0]';

  test("keep their digits as JSONL", async () => {
    const dir = await folderOf({ "a.jsonl": LINES });
    await importFiles([join(dir, "a.jsonl")], { ...ImportOptions.parse({}), out: join(dir, "rows.jsonl") });
    expect(await read(dir, "rows.jsonl")).toContain(`"beside":{"id":9007199254740993,${beside}`);
    const options = ExportOptions.parse({ format: "native" });
    await exportFiles([join(dir, "rows.jsonl")], { ...options, out: join(dir, "b.jsonl") });
    expect(await read(dir, "b.jsonl")).toContain(
      `{"id":9007199254740993,"prompt":"Where is Paris?","completion":"In France.",${beside},"n":"café"}`,
    );
  });
});
