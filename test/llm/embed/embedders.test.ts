import fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { cosine, endpointEmbedder, hashedNgrams } from "../../../src/llm/embed/index.ts";
import { FREE } from "../../../src/llm/token-price.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { DOLLAR, refuse } from "../llm-server.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

async function endpoint(answering: Answering): Promise<TestEndpoint> {
  const started = await startEndpoint(answering);
  open.push(started);
  return started;
}

/** A vector of each text of a request, the last text first: the index says whose it is. */
const lengths: Answering = (response, _nth, body) => {
  const texts = body["input"] as string[];
  const data = texts.map((text, index) => ({ object: "embedding", index, embedding: [text.length, 1, 0] }));
  const usage = { prompt_tokens: texts.length, total_tokens: texts.length };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ object: "list", data: data.toReversed(), model: "stub", usage }));
};

const embedderAt = (url: string, more: Partial<Parameters<typeof endpointEmbedder>[0]> = {}) =>
  endpointEmbedder({
    endpoint: { url, model: "stub" },
    limits: { concurrency: 2, timeoutMs: 5000, firstWaitMs: 1, attempts: 3 },
    price: FREE,
    spendCapUsd: undefined,
    now: () => new Date("2026-11-29T12:00:00Z"),
    ...more,
  });

test("an endpoint gets 32 texts a request, equal ones once, and its vectors go to their texts", async () => {
  const { url, bodies } = await endpoint(lengths);
  const texts = Array.from({ length: 70 }, (_, index) => "x".repeat(index % 40));
  const embedder = embedderAt(url);
  const vectors = await embedder.embed(texts);
  expect(bodies.map(({ input }) => (input as string[]).length).toSorted((a, b) => a - b)).toEqual([8, 32]);
  expect(bodies.every(({ messages, prompt, max_tokens: most }) => (messages ?? prompt ?? most) === undefined)).toBe(
    true,
  );
  for (const [index, vector] of vectors.entries()) {
    const length = texts[index]!.length || 1; // an empty text is sent as a space
    expect(vector[0]! / vector[1]!).toBeCloseTo(length, 3);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  }
  expect(embedder.spent()).toEqual({ usd: null, inputTokens: 40, requests: 2 });
});

test("a busy endpoint is asked again; one that changes its dimension is not believed", async () => {
  const busy = await endpoint((response, nth, body) =>
    nth === 0 ? refuse(response, 429, { "retry-after": "0.01" }) : lengths(response, nth, body),
  );
  expect(await embedderAt(busy.url).embed(["a"])).toHaveLength(1);
  const changing = await endpoint((response, nth) => {
    const data = [{ index: 0, embedding: nth === 0 ? [1, 2, 3] : [1, 2] }];
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
  });
  const embedder = embedderAt(changing.url);
  await embedder.embed(["a"]);
  const failure = await catchFailureAsync(() => embedder.embed(["b"]));
  expect(failure).toMatchObject({ kind: "outside", message: expect.stringContaining("2 numbers after one of 3") });
});

test("the cap ends the asking before it is passed", async () => {
  const { url, bodies } = await endpoint(lengths);
  const embedder = embedderAt(url, { price: DOLLAR, spendCapUsd: "0.000070" });
  await embedder.embed(["a"]);
  expect(embedder.spent().usd).toBe("0.000001");
  const failure = await catchFailureAsync(() => embedder.embed(["b".repeat(20)]));
  expect(failure.kind).toBe("over_budget");
  expect(bodies).toHaveLength(1);
});

test("hashed n-grams: length 1, nearer for shared words, and the same whatever is embedded with them", async () => {
  const embedder = hashedNgrams();
  const [a, b, c] = await embedder.embed(["refund my order", "the refund of an order", "photosynthesis in leaves"]);
  expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!) + 0.2);
  expect(embedder.isSemantic).toBe(false);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), async (texts) => {
      const together = await embedder.embed(texts);
      for (const [index, vector] of together.entries()) {
        expect(vector).toEqual((await embedder.embed([texts[index]!]))[0]);
        const length = Math.hypot(...vector);
        expect(length < 1e-9 || Math.abs(length - 1) < 1e-5).toBe(true);
      }
    }),
    { seed: 18, numRuns: 40 },
  );
});
