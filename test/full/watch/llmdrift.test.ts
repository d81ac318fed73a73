import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { seededRandom } from "../../../src/base/random.ts";
import type { RequestSignal } from "../../../src/domain/watch-file.ts";
import type { WatchedRequest } from "../../../src/domain/watch-import.ts";
import { measureRequest } from "../../../src/programme/watch/measure-request.ts";
import { openUsage } from "../../../src/programme/traffic/usage-rows.ts";
import { formatCheck } from "../../../src/watch/answer-format.ts";
import { compareSamples } from "../../../src/watch/compare-samples.ts";

/** Answers of GPT-3.5 and GPT-4 to the same questions in March and June 2023 (Chen, Zaharia and Zou 2023, Apache-2.0). */
const FOLDER = join(import.meta.dirname, "../../../../shared/data/eval/llmdrift");

const SUBSAMPLES = 1_000;
const LEVEL = 0.05;

type Answered = { request: WatchedRequest; answer: string; usable: string };

describe.skipIf(!existsSync(FOLDER))("LLMDrift, in 1,000 seeded subsamples (skipped without ../shared)", () => {
  const files = new Map<string, Map<string, Answered[]>>();
  beforeAll(async () => {
    for (const name of ["SENSITIVEQ", "OPINIONQA", "LEETCODE_EASY", "COUNTAHAPPYNUMBER"]) {
      files.set(name, await readAnswers(join(FOLDER, `${name}_EVAL.csv`)));
    }
  });

  const share = (
    [name, before, after]: readonly [string, string, string],
    { rows, signal, all }: { rows: number; signal: RequestSignal; all: readonly RequestSignal[] },
  ): number => {
    const random = seededRandom(2023);
    const [first, second] = [files.get(name)!.get(before)!, files.get(name)!.get(after)!];
    let found = 0;
    for (let k = 0; k < SUBSAMPLES; k++) {
      const signals = compared([sample(first, rows, random), sample(second, rows, random)], all);
      if (signals.some((each) => each.signal === signal && each.isChanged)) found++;
    }
    return found / SUBSAMPLES;
  };

  test("50 rows show that GPT-4 stopped to answer OpinionQA with a letter", () => {
    const drawn = { rows: 50, signal: "format", all: ALL } as const;
    expect(share(["OPINIONQA", "gpt-4-0314", "gpt-4-0613"], drawn)).toBeGreaterThanOrEqual(0.95);
  });

  test("50 rows show that answers of GPT-4 to HappyNumber became shorter", () => {
    const drawn = { rows: 50, signal: "answer-length", all: ALL } as const;
    expect(share(["COUNTAHAPPYNUMBER", "gpt-4-0314", "gpt-4-0613"], drawn)).toBeGreaterThanOrEqual(0.95);
  });

  test.each([
    ["gpt-4-0314", "gpt-4-0613", "answer-length"],
    ["gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613", "answer-length"],
    ["gpt-4-0314", "gpt-4-0613", "refusal"],
  ] as const)("the 100 rows of SensitiveQ show the change from %s to %s of %s", (before, after, signal) => {
    const both = [files.get("SENSITIVEQ")!.get(before)!, files.get("SENSITIVEQ")!.get(after)!] as const;
    expect(compared(both, ALL).find((each) => each.signal === signal)!.isChanged).toBe(true);
  });

  test("the 50 rows of LeetCode show that fewer answers of GPT-4 can be run as they are, by the labels of the authors", () => {
    const labelled = (model: string): Answered[] =>
      files
        .get("LEETCODE_EASY")!
        .get(model)!
        .map(({ usable, ...rest }) => ({ ...rest, usable, answer: usable === "1" ? "(A)" : "" }));
    const both = [labelled("gpt-4-0314"), labelled("gpt-4-0613")] as const;
    const found = compared(both, ALL).find((each) => each.signal === "format")!;
    expect([found.before, found.after]).toEqual([0.52, 0.1]);
    expect(found.isChanged).toBe(true);
  });

  test.each([
    ["OPINIONQA", "gpt-4-0314"],
    ["COUNTAHAPPYNUMBER", "gpt-4-0314"],
    ["SENSITIVEQ", "gpt-3.5-turbo-0301"],
  ])("random disjoint halves of one snapshot seldom differ: %s, %s", (name, model) => {
    const random = seededRandom(7);
    const all = files.get(name)!.get(model)!;
    let alarms = 0;
    for (let k = 0; k < SUBSAMPLES; k++) {
      const mixed = sample(all, Math.min(all.length, 200), random);
      const half = mixed.length >> 1;
      if (compared([mixed.slice(0, half), mixed.slice(half)], ALL).some(({ isChanged }) => isChanged)) alarms++;
    }
    expect(alarms / SUBSAMPLES).toBeLessThanOrEqual(LEVEL);
  });
});

const ALL: readonly RequestSignal[] = ["prompt-length", "answer-length", "refusal", "format", "latency", "cost"];

/** Form of an answer to OpinionQA: a letter in brackets. */
const LETTER = formatCheck({ pattern: String.raw`^\(?[A-H]\)` });

function compared(
  [before, after]: readonly [readonly Answered[], readonly Answered[]],
  signals: readonly RequestSignal[],
) {
  const answers = new Map([...before, ...after].map(({ request, answer }) => [request, answer]));
  const requests = (side: readonly Answered[]): WatchedRequest[] => side.map(({ request }) => request);
  return compareSamples(requests(before), requests(after), {
    signals,
    level: LEVEL,
    hasFormat: (request) => LETTER.has({ isJson: false, text: answers.get(request) }),
  }).signals;
}

/** Rows drawn without putting back. */
function sample<T>(from: readonly T[], count: number, random: () => number): T[] {
  const drawn = [...from];
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (drawn.length - i));
    [drawn[i], drawn[j]] = [drawn[j]!, drawn[i]!];
  }
  return drawn.slice(0, count);
}

async function readAnswers(path: string): Promise<Map<string, Answered[]>> {
  const models = new Map<string, Answered[]>();
  // The first column, an index of pandas, has no name.
  const folder = await mkdtemp(join(tmpdir(), "tunewright-llmdrift-"));
  const named = join(folder, "answers.csv");
  await writeFile(named, `index${await readFile(path, "utf8")}`);
  const source = await openUsage(named, path);
  for await (const row of source.rows) {
    if ("problem" in row) throw new Error(row.problem);
    const field = (name: string): string => String((row.fields[name] as string | number | null) ?? "");
    const model = field("model").replace("openaichat/", "");
    const known = models.get(model) ?? [];
    const raw = {
      id: null,
      timeMs: 0,
      user: null,
      model,
      slice: null,
      hasText: true,
      prompt: field("query"),
      answer: field("answer"),
      latencySec: Number(field("latency")),
      costUsd: field("cost"),
      feedback: null,
      reference: null,
    };
    known.push({
      request: measureRequest(raw, { id: `${model}-${known.length}`, user: null }),
      answer: raw.answer,
      usable: field("Directly Usable"),
    });
    models.set(model, known);
  }
  await rm(folder, { recursive: true });
  return models;
}
