import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { loadTokenCounter } from "../../../src/curate/tokens/token-counter.ts";
import { textSlots } from "../../../src/curate/rows/text-slots.ts";
import type { DataReport } from "../../../src/domain/data-report.ts";
import { PipelineRun } from "../../../src/domain/data-pipeline.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { folderOf } from "./rows.ts";
import { PROGRAMME, rawLines } from "./tree.ts";
import { longTest } from "../../long-suite.ts";

const tokenizerFile = join(ROOT, "test/fixtures/workspace/tokenizer.json");
const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(300) };
const words = ["data", "run", "--executor", "inline"];

describe("the tokens that a run of a pipeline tells", () => {
  longTest(
    "are counted by a public tokenizer where the model's own is not at hand, as in the report on the run",
    async () => {
      const dir = await folderOf(FILES);
      const json = await runHere([...words, "--json"], { cwd: dir });
      const { stages, tokens } = PipelineRun.parse(JSON.parse(json.stdout));
      expect(tokens).toMatchObject({ method: "proxy-tokenizer", tokenizer: "o200k_base" });
      expect(tokens.stages.at(-1)!.sampledRows).toBe(stages.at(-1)!.rowsKept);
      const { keptLow, kept, keptHigh } = tokens.stages.at(-1)!;
      expect([keptLow! / kept!, keptHigh! / kept!]).toEqual([expect.closeTo(0.8, 2), expect.closeTo(1.25, 2)]);
      expect((await runHere(words, { cwd: dir })).stdout).toMatch(
        /tokens, estimated with o200k_base on 2\d\d rows: [\d,]+ \([\d,]+ to [\d,]+\) read, [\d,]+ \([\d,]+ to [\d,]+\) kept/,
      );
      const report = await runHere(["data", "report", "--json"], { cwd: dir });
      expect((JSON.parse(report.stdout) as DataReport).tokens).toEqual(tokens);
    },
  );

  test("are counted by the model's own tokenizer where the programme has it: of few rows, each", async () => {
    const dir = await folderOf({ ...FILES, "tokenizer.json": readFileSync(tokenizerFile) });
    const { tokens } = PipelineRun.parse(JSON.parse((await runHere([...words, "--json"], { cwd: dir })).stdout));
    expect(tokens).toMatchObject({ method: "tokenizer", tokenizer: "tokenizer.json" });
    const { count } = await loadTokenCounter(tokenizerFile);
    const rows = readFileSync(join(dir, "curated.jsonl"), "utf8").trim().split("\n");
    const counted = rows
      .flatMap((row) => textSlots(JSON.parse(row) as Record<string, unknown>))
      .reduce((sum, { text }) => sum + count(text), 0);
    const { kept, keptLow, keptHigh, sampledRows } = tokens.stages.at(-1)!;
    expect([kept, keptLow, keptHigh, sampledRows]).toEqual([counted, counted, counted, rows.length]);
  });
});
