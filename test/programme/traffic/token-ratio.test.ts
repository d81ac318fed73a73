import { describe, expect, test } from "vitest";

import { encodingOf, pairedCounts, publishedTokenRatio } from "../../../src/programme/traffic/token-ratio.ts";

const words = (text: string): number => text.split(" ").length;

describe("tokens of one tokenizer in those of another", () => {
  test("are measured on the user's texts: over all tokens, with the spread between texts", () => {
    const pairs = pairedCounts(words, (text) => words(text) * (text.startsWith("x") ? 2 : 1), {
      api: "api",
      own: "own",
    });
    for (let index = 0; index < 30; index++) pairs.add("a b c d");
    for (let index = 0; index < 10; index++) pairs.add("x y z");
    // 30 × 4 + 10 × 6 = 180 tokens for 150
    expect(pairs.ratio()).toMatchObject({ p10: 1, p50: 1.2, p90: 2, n: 40 });
  });

  test("not from a handful of texts", () => {
    const pairs = pairedCounts(words, words, { api: "api", own: "own" });
    for (let index = 0; index < 19; index++) pairs.add("a b");
    expect(pairs.ratio()).toBeUndefined();
    pairs.add("");
    expect(pairs.ratio()).toBeUndefined();
  });

  test.each([
    ["gpt-4o-2024-08-06", "o200k_base"],
    ["openai/gpt-5.6-luna", "o200k_base"],
    ["ft:gpt-4o-mini-2024-07-18:acme::1", "o200k_base"],
    ["o4-mini", "o200k_base"],
    ["gpt-4-turbo", "cl100k_base"],
    ["gpt-3.5-turbo", "cl100k_base"],
    ["claude-sonnet-4-5", undefined],
    ["gemini-2.5-pro", undefined],
  ])("%s counts in %s (tiktoken's list of models)", (model, encoding) => {
    expect(encodingOf(model)).toBe(encoding);
  });

  test("are a published range for OpenAI, and refused where a tokenizer is not published", () => {
    expect(publishedTokenRatio("gpt-4o")).toMatchObject({ p10: 0.96, p50: 1.01, p90: 1.25 });
    expect(publishedTokenRatio("claude-sonnet-5")).toMatchObject({
      refused: expect.stringContaining("the tokenizer of claude-sonnet-5 is not published"),
      hint: expect.stringContaining("--own-tokenizer"),
    });
  });
});
