import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import { afterAll, describe, expect, test } from "vitest";

import { loadTokenCounter } from "../../../src/curate/tokens/token-counter.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { cpuMs } from "../../cpu-ms.ts";
import { longTest } from "../../long-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-tokenizer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = fc.string({
  unit: fc.constantFrom("the", " ", "  ", "\n", "a", "Z", "é", "漢", "😀", "7", "'s", "<|endoftext|>", "\ud800", "==="),
  maxLength: 60,
});

describe("o200k_base", () => {
  const theirs = new Tiktoken(o200k);

  test("counts as js-tiktoken does, special tokens taken as text", async () => {
    const { count, method } = await loadTokenCounter();
    expect(method).toBe("proxy-tokenizer");
    fc.assert(
      fc.property(text, (each) => {
        expect(count(each)).toBe(theirs.encode(each, [], []).length);
      }),
    );
  });

  longTest("a megabyte without a space is counted in moments, within the tokens that its cuts may add", async () => {
    const { count } = await loadTokenCounter("o200k_base");
    let tokens = 0;
    expect(await cpuMs(() => (tokens = count("a".repeat(2 ** 20))))).toBeLessThan(60_000);
    expect(tokens).toBeGreaterThanOrEqual(theirs.encode("a".repeat(256), [], []).length * 2 ** 12 - 2 ** 12);
    expect(tokens).toBeLessThanOrEqual(2 ** 20 / 4);
  });
});

describe("a tokenizer.json", () => {
  const definition = {
    version: "1.0",
    added_tokens: [
      { id: 7, content: "<|end|>", special: true, lstrip: false, rstrip: false, normalized: false, single_word: false },
    ],
    normalizer: { type: "NFC" },
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries(
        [..."abcdehtxyzĠ<|>n'sÃ©".split(""), "th", "the", "Ġthe"].map((token, id) => [token, id]),
      ),
      merges: ["t h", "th e", "Ġ the"],
    },
  };

  const cutters = [
    definition.pre_tokenizer,
    {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: "'s| ?\\p{L}+|\\s+|." }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
  ];

  test.each(cutters)("with a $type counts as the library's encode does", async (cutter) => {
    const changed = { ...definition, pre_tokenizer: cutter };
    const changedPath = join(folder, `${cutter.type}.json`);
    writeFileSync(changedPath, JSON.stringify(changed));
    const { count, method, errorFactors } = await loadTokenCounter(changedPath);
    expect([method, errorFactors]).toEqual(["tokenizer", [1, 1]]);
    const library = new Tokenizer(changed, {});
    const some = fc.string({ unit: fc.constantFrom("the", " ", "x", "'s", "<|end|>", "e\u0301", "\n"), maxLength: 40 });
    fc.assert(
      fc.property(some, (each) => {
        expect(count(each)).toBe(library.encode(each, { add_special_tokens: false }).ids.length);
      }),
    );
    expect(count("the the<|end|>")).toBe(3);
  });

  test.each([
    ["config.json", '{"hidden_size": 8}', ': it has no "model"'],
    ["broken.json", '{"model": ', ": the text ends too early; the file may be truncated"],
    ["odd.json", '{"model": {"type": "Other"}, "added_tokens": []}', " cannot be used as a tokenizer"],
  ])("%s in its place is refused", async (name, content, message) => {
    writeFileSync(join(folder, name), content);
    const failure = await catchFailureAsync(() => loadTokenCounter(join(folder, name)));
    expect(failure.kind).toBe("bad_input");
    expect(failure.message).toContain(join(folder, name));
    expect(failure.message).toContain(message);
  });

  test("that does not exist is not found", async () => {
    expect((await catchFailureAsync(() => loadTokenCounter(join(folder, "none.json")))).kind).toBe("not_found");
  });
});

test("the characters rule divides", async () => {
  const { count, method } = await loadTokenCounter("characters");
  expect([method, count("x".repeat(35))]).toEqual(["characters", 10]);
});
