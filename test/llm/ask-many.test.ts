import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { askOne } from "../../src/llm/ask-one.ts";
import { requestKey } from "../../src/llm/request.ts";
import { FREE } from "../../src/llm/token-price.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { folderOf } from "../curate/pipeline/rows.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { ask, complete, DOLLAR, gathered, refuse, requestsFor } from "./llm-server.ts";
import { longTest } from "../long-suite.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});
const endpoint = async (answering: Answering): Promise<TestEndpoint> => {
  const started = await startEndpoint(answering);
  open.push(started);
  return started;
};

const promptOf = (body: Record<string, unknown>): string => (body["messages"] as { content: string }[])[0]!.content;
const echo: Answering = (response, _, body) => complete(response, `answer to ${promptOf(body)}`);

/** The fault of every third request. */
const FAULTS: Readonly<Record<string, Answering>> = {
  "429 with Retry-After": (response) => refuse(response, 429, { "retry-after": "0.02" }),
  "429 with the limits of OpenAI": (response) =>
    refuse(response, 429, { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms" }),
  "500": (response) => refuse(response, 500),
  "a cut-off answer": (response) => response.writeHead(200, { "content-length": "400" }).end('{"choices": [{"mess'),
  "a hang": () => undefined,
  "a reset": (response) => response.socket!.resetAndDestroy(),
};

describe("an endpoint that fails on every third request", () => {
  test.each(Object.keys(FAULTS))("by %s answers every request all the same, each once", async (fault) => {
    const { url, bodies } = await endpoint((response, nth, body) =>
      (nth % 3 === 2 ? FAULTS[fault]! : echo)(response, nth, body),
    );
    const asking = ask(url, { limits: { concurrency: 4, timeoutMs: 300, firstWaitMs: 1 } });
    const results = await gathered(asking);
    expect(Object.keys(results)).toHaveLength(12);
    for (const [id, result] of Object.entries(results)) {
      expect(result).toMatchObject({ text: `answer to question ${id.slice(1)}`, cached: false });
    }
    expect(asking.totals()).toMatchObject({ answered: 12, unanswered: 0, sent: bodies.length, stopped: null });
  });

  test("by too many at once is asked fewer at once, and refuses little", async () => {
    let [running, refused] = [0, 0];
    const { url } = await endpoint((response, _, body) => {
      if (running >= 2) {
        refused += 1;
        return refuse(response, 429);
      }
      running += 1;
      setTimeout(() => {
        running -= 1;
        complete(response, promptOf(body));
      }, 5);
    });
    const asking = ask(url, {
      requests: requestsFor(100),
      limits: { concurrency: 32, timeoutMs: 5000, firstWaitMs: 5, attempts: 50 },
    });
    await gathered(asking);
    expect(asking.totals()).toMatchObject({ answered: 100, unanswered: 0 });
    expect(refused).toBeLessThan(100); // 32 at once all the time: some 15 refusals for 2 answers
  });
});

longTest(
  "an endpoint that hangs is given up after a few timeouts, and one that answers in between is not",
  async () => {
    const limits = { concurrency: 8, timeoutMs: 40, firstWaitMs: 1 };
    const hung = await endpoint(() => undefined);
    const asking = ask(hung.url, { requests: requestsFor(100), limits });
    await gathered(asking);
    expect(asking.totals()).toMatchObject({ answered: 0, stopped: "no-answer" });
    expect(hung.bodies.length).toBeLessThan(30); // 8, 4 and 2 at once, then 4 by themselves, with those already sent
    const slow = await endpoint((response, _, body) =>
      promptOf(body) === "question 3" ? undefined : echo(response, 0, body),
    );
    const other = ask(slow.url, { requests: requestsFor(12), limits: { ...limits, concurrency: 1 } });
    await gathered(other);
    expect(other.totals()).toMatchObject({ answered: 11, unanswered: 1, stopped: null });
  },
);

test.each([
  { what: "a 503 that must not be sent again is sent once", status: 503, told: "false", sent: 1 },
  { what: "a 409 that may be is sent again", status: 409, told: "true", sent: 2 },
  { what: "a 403 that may be is sent again, where it otherwise ends the run", status: 403, told: "true", sent: 2 },
])("x-should-retry: $what", async ({ status, told, sent }) => {
  const { url, bodies } = await endpoint((response, nth, body) =>
    nth === 0 ? refuse(response, status, { "x-should-retry": told }) : echo(response, nth, body),
  );
  const asking = ask(url, { requests: requestsFor(1) });
  await gathered(asking);
  expect(bodies).toHaveLength(sent);
  expect(asking.totals()).toMatchObject({ unanswered: 2 - sent });
});

test("an endpoint that has no requests left is left alone until it has one", async () => {
  const times: number[] = [];
  const { url } = await endpoint((response, nth) => {
    times.push(Date.now());
    const headers = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "300ms" };
    complete(response, "yes", nth === 0 ? { headers } : {});
  });
  await gathered(ask(url, { requests: requestsFor(2), limits: { concurrency: 1, timeoutMs: 5000 } }));
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(295);
});

describe("a request", () => {
  test("carries its fields, and its result the caller's name, metadata, usage and cost", async () => {
    const { url, bodies, headers } = await endpoint((response) =>
      complete(response, ["one", "two"], { model: "stub-2", system_fingerprint: "fp_1" }),
    );
    const [request] = requestsFor(1, {
      prompt: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
      ],
      n: 2,
      temperature: 0.7,
      seed: 3,
      extra: { stop: ["\n"] },
      metadata: { row: "7" },
    });
    const results = await gathered(ask(url, { endpoint: { url, model: "stub", key: "sk-1" }, requests: [request!] }));
    expect(bodies).toEqual([
      { model: "stub", messages: request!.prompt, max_tokens: 100, temperature: 0.7, seed: 3, n: 2, stop: ["\n"] },
    ]);
    expect(headers[0]!.authorization).toBe("Bearer sk-1");
    expect(results["r0"]).toEqual({
      id: "r0",
      key: requestKey({ url, model: "stub" }, request!),
      metadata: { row: "7" },
      text: "one",
      texts: ["one", "two"],
      isRefusal: false,
      isCutOff: false,
      usage: { inputTokens: 100, outputTokens: 10, isEstimated: false },
      costUsd: "0.00012",
      cached: false,
      servedModel: "stub-2",
      fingerprint: "fp_1",
      on: "2026-11-28",
    });
  });

  test("of the completions API sends a text and reads a text", async () => {
    const { url, bodies } = await endpoint((response) =>
      response.end(JSON.stringify({ choices: [{ text: "Paris", finish_reason: "length" }], usage: {} })),
    );
    const requests = requestsFor(1, { prompt: "The capital of France is" });
    const results = await gathered(ask(url, { endpoint: { url, model: "stub", api: "completions" }, requests }));
    expect(bodies[0]).toEqual({ model: "stub", prompt: "The capital of France is", max_tokens: 100 });
    expect(results["r0"]).toMatchObject({ text: "Paris", isCutOff: true, usage: { isEstimated: true } });
    const chat = requestsFor(1, { prompt: [{ role: "user", content: "Hi" }] });
    const failure = await catchFailureAsync(() =>
      gathered(ask(url, { endpoint: { url, model: "stub", api: "completions" }, requests: chat })),
    );
    expect(failure).toMatchObject({ kind: "bad_input" });
  });

  test("that equals another is asked once; another draw is asked again", async () => {
    const { url, bodies } = await endpoint(echo);
    const twice = [...requestsFor(3), ...requestsFor(3).map((request) => ({ ...request, id: `${request.id}b` }))];
    const asking = ask(url, { requests: twice, limits: { concurrency: 8, timeoutMs: 5000 } });
    const results = await gathered(asking);
    expect(bodies).toHaveLength(3);
    expect(results["r2b"]).toMatchObject({ text: "answer to question 2", costUsd: "0.00", cached: "journal" });
    expect(asking.totals()).toMatchObject({ answered: 3, known: 3, spentUsd: "0.00036" });
    await gathered(ask(url, { requests: [0, 1, 2].map((draw) => ({ ...requestsFor(1)[0]!, id: `d${draw}`, draw })) }));
    expect(bodies).toHaveLength(6);
  });

  test("that alone is refused has the reason, and the others their answers", async () => {
    const { url } = await endpoint((response, nth, body) =>
      promptOf(body) === "question 3" ? refuse(response, 400) : echo(response, nth, body),
    );
    const results = await gathered(ask(url));
    expect(results["r3"]).toMatchObject({ error: { reason: "no-answer", message: "HTTP 400: status 400" } });
    expect(Object.values(results).filter((result) => "text" in result)).toHaveLength(11);
  });
});

describe("the key of a request", () => {
  const [request] = requestsFor(1, { temperature: 0.5, seed: 1 });
  const at = { url: "http://localhost:8000", model: "stub" };
  test("differs with everything that an answer depends on", () => {
    const keys = [
      requestKey(at, request!),
      requestKey({ ...at, model: "other" }, request!),
      requestKey({ ...at, url: "http://localhost:8001" }, request!),
      requestKey({ ...at, api: "completions" }, request!),
      requestKey(at, { ...request!, prompt: "other" }),
      requestKey(at, { ...request!, maxTokens: 101 }),
      requestKey(at, { ...request!, temperature: 0.6 }),
      requestKey(at, { ...request!, temperature: undefined }),
      requestKey(at, { ...request!, seed: 2 }),
      requestKey(at, { ...request!, n: 2 }),
      requestKey(at, { ...request!, draw: 1 }),
      requestKey(at, { ...request!, extra: { top_p: 0.9 } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("does not depend on the caller's name, metadata or key of the account", () => {
    const other = { ...request!, id: "other", metadata: { row: "1" } };
    expect(requestKey({ ...at, key: "sk" }, other)).toBe(requestKey(at, request!));
  });
});

describe("the journal and the cache", () => {
  test("a second run asks nothing, and pays nothing", async () => {
    const { url, bodies } = await endpoint(echo);
    const folder = await folderOf({});
    const journal = join(folder, "answers.jsonl");
    const first = await gathered(ask(url, { journal }));
    const asking = ask(url, { journal });
    const second = await gathered(asking);
    expect(bodies).toHaveLength(12);
    expect(asking.totals()).toMatchObject({ sent: 0, known: 12, spentUsd: "0.00" });
    for (const [id, result] of Object.entries(second)) {
      expect(result).toEqual({ ...first[id], cached: "journal", costUsd: "0.00" });
    }
  });

  test("a reader that leaves the loop leaves no answer behind that was paid", async () => {
    const { url, bodies } = await endpoint(echo);
    const journal = join(await folderOf({}), "answers.jsonl");
    for await (const _ of ask(url, { journal })) break;
    const sent = bodies.length;
    expect(sent).toBeLessThan(12);
    const asking = ask(url, { journal });
    await gathered(asking);
    expect(bodies).toHaveLength(12);
    expect(asking.totals()).toMatchObject({ known: sent, sent: 12 - sent });
  });

  test("a cache gives answers to another journal; a torn file of it counts as none", async () => {
    const { url, bodies } = await endpoint(echo);
    const cacheDir = await folderOf({});
    await gathered(ask(url, { cacheDir }));
    const asking = ask(url, { cacheDir, journal: join(await folderOf({}), "answers.jsonl") });
    expect(await gathered(asking)).toMatchObject({ r5: { text: "answer to question 5", cached: "cache" } });
    expect(bodies).toHaveLength(12);
    const [folder] = await readdir(cacheDir);
    const [file] = await readdir(join(cacheDir, folder!));
    const path = join(cacheDir, folder!, file!);
    await writeFile(path, (await readFile(path)).subarray(0, 40));
    await gathered(ask(url, { cacheDir }));
    expect(bodies).toHaveLength(13);
  });
});

describe("the spend cap", () => {
  test("is kept to the micro-dollar, and every request that it stops says so", async () => {
    const { url, bodies } = await endpoint(echo);
    // Worst case of one: 10 or 11 bytes and 64 of a template in, 100 out: 0.000274. An answer costs 0.00012.
    const asking = ask(url, { spendCapUsd: "0.000513", limits: { concurrency: 1, timeoutMs: 5000 } });
    const results = await gathered(asking);
    expect(bodies).toHaveLength(2);
    expect(asking.totals()).toMatchObject({ answered: 2, unanswered: 10, stopped: "over-cap", spentUsd: "0.00024" });
    expect(
      Object.values(results).filter((result) => "error" in result && result.error.reason === "over-cap"),
    ).toHaveLength(10);
  });

  test("counts every answer that is asked for at once, and what the journal holds", async () => {
    const { url, bodies } = await endpoint(echo);
    const requests = requestsFor(1, { n: 4 }); // 0.000074 + 4 x 0.0002
    await gathered(ask(url, { requests, spendCapUsd: "0.000873" }));
    expect(bodies).toHaveLength(0);
    const journal = join(await folderOf({}), "answers.jsonl");
    await gathered(ask(url, { requests, journal, spendCapUsd: "0.000874" }));
    expect(bodies).toHaveLength(1);
    await gathered(ask(url, { requests: requestsFor(1), journal, spendCapUsd: "0.000393" })); // 0.00012 + 0.000274
    expect(bodies).toHaveLength(1);
    await gathered(ask(url, { requests: requestsFor(1), journal, spendCapUsd: "0.000394" }));
    expect(bodies).toHaveLength(2);
  });
});

describe("asking ends", () => {
  test("at once where the money of the account is spent, or the address redirects", async () => {
    const spent = await endpoint((response) => {
      response.writeHead(429).end(JSON.stringify({ error: { code: "insufficient_quota", message: "no credit" } }));
    });
    const run = { limits: { concurrency: 1, timeoutMs: 5000 } };
    expect(await catchFailureAsync(() => gathered(ask(spent.url, run)))).toMatchObject({
      kind: "outside",
      message: `${spent.url}/v1/chat/completions: HTTP 429: no credit`,
    });
    expect(spent.bodies).toHaveLength(1);
    const moved = await endpoint((response) => refuse(response, 307, { location: spent.url }));
    expect(await catchFailureAsync(() => gathered(ask(moved.url, run)))).toMatchObject({
      kind: "outside",
      message: expect.stringContaining("not followed") as string,
    });
    expect(spent.bodies).toHaveLength(1);
  });

  test("by a signal: nothing more is sent, what is on its way is kept, and it throws", async () => {
    const controller = new AbortController();
    const { url, bodies } = await endpoint((response, nth, body) => {
      if (nth === 5) controller.abort();
      setTimeout(() => echo(response, nth, body), 20);
    });
    const journal = join(await folderOf({}), "answers.jsonl");
    const asking = ask(url, { requests: requestsFor(60), journal, signal: controller.signal });
    expect(await catchFailureAsync(() => gathered(asking))).toMatchObject({ kind: "interrupted" });
    expect(bodies.length).toBeLessThan(12);
    expect(asking.totals().answered).toBe(bodies.length);
    const sent = bodies.length;
    await gathered(ask(url, { requests: requestsFor(60), journal }));
    expect(bodies).toHaveLength(60);
    expect(sent).toBeLessThan(60);
  });
});

describe("one request", () => {
  const asked = (url: string, more: object = {}) =>
    askOne({
      endpoint: { url, model: "stub" },
      request: requestsFor(1)[0]!,
      limits: { timeoutMs: 5000, firstWaitMs: 1 },
      price: FREE,
      spendCapUsd: undefined,
      now: () => new Date("2026-11-28T12:00:00Z"),
      ...more,
    });

  test("gives its answer, without a cost where nobody is paid", async () => {
    const { url } = await endpoint(echo);
    expect(await asked(url)).toMatchObject({ id: "r0", text: "answer to question 0", costUsd: null });
  });

  test("fails by kind: over the cap, or without an answer", async () => {
    const { url } = await endpoint((response) => refuse(response, 500));
    expect(await catchFailureAsync(() => asked(url))).toMatchObject({
      kind: "outside",
      message: "stub: HTTP 500: status 500",
    });
    const capped = { price: DOLLAR, spendCapUsd: "0.0001" };
    expect(await catchFailureAsync(() => asked(url, capped))).toMatchObject({ kind: "over_budget" });
  });
});
