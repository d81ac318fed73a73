import { describe, expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import type { ComparedSignal } from "../../src/domain/watch-comparison.ts";
import type { RequestSignal } from "../../src/domain/watch-file.ts";
import type { WatchedRequest } from "../../src/domain/watch-import.ts";
import { compareSamples } from "../../src/watch/compare-samples.ts";
import { comparisonText } from "../../src/watch/comparison-text.ts";
import { hashedVector, vectorText } from "../../src/watch/hashed-vector.ts";

const EMPTY: Omit<WatchedRequest, "id"> = {
  timeMs: 0,
  user: null,
  model: null,
  slice: null,
  hasText: true,
  share: 1,
  promptCharacters: 10,
  answerCharacters: 10,
  isRefusal: false,
  isJson: false,
  language: null,
  latencySec: null,
  costUsd: null,
  feedback: null,
  similarity: null,
  vector: "",
  embedding: null,
  embedder: null,
};

function sample(count: number, of: (k: number) => Partial<WatchedRequest>): WatchedRequest[] {
  return Array.from({ length: count }, (_, k) => ({ ...EMPTY, id: `r${k}`, ...of(k) }));
}

function compared(before: WatchedRequest[], after: WatchedRequest[], signal: RequestSignal): ComparedSignal {
  return compareSamples(before, after, { signals: [signal], level: 0.05, hasFormat: undefined }).signals[0]!;
}

describe("two samples of requests, compared once", () => {
  test("lengths have the Wasserstein distance in characters, and the stability index over tenths of the first", () => {
    const lengths = (add: number): WatchedRequest[] => sample(100, (k) => ({ answerCharacters: 100 + k + add }));
    const found = compared(lengths(0), lengths(20), "answer-length");
    expect(found.wasserstein).toBeCloseTo(20, 9);
    // Two tenths are empty afterwards and the last holds three: 2 × (0.0001 - 0.1) ln(0.001) + 0.2 ln 3.
    expect(found.stability).toBeCloseTo(2 * -0.0999 * Math.log(0.001) + 0.2 * Math.log(3), 9);
    expect(found.separation).toBeNull();
  });

  test("languages are compared all at once: a swap among the minor ones is found, a rare one is no reason", () => {
    const mixed = (second: string, third: string): WatchedRequest[] =>
      sample(300, (k) => ({ language: k === 0 ? "fi" : k % 3 === 0 ? second : k % 3 === 1 ? third : "en" }));
    const same = compared(mixed("de", "fr"), mixed("de", "fr"), "language");
    expect([same.p, same.isChanged]).toEqual([1, false]);
    const swapped = compared(mixed("de", "fr"), mixed("de", "es"), "language");
    expect(swapped).toMatchObject({
      before: swapped.after,
      isChanged: true,
      test: expect.stringContaining("chi-square"),
    });
  });

  test("prompts have the area under the curve of a classifier that saw half of them", () => {
    const random = seededRandom(3);
    const about = (words: readonly string[]): WatchedRequest[] =>
      sample(120, () => ({
        vector: vectorText(hashedVector(`where is ${words[Math.floor(random() * words.length)]} ${random()}`)),
      }));
    const [orders, poems] = [
      ["my order", "the parcel", "a refund"],
      ["the sonnet", "this ballad", "a limerick"],
    ];
    const same = compared(about(orders), about(orders), "input");
    expect(Math.abs(same.separation! - 0.5)).toBeLessThan(0.15);
    const other = compared(about(orders), about(poems), "input");
    expect(other.separation).toBeGreaterThan(0.9);
    const text = comparisonText({ before: "a", after: "b", level: 0.05, signals: [other], skipped: [] });
    expect(text).toContain(`AUC ${other.separation!.toFixed(2)}`);
  });

  test("requests without texts have no prompts to compare", () => {
    const none = sample(30, () => ({ hasText: false }));
    const { signals, skipped } = compareSamples(none, none, {
      signals: ["input", "refusal", "latency"],
      level: 0.05,
      hasFormat: undefined,
    });
    expect([signals, skipped.map(({ signal }) => signal)]).toEqual([[], ["refusal", "input", "latency"]]);
  });
});

test("the stored vectors of earlier imports stay comparable: a text has the vector that it has always had", () => {
  expect(vectorText(hashedVector("Where is my parcel? Où est-il, 包裹在哪里"))).toBe(
    "6QAX6QAAFxcAF+kAAAAAAAAA6QBEFwAAAAAAAAAXFwAAAAAAAAAAAADp6S4AABcAAAAAABcAABcA6QAA6QAAAA==",
  );
});
