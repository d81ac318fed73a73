import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { entityOf } from "../../../src/curate/pii/model/label-entities.ts";
import { joined, labelSpans, withoutRepeats } from "../../../src/curate/pii/model/label-spans.ts";
import { fileExists, modelFiles, readModelFacts } from "../../../src/llm/onnx/model-folder.ts";
import { spellingOf } from "../../../src/curate/pii/model/ner-model.ts";
import { requireLabels } from "../../../src/curate/pii/model/required-labels.ts";
import { chunks } from "../../../src/llm/onnx/tokens.ts";
import { tokenOffsets } from "../../../src/curate/pii/model/token-offsets.ts";
import { spansOfModels } from "../../../src/curate/pii/model-spans.ts";

const LABELS = ["O", "B-PER", "I-PER", "B-LOC"];

/** Logits that make each token's label the likeliest. */
function logitsOf(tokens: readonly string[]): Float32Array {
  return Float32Array.from(tokens.flatMap((token) => LABELS.map((label) => (label === token ? 20 : 0))));
}

describe("labels of tokens become spans", () => {
  test("that go on until the label changes or begins anew", () => {
    const offsets = [0, 1, 2, 3, 4, 5].map((at) => [at, at + 1] as const);
    const spans = labelSpans(logitsOf(["B-PER", "I-PER", "B-PER", "O", "I-PER", "B-LOC"]), { labels: LABELS, offsets });
    expect(spans.map(({ start, end, label }) => [start, end, label])).toEqual([
      [0, 2, "PER"],
      [2, 3, "PER"],
      [4, 5, "PER"],
      [5, 6, "LOC"],
    ]);
    expect(joined(spans).map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [4, 5],
      [5, 6],
    ]);
    expect(spans[0]!.score).toBeCloseTo(1 / (1 + 3 * Math.exp(-20)), 12);
  });

  test("of two inputs that overlap the longer one stays, of equal ones the surer", () => {
    const span = (start: number, end: number, score: number) => ({ start, end, score, label: "PER" });
    expect(withoutRepeats([span(0, 3, 0.9), span(0, 5, 0.5), span(8, 9, 0.5), span(8, 9, 0.7)])).toEqual([
      span(0, 5, 0.5),
      span(8, 9, 0.7),
    ]);
  });

  test("and entities by the name of the label", () => {
    expect(["PER", "private_person", "GPE", "Phone Number", "MISC", "BLOOD-TYPE"].map(entityOf)).toEqual([
      "PERSON",
      "PERSON",
      "LOCATION",
      "PHONE_NUMBER",
      undefined,
      "BLOOD_TYPE",
    ]);
  });
});

test("inputs cover every token, none is too long, and neighbours share some", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 4, max: 60 }), (count, room) => {
      const shared = Math.floor(room / 4);
      const all = chunks(count, { room, shared });
      const covered = new Set(all.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at)));
      expect(covered.size).toBe(count);
      expect(all.every(([from, to]) => to - from <= room && to > from)).toBe(true);
      expect(all.slice(1).every(([from], index) => all[index]![1] - from === shared)).toBe(true);
    }),
  );
});

/** A tokenizer of each family, over single characters and a few pieces. */
const CHARACTERS = Array.from("abcdefghijklmnopqrstuvwxyz0123456789.,!?'-");
const WORD_PIECES = {
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(
      ["[UNK]", ...CHARACTERS, ...CHARACTERS.map((each) => `##${each}`), "an", "##na", "no"].map((each, at) => [
        each,
        at,
      ]),
    ),
  },
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  added_tokens: [],
  post_processor: null,
};
const BYTES = {
  model: {
    type: "BPE",
    vocab: Object.fromEntries(
      Array.from({ length: 256 }, (_, byte) => byte)
        .map((byte, at) => [byteCharacter(byte), at] as const)
        .concat([["an", 256]]),
    ),
    merges: ["a n"],
  },
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  decoder: { type: "ByteLevel" },
  added_tokens: [],
  post_processor: null,
};

function byteCharacter(byte: number): string {
  const isPlain = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  if (isPlain) return String.fromCharCode(byte);
  const before = Array.from({ length: byte }, (_, at) => at).filter(
    (at) => !((at >= 33 && at <= 126) || (at >= 161 && at <= 172) || at >= 174),
  ).length;
  return String.fromCharCode(256 + before);
}

describe("tokens are found again in their text", () => {
  const offsetsBy = (file: Record<string, unknown>, text: string) => {
    const tokenizer = new Tokenizer(file, {});
    const { tokens } = tokenizer.encode(text, { add_special_tokens: false });
    return { tokens, offsets: tokenOffsets(text, tokens, spellingOf(file, tokenizer)) };
  };

  test("word pieces without accents and capitals, unknown words whole, and no space", () => {
    const text = "ÁNNA  no-\u0301 你 🐕x É.";
    const { tokens, offsets } = offsetsBy(WORD_PIECES, text);
    expect(tokens).toEqual(["an", "##na", "no", "-", "[UNK]", "[UNK]", "e", "."]);
    expect(offsets!.map(([start, end]) => text.slice(start, end))).toEqual([
      "ÁN",
      "NA",
      "no",
      "-",
      "你",
      "🐕x",
      "É",
      ".",
    ]);
  });

  test.each([
    ["word pieces", WORD_PIECES],
    ["bytes", BYTES],
  ])("%s: in order, and without overlap, whatever the text is", (_name, file) => {
    const text = fc.stringMatching(/^[a-cA-C .,'éÉß你🐕\n]{0,40}$/u);
    fc.assert(
      fc.property(text, (each) => {
        const { tokens, offsets } = offsetsBy(file, each);
        expect(offsets).toHaveLength(tokens.length);
        let before = 0;
        for (const [start, end] of offsets!) {
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeGreaterThanOrEqual(before);
          before = end;
        }
      }),
    );
  });

  test("tokens that a text does not spell are not placed somewhere", () => {
    const spelling = spellingOf(WORD_PIECES, new Tokenizer(WORD_PIECES, {}));
    expect(tokenOffsets("anna", ["no"], spelling)).toBeUndefined();
  });
});

describe("a folder", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-ner-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test("says which file of a model is missing, and which labels are none", async () => {
    await expect(modelFiles(dir, fileExists)).rejects.toThrow(/no config\.json/);
    await writeFile(join(dir, "tokenizer.json"), "{}");
    await writeFile(join(dir, "tokenizer_config.json"), '{"model_max_length":128}');
    await writeFile(join(dir, "config.json"), '{"id2label":{"0":"good","1":"bad"}}');
    await expect(modelFiles(dir, fileExists)).rejects.toThrow(/no onnx\/model\.onnx, .*model_quantized\.onnx/);
    const files = {
      config: join(dir, "config.json"),
      tokenizer: join(dir, "tokenizer.json"),
      tokenizerConfig: join(dir, "tokenizer_config.json"),
    };
    const { labels } = await readModelFacts(files);
    expect(() => requireLabels(labels, files.config)).toThrow(/no label O/);
    await writeFile(
      files.config,
      '{"id2label":{"1":"B-PER","0":"O"},"max_position_embeddings":514,"model_type":"roberta","pad_token_id":1}',
    );
    expect(await readModelFacts(files)).toMatchObject({ labels: ["O", "B-PER"], maxTokens: 128, padId: 1 });
    await writeFile(files.tokenizerConfig, '{"model_max_length":1e30}');
    expect(await readModelFacts(files)).toMatchObject({ maxTokens: 512 });
  });
});

test("texts that are allowed are no spans of a model either", async () => {
  const model = (texts: readonly string[]) =>
    Promise.resolve(texts.map((text) => [{ start: 0, end: text.length, type: "PERSON", score: 1, by: "ner-model" }]));
  const spans = await spansOfModels(["Ada", "Bob"], { models: [model], allow: ["ada"] });
  expect(spans.map(({ length }) => length)).toEqual([0, 1]);
});
