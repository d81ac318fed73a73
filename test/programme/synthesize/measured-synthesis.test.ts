import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { SynthesisResult } from "../../../src/domain/synthesis-result.ts";
import { measuredSynthesis } from "../../../src/programme/reading/measured-synthesis.ts";
import { runHere } from "../../cli/run-here.ts";
import { documents, programmeOf, scriptedModel, synthesisYaml } from "./scripted-model.ts";

async function synthesized(dir: string, ...flags: string[]): Promise<SynthesisResult> {
  const { stdout } = await runHere(["data", "synthesize", "qa", "--yes", "--json", ...flags], { cwd: dir });
  return SynthesisResult.parse(JSON.parse(stdout));
}

test("a pilot, and later the sealed rows, say what a kept row costs; nothing paid or nothing kept says nothing", async () => {
  const model = await scriptedModel((nth) => (nth % 4 === 3 ? "refusal" : "good"));
  const yaml = synthesisYaml(model.url, { requests: 12, pilot: 8 });
  const dir = programmeOf({ "documents.jsonl": documents(12), "synthesize/qa.yaml": yaml });
  expect(await measuredSynthesis(dir)).toBeUndefined();
  const pilot = await synthesized(dir, "--pilot");
  const first = (await measuredSynthesis(dir))!;
  expect(first).toMatchObject({ files: [join(".tunewright/synthesize/qa/pilot.json")], asked: 8, kept: 6 });
  expect(first.usdPerKeptRow.p50).toBeCloseTo(Number(pilot.cost.usd) / 6, 9);
  expect(first.usdPerKeptRow.p10).toBeLessThan(first.usdPerKeptRow.p50);
  expect(first.usdPerKeptRow.p90).toBeGreaterThan(first.usdPerKeptRow.p50);
  const result = await synthesized(dir);
  const all = (await measuredSynthesis(dir))!;
  expect(all).toMatchObject({ files: [join("synthetic/qa/v1.json")], asked: 12, kept: 9 });
  expect(all.usdPerKeptRow.p50).toBeCloseTo(Number(result.cost.usd) / 9, 9);
  writeFileSync(join(dir, "synthetic/qa/v1.json"), "{");
  expect(await measuredSynthesis(dir)).toBeUndefined();
});
