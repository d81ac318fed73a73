import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { exportFiles } from "../../../src/curate/formats/export-files.ts";
import { formatReportText } from "../../../src/curate/formats/formats-text.ts";
import { importFiles } from "../../../src/curate/formats/import-files.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { EXAMPLES } from "./examples.ts";

const linesOf = (path: string): string[] => readFileSync(path, "utf8").trimEnd().split("\n");
const importOptions = { format: undefined, dropErrors: false };

describe("an imported file that is written in the format that it came from", () => {
  test("has keys that are called __proto__, wherever they stand", async () => {
    const rows = EXAMPLES.map(({ row }) => {
      const text = JSON.stringify(row);
      return `${text.slice(0, -1)},"__proto__":{"a":1,"__proto__":[2]}}`;
    });
    const dir = await folderOf({ "raw.jsonl": `${rows.join("\n")}\n` });
    const [raw, imported, back] = ["raw.jsonl", "imported.jsonl", "back.jsonl"].map((name) => join(dir, name));
    const { funnel } = await importFiles([raw!], { ...importOptions, out: imported });
    expect(funnel.at(-1)!.rowsKept).toBe(rows.length);
    const { lost } = await exportFiles([imported!], { format: "native", strict: false, out: back! });
    expect(lost).toEqual([]);
    expect(linesOf(back!)).toEqual(rows);
  });
});

test("an Alpaca file whose rows have an input at times stays one dataset for LLaMA-Factory", async () => {
  const rows = Array.from({ length: 9 }, (_each, row) => ({
    instruction: `Translate word ${row}.`,
    input: row % 3 === 0 ? `Wort ${row}` : "",
    output: `word ${row}`,
  }));
  const dir = await folderOf({ "raw.jsonl": jsonl(rows) });
  const out = join(dir, "train");
  const { files } = await exportFiles([join(dir, "raw.jsonl")], { format: "llama-factory", strict: false, out });
  expect(files).toEqual([{ path: "sft-alpaca.jsonl", format: "alpaca", rows: 9 }]);
  expect(linesOf(join(out, "sft-alpaca.jsonl")).map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  const info = JSON.parse(readFileSync(join(out, "dataset_info.json"), "utf8")) as Record<string, unknown>;
  expect(Object.keys(info)).toEqual(["sft_alpaca"]);
});

test("rows that were imported before keep their id, source and line, and it is said how many", async () => {
  const dir = await folderOf({
    "raw.jsonl": jsonl([
      { prompt: "Where?", completion: "Here." },
      { prompt: "When?", completion: "Now." },
    ]),
    "new.jsonl": jsonl([{ prompt: "Who?", completion: "Me." }]),
  });
  const at = (name: string): string => join(dir, name);
  const first = await importFiles([at("raw.jsonl")], {
    ...importOptions,
    out: at("first.jsonl"),
    sources: ["raw.jsonl"],
  });
  const last = linesOf(at("first.jsonl")).slice(1); // its line in this file is another one
  writeFileSync(at("part.jsonl"), `${last.join("\n")}\n`);
  const again = await importFiles([at("part.jsonl"), at("new.jsonl")], { ...importOptions, out: at("again.jsonl") });
  expect(linesOf(at("again.jsonl"))[0]).toBe(last[0]);
  expect(JSON.parse(linesOf(at("again.jsonl"))[1]!)).toMatchObject({ line: 1 });
  expect([first.importedBefore, again.importedBefore]).toEqual([0, 1]);
  expect(formatReportText(again)).toContain("1 row was already imported and keeps its id, source and line");
});
