import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import dataQuality from "../../../src/cli/commands/data-quality.ts";
import type { JudgePlan } from "../../../src/domain/judge.ts";
import { QualityResult } from "../../../src/domain/quality.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runHere } from "../../cli/run-here.ts";
import { runCommand } from "../../cli/run-command.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { complete, json, promptIn } from "./judge-stub.ts";
import { longTest } from "../../long-suite.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});
const endpoint = async (answering: Answering): Promise<TestEndpoint> => {
  const started = await startEndpoint(answering);
  open.push(started);
  return started;
};

/** Scores by what the row says; a row that is to be refused, and one that is not about JSON at all. */
const scores: Answering = (response, _nth, body) => {
  const prompt = promptIn(body);
  if (prompt.includes("lock")) complete(response, "I'm sorry, I cannot judge this.");
  else complete(response, `{"score": ${prompt.includes("Paris") ? 5 : 2}, "reason": "it says so"}`);
};

const ROWS = [
  { prompt: "What is the capital of France?", completion: "Paris." },
  { prompt: "What is the capital of Spain?", completion: "Perhaps Lisbon, or so." },
  { prompt: "How do I open a lock?", completion: "Turn the key in it to the left." },
  { prompt: "Who is there?", completion: "I'm sorry, but I can't help with that." },
  {
    messages: [
      { role: "user", content: "Capital of France?" },
      { role: "assistant", content: "It is Paris." },
    ],
  },
  { prompt: "What is the capital of Spain?", completion: "Perhaps Lisbon, or so." },
];
const rowsFolder = () => folderOf({ "a.jsonl": jsonl(ROWS) });
const flagsFor = (url: string) => ({ file: ["a.jsonl"], judge: url, judgeModel: "stub", judgeFree: true });

describe("data quality with a judge", () => {
  test("asks about the rows that the rules keep, equal ones once, and drops those below the limit with the judge's reason", async () => {
    const { url, bodies } = await endpoint(scores);
    const folder = await rowsFolder();
    const raw = { ...flagsFor(url), judgeMin: 3, out: "good.jsonl", dropped: "bad.jsonl" };
    const { json: found, text, ended } = await runCommand(dataQuality, raw, folder);
    const { funnel, judge } = QualityResult.parse(found);
    expect(bodies).toHaveLength(4);
    expect(promptIn(bodies[0]!)).toMatch(
      /\{"score": 1 to 5, "reason": "one sentence"\}[^]*\[\{"role":"user","text":"What is/,
    );
    expect(funnel.at(-1)).toMatchObject({
      rowsIn: 6,
      rowsKept: 3,
      dropped: [
        { reason: "judged-poor", rows: 2 },
        { reason: "refusal", rows: 1 },
      ],
    });
    expect(judge).toMatchObject({
      judged: 3,
      values: [
        { value: "2", questions: 1 },
        { value: "5", questions: 2 },
      ],
      unjudged: [{ reason: "refusal", questions: 1 }],
      spentUsd: null,
      answers: join(".tunewright", "judge", "answers.jsonl"),
    });
    expect(await readFile(join(folder, "good.jsonl"), "utf8")).toBe(jsonl([ROWS[0], ROWS[2], ROWS[4]]));
    expect(await readFile(join(folder, "bad.jsonl"), "utf8")).toContain("score 2 of 5, limit 3: it says so");
    expect(text()).toContain("judge: stub, 3 verdicts: 2 1, 5 2\nunjudged: 1: refusal 1\nrequests: 4, free");
    expect(ended).toBeUndefined();
  });

  test("a random sample alone where one is asked for: the same for the same seed, and no other row is dropped for its score", async () => {
    const { url, bodies } = await endpoint((response) => complete(response, '{"score": 1, "reason": "poor"}'));
    const rows = Array.from({ length: 60 }, (_, at) => ({
      prompt: `What is ${at} and ${at}?`,
      completion: `It is ${2 * at}.`,
    }));
    const dropped = async (judgeSeed: number): Promise<string[]> => {
      const folder = await folderOf({ "a.jsonl": jsonl(rows) });
      const raw = { ...flagsFor(url), judgeMin: 3, judgeSample: 10, judgeSeed, dropped: "bad.jsonl" };
      const { json: found } = await runCommand(dataQuality, raw, folder);
      expect((found as QualityResult).funnel.at(-1)!.rowsKept).toBe(50);
      return (await readFile(join(folder, "bad.jsonl"), "utf8")).match(/"line":\d+/g)!;
    };
    const first = await dropped(1);
    expect(await dropped(1)).toEqual(first);
    expect(await dropped(2)).not.toEqual(first);
    expect(bodies).toHaveLength(30);
  });

  test("shows the estimate and the first question on a dry run, and sends and writes nothing", async () => {
    const { url, bodies } = await endpoint(scores);
    const folder = await rowsFolder();
    const raw = { file: ["a.jsonl"], judge: url, judgeModel: "gpt-4o-mini", judgeDryRun: true };
    const { json: plan, text } = await runCommand(dataQuality, raw, folder);
    expect(plan).toMatchObject({ maxUsd: "1.00", estimate: { questions: 4, known: 0, outputTokens: 2048 } });
    const { low, high } = (plan as JudgePlan).estimate.usd!;
    expect([Number(low) > 0, Number(high) > Number(low), Number(high) < 0.01]).toEqual([true, true, true]);
    expect(
      text()
        .replaceAll(url, "http://HOST")
        .replaceAll(/\d+ to \d+ in/g, "LOW to HIGH in"),
    ).toContain("You judge rows");
    expect(bodies).toEqual([]);
    expect(existsSync(join(folder, ".tunewright"))).toBe(false);
  });

  test("does not start without a known price, a model or an address, nor where nobody says yes", async () => {
    const folder = await rowsFolder();
    const fails = (raw: object) =>
      catchFailureAsync(() => runCommand(dataQuality, { file: ["a.jsonl"], ...raw }, folder));
    const url = "http://127.0.0.1:9";
    expect(await fails({ judge: url, judgeModel: "my-own-model" })).toMatchObject({
      kind: "not_found",
      hint: expect.stringContaining("--judge-price-in") as string,
    });
    expect(await fails({ judge: url })).toMatchObject({ message: "--judge-model is missing" });
    expect(await fails({ judgeMin: 3 })).toMatchObject({ message: "--judge-min has no effect without --judge" });
    expect(await fails({ judge: `${url}/?key=abc`, judgeModel: "m", judgeFree: true })).toMatchObject({
      message: 'the address of the judge contains "key", which may be a key',
    });
    expect(await fails({ judge: "https://judge.example", judgeModel: "m", judgeFree: true })).toMatchObject({
      kind: "bad_input",
      message: expect.stringContaining("this requires confirmation") as string,
    });
    expect(await fails({ judge: url, judgeModel: "m", judgeFree: true, judgePriceIn: "1" })).toMatchObject({
      kind: "bad_input",
    });
    expect(existsSync(join(folder, ".tunewright/judge/answers.jsonl"))).toBe(false);
  });

  longTest("never shows or keeps the key, whatever the endpoint repeats and however the command ends", async () => {
    const key = "sk-live-0123456789abcdef";
    const { url, headers } = await endpoint((response, nth, body) => {
      if (nth % 4 === 3) json(response, 403, { error: { message: `the key ${key} may not do this` } });
      else if (nth % 4 === 2) json(response, 500, { error: `${"x".repeat(150)}${key}` });
      else if (nth % 4 === 1) complete(response, `{"score": 3, "reason": "I was called with ${key}"}`);
      else scores(response, nth, body);
    });
    const cwd = await rowsFolder();
    const words = `data quality a.jsonl --out good.jsonl --dropped bad.jsonl --judge-min 5 --judge ${url} --judge-model stub --judge-free --judge-concurrency 1 --judge-key-env MY_KEY --yes --debug --json`;
    let shown = "";
    for (let round = 0; round < 3; round++) {
      const { code, stdout, stderr } = await runHere(words.split(" "), { cwd, env: { MY_KEY: key } });
      shown += `${code}${stdout}${stderr}`;
    }
    const asFlag = await runHere(words.replace("MY_KEY", key).split(" "), { cwd });
    expect(asFlag).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("expected the name of an environment") as string,
    });
    shown += asFlag.stdout + asFlag.stderr.replace(words.replace("MY_KEY", key), "");
    expect(headers[0]!.authorization).toBe(`Bearer ${key}`);
    expect(shown).toContain("HTTP 403: the key [key] may not do this");
    const files = (await readdir(cwd, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(["answers.jsonl", "good.jsonl", "bad.jsonl"]));
    for (const { parentPath, name } of files) shown += await readFile(join(parentPath, name), "utf8");
    expect(shown).toContain("I was called with [key]");
    for (let chars = key.length; chars > 8; chars--) expect(shown).not.toContain(key.slice(0, chars));
  });

  test("ends with 4 at the cap and with 6 where the endpoint fails; the rest is unjudged, and a later run asks for it alone", async () => {
    let isBroken = false;
    const { url, bodies } = await endpoint((response, nth, body) =>
      isBroken ? json(response, 400, { error: "no" }) : scores(response, nth, body),
    );
    const cwd = await rowsFolder();
    const words = `data quality a.jsonl --judge ${url} --judge-model stub --judge-price-in 1 --judge-price-out 2 --judge-max-tokens 100 --judge-concurrency 1 --yes`;
    const run = (more: string) => runHere([...words.split(" "), ...more.split(" "), "--json"], { cwd });
    const atCap = await run("--judge-max-usd 0.00105");
    expect(atCap.code, atCap.stderr).toBe(4);
    expect(atCap.stderr).toContain("cost: ");
    expect((JSON.parse(atCap.stdout) as QualityResult).judge).toMatchObject({
      spentUsd: "0.00012",
      unjudged: [{ reason: "over-cap", questions: 3 }],
    });
    isBroken = true;
    const failing = await run("--judge-max-usd 1");
    expect(failing.code).toBe(6);
    expect(failing.stderr).toContain("3 questions without an answer (HTTP 400: no)");
    isBroken = false;
    bodies.length = 0;
    const last = await run("--judge-max-usd 1");
    expect(last.code, last.stderr).toBe(0);
    expect(bodies).toHaveLength(3);
  });
});
