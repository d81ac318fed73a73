import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { SynthesisResult } from "../../../../src/domain/synthesis-result.ts";
import { MAIN } from "../../../cli/run-cli.ts";
import { runHere } from "../../../cli/run-here.ts";
import { jsonl } from "../../../curate/pipeline/rows.ts";
import {
  documents,
  documentText,
  FAULTS,
  type Kind,
  programmeOf,
  scriptedModel,
  synthesisYaml,
} from "../../../programme/synthesize/scripted-model.ts";

const FREE = { free: true, usdPerMtokInput: undefined, usdPerMtokOutput: undefined };

const TURN: readonly Kind[] = ["good", "ungrounded", "good", "personal", "refusal", "good", "loop", "good"];

async function synthesized(dir: string): Promise<{ code: number | null; result: SynthesisResult }> {
  const { code, stdout, stderr } = await runHere(["data", "synthesize", "qa", "--yes", "--json"], { cwd: dir });
  if (stdout === "") throw new Error(stderr);
  return { code, result: SynthesisResult.parse(JSON.parse(stdout)) };
}

/** Dialogues of the sealed rows, by their ids. */
function sealedRows(dir: string, { sealed }: SynthesisResult): Record<string, unknown> {
  const lines = readFileSync(join(dir, sealed!.dir, "rows.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const rows = lines.map((line) => JSON.parse(line) as { id: string; messages: unknown });
  return Object.fromEntries(rows.map(({ id, messages }) => [id, messages]));
}

test("faults of every kind on every third call change neither the rows nor their number", async () => {
  const kindOf = (index: number): Kind => TURN[index % 8]!;
  let faults = 0;
  const faulty = await scriptedModel(kindOf, {
    before: (response, nth) => {
      if (nth % 3 !== 2) return false;
      FAULTS[faults++ % FAULTS.length]!(response);
      return true;
    },
  });
  const sound = await scriptedModel(kindOf);
  const results = [];
  for (const { url } of [sound, faulty]) {
    const yaml = synthesisYaml(url, { requests: 80, endpoint: FREE });
    const dir = programmeOf({ "documents.jsonl": documents(80), "synthesize/qa.yaml": yaml });
    const { code, result } = await synthesized(dir);
    expect(code).toBe(0);
    results.push({ checks: result.checks, rows: sealedRows(dir, result), answered: result.answered });
  }
  expect(faults).toBeGreaterThan(3 * FAULTS.length);
  expect(results[0]!.answered).toBe(80);
  expect(results[1]).toEqual(results[0]);
});

test("killed with -9 again and again, it asks nothing twice that was answered, and makes the rows of a run that was not", async () => {
  const [requests, concurrency] = [160, 4];
  const model = await scriptedModel((index) => TURN[index % 8]!, { delayMs: 10 });
  const yaml = synthesisYaml(model.url, { requests, endpoint: FREE });
  const files = { "documents.jsonl": documents(requests), "synthesize/qa.yaml": yaml };
  const dir = programmeOf(files);
  let kills = 0;
  for (const share of [0.05, 0.2, 0.4, 0.6, 0.9]) {
    const child = spawn(process.execPath, [MAIN, "data", "synthesize", "qa", "--yes"], { cwd: dir, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (model.bodies.length < share * requests + kills * concurrency && child.exitCode === null) await sleep(1);
    child.kill("SIGKILL");
    await ended;
    kills += 1;
  }
  const { code, result } = await synthesized(dir);
  expect(code).toBe(0);
  expect(model.bodies.length).toBeGreaterThanOrEqual(requests);
  expect(model.bodies.length - requests).toBeLessThanOrEqual(kills * concurrency);
  const whole = programmeOf(files);
  const uninterrupted = await synthesized(whole);
  expect(result.checks).toEqual(uninterrupted.result.checks);
  expect(sealedRows(dir, result)).toEqual(sealedRows(whole, uninterrupted.result));
});

test("documents without a text are counted by reason; if all are, nothing is asked", async () => {
  const model = await scriptedModel(() => "good");
  const without = [{ text: "" }, { text: "  \n" }, { text: "12 345 --- 67" }, { text: null }, { other: 4 }];
  const yaml = synthesisYaml(model.url, { requests: 1, endpoint: FREE });
  const dir = programmeOf({
    "documents.jsonl": jsonl([...without, { text: documentText(0) }]),
    "synthesize/qa.yaml": yaml,
  });
  const { result } = await synthesized(dir);
  const [input] = result.inputs;
  expect(input!.rows).toBe(1);
  expect(input!.unusable.reduce((sum, { rows }) => sum + rows, 0)).toBe(without.length);
  expect(model.bodies).toHaveLength(1);
  const none = programmeOf({ "documents.jsonl": jsonl(without), "synthesize/qa.yaml": yaml });
  const { code, stderr } = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: none });
  expect([code, stderr]).toEqual([2, expect.stringContaining("the inputs contain no document with text")]);
  expect(model.bodies).toHaveLength(1);
});

test("a row of 10 MB is counted, and the others are used", async () => {
  const model = await scriptedModel(() => "good");
  const lines = jsonl([{ text: documentText(0) }, { text: "word ".repeat(4_000_000) }, { text: documentText(1) }]);
  const dir = programmeOf({
    "documents.jsonl": lines,
    "synthesize/qa.yaml": synthesisYaml(model.url, { requests: 2, endpoint: FREE }),
  });
  const { result } = await synthesized(dir);
  expect(result.inputs).toMatchObject([{ rows: 2, unusable: [{ reason: "too-long", rows: 1 }] }]);
  expect(result.kept).toBe(2);
});
