import { expect, test } from "vitest";

import { draftFields } from "../../src/audit/draft/draft-fields.ts";
import { adapterConfig } from "../../src/audit/sources/adapter-config.ts";
import type { ForeignRecord } from "../../src/domain/audit-import.ts";

const BASE = "TinyLlama/TinyLlama-1.1B-Chat-v1.0";
/** As PEFT 0.17 saves it, shortened. */
const SAVED = `{
  "base_model_name_or_path": "${BASE}",
  "lora_alpha": 32,
  "peft_type": "LORA",
  "r": 8
}`;
const STATE = {
  file: "configs/trainer_state.json",
  steps: 2800,
  epochs: 2,
  trainBatch: 2,
  tokens: null,
  evaluations: 0,
};

const drafted = (record: Partial<ForeignRecord>) => {
  const whole = { configs: [], adapters: [], states: [], scripts: [], results: [], datasets: [], ...record };
  const isKnown = (name: string): boolean => name === BASE;
  const fields = draftFields({ record: whole, name: "x", base: undefined, processes: null, runs: 0, isKnown });
  return new Map(fields.map((field) => [field.field, field]));
};

test("a saved adapter says the base, the method and the rank of a programme of which no configuration is left", () => {
  const fields = drafted({ adapters: [adapterConfig(SAVED, "adapter_config.json")!] });
  expect(fields.get("model.base")).toMatchObject({
    value: BASE,
    origin: "adapter_config.json, line 2, base_model_name_or_path",
  });
  expect(fields.get("training.method")!.value).toBe("lora");
  expect(fields.get("training.loraRank")).toMatchObject({ value: 8, origin: "adapter_config.json, line 5, r" });
});

test("an adapter without the name of its base says the method alone", () => {
  const fields = drafted({ adapters: [adapterConfig(SAVED.replace(`"${BASE}"`, "null"), "adapter_config.json")!] });
  expect(fields.has("model.base")).toBe(false);
  expect(fields.get("training.method")!.value).toBe("lora");
});

test("a file of another method is none", () => {
  expect(adapterConfig(SAVED.replace("LORA", "PROMPT_TUNING"), "adapter_config.json")).toBeNull();
  expect(adapterConfig('{"name": "x"}', "package.json")).toBeNull();
});

test("rows that are computed from a state say which of its factors nobody states", () => {
  expect(drafted({ states: [STATE] }).get("data.plannedRows")).toEqual({
    field: "data.plannedRows",
    value: 2800,
    origin:
      "assumed: 1 micro-step per step and 1 GPU, which no source states; computed: configs/trainer_state.json: " +
      "2800 steps × 2 sequences × 1 micro-steps × 1 GPUs / 2 epochs",
    isAssumed: true,
  });
});
