import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { Failure } from "../../src/base/failure.ts";
import { shapeFromConfig } from "../../src/catalog/model-config.ts";
import { MODEL_TYPES } from "../../src/catalog/model-types.ts";
import { findModel } from "../../src/catalog/models.ts";
import { resolveModel } from "../../src/catalog/resolve-model.ts";
import { ModelShape } from "../../src/domain/model-shape.ts";
import { catchFailure, catchFailureAsync } from "../catch-failure.ts";
import { lawRuns } from "../law-runs.ts";

const CONFIGS = new URL("../fixtures/configs/", import.meta.url);
const DAY = "2026-11-25";

function config(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, CONFIGS), "utf8")) as Record<string, unknown>;
}

function read(change: Record<string, unknown>, name = "Llama-3.1-8B"): ReturnType<typeof shapeFromConfig> {
  const changed = Object.fromEntries(
    Object.entries({ ...config(name), ...change }).filter(([, value]) => value !== undefined),
  );
  return shapeFromConfig(changed, "config.json", DAY);
}

/** Parts that the published count holds and a config.json does not describe well enough. */
const PARTLY = new Map([
  ["GLM-4.5-Air.json", "num_nextn_predict_layers"],
  ["gemma-3-27b-it.json", "vision_config"],
  ["Llama-4-Maverick-17B-128E-Instruct.json", "vision_config"],
]);

test.each(readdirSync(CONFIGS).filter((file) => !PARTLY.has(file)))("%s gives the count of the catalogue", (file) => {
  const name = file.replace(".json", "");
  const { shape } = shapeFromConfig(config(name), file, DAY);
  const known = findModel(name);
  expect(ModelShape.safeParse(shape).error?.issues ?? []).toEqual([]);
  expect([shape.paramCount, shape.activeParamCount]).toEqual([known.paramCount, known.activeParamCount]);
  expect(shape).toMatchObject({
    layers: known.layers,
    kvHeads: known.kvHeads,
    headDim: known.headDim,
    experts: known.experts,
  });
});

test.each([...PARTLY])("%s says that %s is not counted", (file, part) => {
  const { shape, notUnderstood } = shapeFromConfig(config(file.replace(".json", "")), file, DAY);
  expect(notUnderstood.join("\n")).toContain(part);
  expect(shape.paramCount).toBeLessThan(findModel(file.replace(".json", "")).paramCount);
});

test.each([
  ["Qwen2.5-7B", "qwen2_5_vl", {}],
  ["Qwen2.5-7B", "qwen2_vl", {}],
  ["Qwen3-30B-A3B", "qwen3_vl_moe", { model_type: "qwen3_vl_moe_text" }],
])("the text part of %s's sister for images (%s) is counted, and its tower named", (name, type, text) => {
  // Qwen2-VL and Qwen2.5-VL have flat files on the Hub, Qwen3-VL a text_config.
  const vision = { vision_config: { depth: 32, hidden_size: 1280 } };
  const flat = { ...config(name), model_type: type, ...vision };
  const nested = { model_type: type, text_config: { ...config(name), ...text }, ...vision };
  const { shape, notUnderstood } = shapeFromConfig("model_type" in text ? nested : flat, "config.json", DAY);
  expect(shape.paramCount).toBe(findModel(name).paramCount);
  expect(notUnderstood.join(" ")).toContain("vision_config");
});

test("an encoder is refused as what it is, not as an architecture that was forgotten", () => {
  for (const type of ["bert", "xlm-roberta", "modernbert", "whisper"]) {
    const failure = catchFailure(() => read({ model_type: type }));
    expect(failure.message).toContain(`"${type}" is not a text decoder`);
    expect(failure.hint).toContain("Qwen3-Embedding");
  }
});

test("windows are read as the model uses them", () => {
  expect(read({}, "gemma-3-27b-it").shape).toMatchObject({ slidingWindow: 1024, slidingPattern: "5:1" });
  expect(read({}, "gpt-oss-20b").shape).toMatchObject({ slidingWindow: 128, slidingPattern: "1:1" });
  expect(read({}, "Mistral-7B-v0.1").shape).toMatchObject({ slidingWindow: 4096, slidingPattern: null });
  expect(read({}, "Qwen2.5-7B").shape.slidingWindow).toBeNull();
});

test("a field that nothing reads is reported, one without weights is not", () => {
  const { notUnderstood } = read({ memory_layers: 4, rope_theta: 1, my_dropout: 0.5, hyper_connections: false });
  expect(notUnderstood).toEqual(["`memory_layers` was not read: if it adds weights, the count is inaccurate"]);
});

test("a mistyped field brings up the one that is meant", () => {
  const missing = catchFailure(() => read({ hidden_size: undefined, hiden_size: 4096 }));
  expect([missing.message, missing.hint]).toEqual([
    "config.json: `hidden_size` is missing",
    "is `hiden_size` meant for it?",
  ]);
  const { notUnderstood } = read({ num_key_value_heads: undefined, num_key_value_head: 8 });
  expect(notUnderstood).toEqual([
    "`num_key_value_head` was not read (did you mean `num_key_value_heads`?): if it adds weights, the count is inaccurate",
  ]);
});

test("of very many unread fields twenty are named", () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`x${at}`, 1]));
  const { notUnderstood } = read(many);
  expect(notUnderstood).toHaveLength(21);
  expect(notUnderstood.at(-1)).toBe("and 49,980 more fields");
});

test("a value that the reader takes for granted is reported where it differs", () => {
  expect(read({ use_bias: false }, "starcoder2-7b").notUnderstood[0]).toContain("`use_bias` is not true");
});

test.each([
  [{ hidden_size: undefined }, "`hidden_size` is missing"],
  [{ vocab_size: undefined }, "`vocab_size` is missing"],
  [{ num_hidden_layers: 0 }, "`num_hidden_layers` is 0"],
  [{ num_hidden_layers: 1e9 }, "`num_hidden_layers` is 1000000000, expected a whole number from 1 to 100,000,000"],
  [{ num_hidden_layers: -32 }, "`num_hidden_layers` is -32"],
  [{ hidden_size: Number.NaN }, "`hidden_size` is NaN"],
  [{ hidden_size: Infinity }, "`hidden_size` is Infinity"],
  [{ hidden_size: 4096.5 }, "`hidden_size` is 4096.5"],
  [{ hidden_size: "4096" }, '`hidden_size` is "4096"'],
  [{ intermediate_size: [1] }, "`intermediate_size` is [1]"],
  [{ num_attention_heads: 33, num_key_value_heads: 3 }, "hidden size 4096 is not divisible by 33 heads"],
  [{ num_key_value_heads: 5 }, "32 query heads cannot be split evenly over 5 key-value heads"],
  [{ tie_word_embeddings: "yes" }, '`tie_word_embeddings` is "yes"'],
  [{ model_type: undefined }, "`model_type` is missing"],
  [{ model_type: "lama" }, 'the architecture "lama" is not supported'],
  [{ model_type: "rwkv" }, 'the architecture "rwkv" is not supported'],
  [{ model_type: "__proto__" }, 'the architecture "__proto__" is not supported'],
  [{ peft_type: "LORA" }, "is the configuration of an adapter"],
])("an impossible configuration is refused: %j", (change, message) => {
  const failure = catchFailure(() => read(change));
  expect(failure.kind).toBe("bad_input");
  expect(failure.message).toContain(message);
  expect(failure.message).toMatch(/^config\.json/);
});

test.each([
  [{ layer_types: ["mamba"] }, "granite-4.0-h-micro", "does not say for each of the 40 layers"],
  [{ layer_types: 3 }, "granite-4.0-h-micro", "`layer_types` is 3"],
  [{ mamba_d_state: undefined }, "granite-4.0-h-micro", "`mamba_d_state` is missing"],
  [{ hybrid_override_pattern: "ME*" }, "Nemotron-H-8B-Base-8K", "`hybrid_override_pattern` is not one of"],
  [
    { full_attention_interval: 0 },
    "Qwen3-Coder-Next",
    "`full_attention_interval` is 0, expected a whole number from 1 to 100,000,000",
  ],
])("a hybrid that does not say what its layers are is refused: %j in %s", (change, name, message) => {
  expect(catchFailure(() => read(change, name))).toMatchObject({
    kind: "bad_input",
    message: expect.stringContaining(message) as string,
  });
});

test("more experts active than there are is refused", () => {
  expect(catchFailure(() => read({ num_experts_per_tok: 9 }, "Mixtral-8x7B-v0.1")).message).toContain("9 of 8 experts");
});

test.each([[[]], [null], ["text"], [4]])("what is not an object is refused: %j", (value) => {
  expect(catchFailure(() => shapeFromConfig(value, "config.json", DAY)).message).toContain("expected an object");
});

test("whatever the fields hold, the answer is a shape or a Failure", () => {
  const base = { ...config("granite-4.0-h-micro"), ...config("Qwen3-Coder-Next"), ...config("DeepSeek-V3") };
  const keys = Object.keys(base);
  const anyValue = fc.oneof(fc.jsonValue(), fc.double(), fc.integer({ min: -2, max: 300 }), fc.constant(null));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys), anyValue),
      fc.constantFrom(...Object.keys(MODEL_TYPES)),
      (change, type) => {
        try {
          const { shape } = shapeFromConfig({ ...base, ...change, model_type: type }, "config.json", DAY);
          expect(ModelShape.safeParse(shape).error?.issues ?? []).toEqual([]);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
        }
      },
    ),
    { numRuns: lawRuns(500), seed: 20_261_125 },
  );
});

const folder = mkdtempSync(join(tmpdir(), "model-config-"));

test.each([
  ["empty.json", "", "is empty"],
  ["truncated.json", '{"model_type": "llama", "hidden_size": 40', "may be truncated"],
  [
    "twice.json",
    '{"model_type": "llama",\n"hidden_size": 1,\n"hidden_size": 2}',
    "line 3: duplicate key `hidden_size`",
  ],
  ["nan.json", '{"model_type": "llama", "hidden_size": NaN}', "line 1"],
  ["binary.json", Buffer.from([0x7b, 0, 1, 2]), "is binary"],
  ["utf16.json", Buffer.from('\ufeff{"model_type": "llama"}', "utf16le"), "UTF-16"],
  ["latin1.json", Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]), "not UTF-8"],
  ["long.json", `{"a": "${"x".repeat(5_000_000)}"}`, "bytes, more than"],
])("%s is refused: it %s", async (file, content, message) => {
  writeFileSync(join(folder, file), content);
  const failure = await catchFailureAsync(() => resolveModel(file, folder, DAY));
  expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining(message) as string });
  expect(failure.message).toContain(file);
});

test("a byte-order mark and CRLF change nothing", async () => {
  const text = readFileSync(new URL("Llama-3.1-8B.json", CONFIGS), "utf8");
  writeFileSync(join(folder, "windows.json"), `\ufeff${text.replaceAll("\n", "\r\n")}`);
  expect((await resolveModel("windows.json", folder, DAY)).shape.paramCount).toBe(8_030_261_248);
});

test("a missing file is not found, and a name that is not a path is looked up", async () => {
  expect(await catchFailureAsync(() => resolveModel("gone.json", folder, DAY))).toMatchObject({ kind: "not_found" });
  expect((await resolveModel("Llama 3.1 8B", folder, DAY)).shape.id).toBe("meta-llama/Llama-3.1-8B");
});
