import { readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { FREE } from "../../../src/llm/token-price.ts";
import { judgeQuestions, planQuestions } from "../../../src/curate/judge/judge-questions.ts";
import type { JudgeEndpoint } from "../../../src/domain/judge.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { folderOf } from "../pipeline/rows.ts";
import { complete, json, optionsFor, promptIn, questionsFor, SCORE, setupIn } from "./judge-stub.ts";
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

const good: Answering = (response) => complete(response, '{"score": 4, "reason": "clear"}');

type Run = { url: string; folder: string; count?: number; options?: Partial<JudgeEndpoint>; setup?: object };
const judge = ({ url, folder, count = 12, options, setup }: Run) =>
  judgeQuestions(questionsFor(url, count), optionsFor(url, options), {
    setup: setupIn(folder, setup),
    prompt: SCORE,
  });

/** The fault of every third request. */
const FAULTS: Readonly<Record<string, Answering>> = {
  "500": (response) => json(response, 500, { error: { message: "out of memory" } }),
  reset: (response) => response.socket!.resetAndDestroy(),
  "429 with Retry-After": (response) => json(response, 429, { error: "slow down", headers: { "retry-after": "0.02" } }),
  "no answer in time": () => undefined,
  "half of the JSON": (response) => response.writeHead(200, { "content-length": "400" }).end('{"choices": [{"mess'),
  "half of the JSON and a clean end": (response) => response.writeHead(200).end('{"choices": [{"mess'),
  "other JSON": (response) => json(response, 200, { ok: true }),
  "no choices": (response) => json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 0 } }),
};

describe("an endpoint that fails on every third request", () => {
  for (const [fault, failing] of Object.entries(FAULTS)) {
    test(`by ${fault} still answers every question, and is paid for each once`, async () => {
      const { url, bodies } = await endpoint((response, nth, body) =>
        nth % 3 === 2 ? failing(response, nth, body) : good(response, nth, body),
      );
      const folder = await folderOf({});
      const { summary } = await judge({ url, folder, options: { timeoutSec: 0.3 } });
      expect(summary).toMatchObject({ judged: 12, unjudged: [], answered: 12, failure: null });
      expect(summary.values).toEqual([{ value: "4", questions: 12 }]);
      expect(summary.sent).toBe(bodies.length);
      expect(new Set(bodies.map(promptIn)).size).toBe(12);
      const again = await judge({ url, folder });
      expect(again.summary).toMatchObject({ judged: 12, sent: 0, spentUsd: summary.spentUsd });
    });
  }

  test("that says when to come back is not asked before, by any of the requests at once", async () => {
    const times: number[] = [];
    const { url } = await endpoint((response, nth, body) => {
      times.push(Date.now());
      if (nth === 0) json(response, 503, { error: "loading", headers: { "retry-after": "0.4" } });
      else good(response, nth, body);
    });
    const { summary } = await judge({ url, folder: await folderOf({}), count: 3, options: { concurrency: 1 } });
    expect(summary).toMatchObject({ judged: 3, sent: 4 });
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(395); // a timer never fires early; both clocks are this machine's
  });

  test("counts requests that the bill may count with their worst case, refused ones with nothing", async () => {
    const spent = async (fault: string): Promise<string | null> => {
      const { url } = await endpoint((response, nth, body) =>
        nth === 0 ? FAULTS[fault]!(response, nth, body) : good(response, nth, body),
      );
      return (await judge({ url, folder: await folderOf({}), count: 1, options: { maxTokens: 100 } })).summary.spentUsd;
    };
    expect(await spent("500")).toBe("0.00012"); // 100 in, 10 out
    expect(await spent("reset")).toBe("0.000394"); // and 10 bytes and 64 of a template in, 100 out
  });

  test("without its usage: the cost is estimated, and that is said", async () => {
    const { url } = await endpoint((response, nth) =>
      complete(response, '{"score": 4}', nth % 3 === 2 ? { usage: undefined } : {}),
    );
    const { summary } = await judge({ url, folder: await folderOf({}) });
    expect(summary).toMatchObject({ judged: 12, estimatedUsage: 4 });
  });

  test("and answers without a score: those are unjudged, by reason, and not asked again", async () => {
    const texts = [
      "I'm sorry, but I can't help with that.",
      "It is quite good, I would say.",
      '{"score": 9, "reason": "out of range"}',
      '{"quality": 3}',
      '```json\n{"score": "3/5", "reason": "fenced"}\n```',
      'Thinking {"score": 1} … no.\nFinal: {"score": 5, "reason": "last"}',
    ];
    const { url, bodies } = await endpoint((response, nth) => complete(response, texts[nth]!));
    const folder = await folderOf({});
    const run = { url, folder, count: 6, options: { concurrency: 1 } };
    const { summary } = await judge(run);
    expect(summary.values).toEqual([
      { value: "3", questions: 1 },
      { value: "5", questions: 1 },
    ]);
    expect(summary.unjudged).toEqual([
      { reason: "no-json", questions: 1 },
      { reason: "no-verdict", questions: 2 },
      { reason: "refusal", questions: 1 },
    ]);
    await judge(run);
    expect(bodies).toHaveLength(6);
  });

  test("and refuses by a field or a filter, or is cut off: a longer answer is asked for once that is allowed", async () => {
    const { url, bodies } = await endpoint((response, nth) => {
      if (nth === 0) json(response, 200, { choices: [{ message: { content: null, refusal: "No." } }] });
      else if (nth === 1)
        json(response, 200, { choices: [{ message: { content: "" }, finish_reason: "content_filter" }] });
      else if (nth === 2)
        json(response, 200, { choices: [{ message: { content: "Let me" }, finish_reason: "length" }] });
      else complete(response, [{ type: "text", text: '{"score": 2}' }]);
    });
    const folder = await folderOf({});
    const run = { url, folder, count: 3, options: { concurrency: 1, maxTokens: 16 } };
    expect((await judge(run)).summary.unjudged).toEqual([
      { reason: "cut-off", questions: 1 },
      { reason: "refusal", questions: 2 },
    ]);
    const longer = await judge({ ...run, options: { concurrency: 1, maxTokens: 32 } });
    expect(longer.summary).toMatchObject({ sent: 1, judged: 1, unjudged: [{ reason: "refusal", questions: 2 }] });
    expect(bodies).toHaveLength(4);
  });
});

describe("an endpoint that is not there or does not want it", () => {
  test("gives no answer for ever: asking ends, the questions are unjudged, and a later run asks for them", async () => {
    const { url, bodies, close } = await endpoint((response) => json(response, 503, { error: "loading" }));
    const folder = await folderOf({});
    const { summary } = await judge({ url, folder, count: 100 });
    expect(summary).toMatchObject({ judged: 0, failure: "HTTP 503: loading" });
    expect(summary.unjudged).toEqual([{ reason: "no-answer", questions: 100 }]);
    expect(bodies.length).toBeLessThan(100);
    expect(summary.spentUsd).toBe("0.00");
    await close();
    open.length = 0;
    const gone = await catchFailureAsync(() => judge({ url, folder, count: 100 }));
    expect(gone).toMatchObject({ kind: "outside", message: expect.stringContaining("ECONNREFUSED") as string });
  });

  test.each<[string, Answering]>([
    [
      "a page of HTML",
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Please sign in</p>"),
    ],
    ["a page without its type", (response) => response.writeHead(200).end("<!DOCTYPE html><html></html>")],
  ])("but is %s: ends after a few requests, with what to do", async (_, answering) => {
    const { url, bodies } = await endpoint(answering);
    const failure = await catchFailureAsync(async () => judge({ url, folder: await folderOf({}), count: 100 }));
    expect(failure).toMatchObject({
      kind: "outside",
      message: `${url}/v1/chat/completions: the answer is a web page, not JSON`,
      hint: expect.stringContaining("check the address") as string,
    });
    expect(bodies.length).toBeLessThanOrEqual(6); // three, and those that were on their way
  });

  test("and a port on which nothing listens ends after a few requests", async () => {
    const folder = await folderOf({});
    const failure = await catchFailureAsync(() => judge({ url: "http://127.0.0.1:1", folder, count: 100 }));
    expect(failure).toMatchObject({
      kind: "outside",
      message: expect.stringContaining("ECONNREFUSED") as string,
      hint: expect.stringContaining("check the address") as string,
    });
  });

  test("but one that answered before and is gone for a while is asked again", async () => {
    const { url } = await endpoint((response, nth, body) => {
      if (nth >= 2 && nth < 6) response.writeHead(200, { "content-type": "text/html" }).end("<p>Restarting</p>");
      else good(response, nth, body);
    });
    const { summary } = await judge({ url, folder: await folderOf({}), options: { concurrency: 1 } });
    expect(summary).toMatchObject({ judged: 12, sent: 16, failure: null });
  });

  test("does not know the key or the model: ends at once with the address", async () => {
    const { url, bodies } = await endpoint((response) =>
      json(response, 401, { error: { message: "bad key sk-secret" } }),
    );
    const folder = await folderOf({});
    const failure = await catchFailureAsync(() =>
      judge({
        url,
        folder,
        options: { concurrency: 1, free: true },
        setup: { key: "sk-secret", price: FREE },
      }),
    );
    expect(failure).toMatchObject({ kind: "outside", message: `${url}/v1/chat/completions: HTTP 401: bad key [key]` });
    expect(bodies).toHaveLength(1);
  });

  test("does not take a field: it is left out, and the length of an answer stays bounded", async () => {
    const { url, bodies } = await endpoint((response, nth, body) => {
      const refused = ["temperature", "seed", "max_tokens"].find((field) => field in body);
      if (refused === undefined) good(response, nth, body);
      else json(response, 400, { error: { message: `Unsupported parameter: '${refused}'` } });
    });
    const { summary } = await judge({ url, folder: await folderOf({}), options: { concurrency: 1 } });
    expect(summary).toMatchObject({ judged: 12, sent: 15 });
    expect(bodies.at(-1)).toMatchObject({ max_completion_tokens: 512 });
    expect(bodies[0]).toMatchObject({ max_tokens: 512, temperature: 0, seed: 1 });
  });

  test("finds a question too long: it alone is unjudged", async () => {
    const { url } = await endpoint((response, nth, body) =>
      promptIn(body) === "question 3" ? json(response, 400, { error: "context length" }) : good(response, nth, body),
    );
    const { summary, verdictOf } = await judge({ url, folder: await folderOf({}) });
    expect(summary).toMatchObject({ judged: 11, unjudged: [{ reason: "no-answer", questions: 1 }] });
    expect(verdictOf("never asked")).toEqual({ unjudged: "no-answer" });
  });
});

longTest("an interrupt sends nothing more, waits for the answers on their way, and keeps them", async () => {
  const controller = new AbortController();
  const { url, bodies } = await endpoint((response, nth, body) => {
    if (nth === 5) controller.abort();
    setTimeout(() => good(response, nth, body), 20);
  });
  const folder = await folderOf({});
  const untilInterrupted = (work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> =>
    work(controller.signal);
  const run = { url, folder, count: 60, options: { concurrency: 3 } };
  const failure = await catchFailureAsync(() => judge({ ...run, setup: { untilInterrupted } }));
  expect(failure).toMatchObject({
    kind: "interrupted",
    message: expect.stringMatching(/^interrupted: \d of 60/) as string,
  });
  const sent = bodies.length;
  expect(sent).toBeLessThan(10);
  const { summary } = await judge(run);
  expect(summary).toMatchObject({ judged: 60, sent: 60 - sent });
});

describe("the cap", () => {
  // Each prompt has 10 or 11 bytes, so that its worst case is 64 + 10 in and 100 out: 0.000274; an answer costs 0.00012.
  const options = { maxTokens: 100, concurrency: 1 };

  test("is kept to the micro-dollar: a request that fits exactly is sent, one micro-dollar less and it is not", async () => {
    for (const [maxUsd, sent] of [
      ["0.000514", 3], // 2 × 0.00012 + 0.000274
      ["0.000513", 2],
      ["0.000274", 1],
      ["0.000273", 0],
    ] as const) {
      const { url, bodies } = await endpoint(good);
      const { summary } = await judge({ url, folder: await folderOf({}), count: 10, options: { ...options, maxUsd } });
      expect(bodies).toHaveLength(sent);
      expect(summary.unjudged).toEqual([{ reason: "over-cap", questions: 10 - sent }]);
      expect(summary.spentUsd).toBe(["0.00", "0.00012", "0.00024", "0.00036"][sent]);
    }
  });

  test("holds with many requests at once, and for what was paid in runs before", async () => {
    const { url, bodies } = await endpoint(good);
    const folder = await folderOf({});
    const run = { url, folder, count: 40, options: { ...options, concurrency: 16, maxUsd: "0.001" } };
    const first = await judge(run);
    expect(Number(first.summary.spentUsd)).toBeLessThanOrEqual(0.001);
    expect(bodies.length).toBe(7); // 6 × 0.00012 + 0.000275 < 0.001, 7 × 0.00012 + 0.000275 > 0.001
    await judge(run);
    expect(bodies.length).toBe(7);
    const raised = await judge({ ...run, options: { ...run.options, maxUsd: "1" } });
    expect(raised.summary).toMatchObject({ judged: 40, sent: 33, spentUsd: "0.0048" });
  });

  test("counts a request of which nothing is known, since the process died, with its worst case", async () => {
    const { url } = await endpoint(good);
    const folder = await folderOf({});
    await judge({ url, folder, count: 1, options });
    const [asked] = (await readFile(join(folder, "answers.jsonl"), "utf8")).split("\n");
    await writeFile(join(folder, "answers.jsonl"), `${asked}\n`);
    const { summary } = await judge({ url, folder, count: 1, options });
    expect(summary.spentUsd).toBe("0.000394");
  });
});

describe("the file of answers", () => {
  longTest("torn at any byte loses the last line alone, and only that question is asked again", async () => {
    const { url, bodies } = await endpoint(good);
    const folder = await folderOf({});
    await judge({ url, folder, count: 3, options: { concurrency: 1 } });
    const path = join(folder, "answers.jsonl");
    const whole = await readFile(path);
    const lines = whole.toString("utf8").split("\n");
    expect(lines).toHaveLength(7); // asked, answer, three times
    const lastTwo = lines.slice(4, 6).join("\n").length + 1;
    for (let cut = 1; cut <= lastTwo; cut++) {
      const torn = await folderOf({ "answers.jsonl": whole.subarray(0, whole.length - cut) });
      const before = bodies.length;
      const { summary } = await judge({ url, folder: torn, count: 3 });
      expect(summary.judged).toBe(3);
      expect(bodies.length - before).toBe(1);
      const mended = (await readFile(join(torn, "answers.jsonl"), "utf8")).trimEnd().split("\n");
      expect(mended.map((line) => (JSON.parse(line) as { kind: string }).kind)).toContain("answer");
    }
  });

  test("belongs to one process at a time: another one sends nothing", async () => {
    const { url, bodies } = await endpoint(good);
    const owner = JSON.stringify({ host: hostname(), pid: process.ppid });
    const folder = await folderOf({ "run.lock": owner });
    expect(await catchFailureAsync(() => judge({ url, folder }))).toMatchObject({ kind: "bad_input" });
    expect(bodies).toEqual([]);
    expect(await readFile(join(folder, "run.lock"), "utf8")).toBe(owner);
  });

  test("is not written by a look at what would be asked, which sends nothing", async () => {
    const { url, bodies } = await endpoint(good);
    const folder = await folderOf({});
    const plan = await planQuestions(questionsFor(url, 5), optionsFor(url), { setup: setupIn(folder), prompt: SCORE });
    expect(plan).toMatchObject({ firstQuestion: "question 0", isThisMachine: true, maxUsd: "1.00" });
    expect(plan.estimate).toMatchObject({ questions: 5, known: 0, outputTokens: 2560 });
    expect(bodies).toEqual([]);
    await expect(stat(join(folder, "answers.jsonl"))).rejects.toThrow("ENOENT");
  });

  test("that holds something else is refused with the line", async () => {
    const folder = await folderOf({ "answers.jsonl": '{"prompt": "a row"}\n' });
    const failure = await catchFailureAsync(() => judge({ url: "http://localhost:1", folder }));
    expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining("line 1") as string });
  });

  test("and messages never hold the key, whatever the endpoint repeats", async () => {
    const key = "sk-very-secret-1234";
    const { url, headers } = await endpoint((response, nth, body) => {
      if (nth === 0) json(response, 500, { error: `you sent ${key}` });
      else if (nth === 1) json(response, 400, { error: { message: `${"x".repeat(140)} ${key}` } });
      else if (promptIn(body) === "question 2") complete(response, `{"score": 3, "reason": "your key is ${key}"}`);
      else good(response, nth, body);
    });
    const folder = await folderOf({});
    const judged = await judge({ url, folder, count: 3, options: { concurrency: 1 }, setup: { key } });
    expect(headers[0]!.authorization).toBe(`Bearer ${key}`);
    const file = await readFile(join(folder, "answers.jsonl"), "utf8");
    for (let chars = key.length; chars > 6; chars--) {
      expect(`${JSON.stringify(judged.summary)}${file}`).not.toContain(key.slice(0, chars));
    }
    expect(file).toContain("your key is [key]");
  });

  test("nobody agreed to send anything: nothing is sent", async () => {
    const { url, bodies } = await endpoint(good);
    const failure = await catchFailureAsync(async () =>
      judge({ url, folder: await folderOf({}), setup: { agree: () => Promise.resolve(false) } }),
    );
    expect(failure).toMatchObject({ kind: "bad_input" });
    expect(bodies).toEqual([]);
  });
});
