import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { loadTokenCounter } from "../../../src/curate/token-counter.ts";
import { textSlots } from "../../../src/curate/text-slots.ts";
import { PipelineRun } from "../../../src/domain/data-pipeline.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { folderOf } from "./rows.ts";
import { PROGRAMME, rawLines } from "./tree.ts";

const tokenizerFile = join(ROOT, "test/fixtures/workspace/tokenizer.json");
const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(300) };
const words = ["data", "run", "--executor", "inline"];

describe("the tokens that a run of a pipeline tells", () => {
  test("are an estimate by characters, with its range, where no tokenizer is at hand", async () => {
    const dir = await folderOf(FILES);
    const json = await runHere([...words, "--json"], { cwd: dir });
    const { stages, tokens } = PipelineRun.parse(JSON.parse(json.stdout));
    expect(tokens).toMatchObject({ method: "characters", tokenizer: "3.5 characters per token" });
    for (const [index, { kept, keptLow, keptHigh, sampledRows }] of tokens.stages.entries()) {
      const characters = stages[index]!.charactersKept;
      expect([kept, sampledRows]).toEqual([Math.round(characters / 3.5), 0]);
      expect(keptLow! / characters).toBeCloseTo(0.2, 3); // 0.7 to 1.4 times as many, as measured on nine corpora
      expect(keptHigh! / characters).toBeCloseTo(0.4, 3);
    }
    expect((await runHere(words, { cwd: dir })).stdout).toMatch(
      /tokens, an estimate by 3\.5 characters per token: [\d,]+ \([\d,]+ to [\d,]+\) read, [\d,]+ \([\d,]+ to [\d,]+\) kept/,
    );
  });

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
