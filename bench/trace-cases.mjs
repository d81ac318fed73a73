// The runs of the golden table of traces: 13 architectures, dense, MoE and MLA, each by method, batch and sequence, and on
// one of them everything else that a trace knows; and twelve that the closed form was not written against.

/** Architectures of the table, by their id in the catalogue. */
const MODELS = [
  "meta-llama/Llama-3.1-8B",
  "mistralai/Mistral-7B-v0.1",
  "Qwen/Qwen2.5-7B",
  "Qwen/Qwen3-8B",
  "google/gemma-2-9b",
  "microsoft/Phi-3-mini-4k-instruct",
  "HuggingFaceTB/SmolLM2-1.7B",
  "allenai/OLMo-2-1124-7B-Instruct",
  "meta-llama/Llama-3.2-1B",
  "meta-llama/Llama-3.2-3B",
  "mistralai/Mixtral-8x7B-v0.1",
  "Qwen/Qwen3-30B-A3B",
  "deepseek-ai/DeepSeek-V2-Lite",
];

const small = { batchSequences: 1, sequenceTokens: 2048 };
const large = { batchSequences: 4, sequenceTokens: 4096 };

/** Runs of every architecture. */
const RUNS = [
  { method: "full", ...large },
  { method: "lora", loraTargets: "attention", ...small },
  { method: "lora", loraTargets: "attention", ...large },
  { method: "lora", loraTargets: "all-linear", lossPath: "chunked", ...large },
];

/** Runs of some architectures alone: with a small vocabulary, a large one that is capped, and experts. */
const SOME_MODELS = ["meta-llama/Llama-3.1-8B", "google/gemma-2-9b", "Qwen/Qwen3-30B-A3B"];
const SOME = [
  { method: "full", lossPath: "chunked", ...large },
  { method: "lora", loraTargets: "all-linear", checkpointing: "none", ...small },
  { method: "full", precision: "bf16-mixed", ...small },
  { method: "lora", loraTargets: "attention", objective: "dpo", ...small },
];

/** Runs of one architecture alone. */
const MORE_MODELS = ["meta-llama/Llama-3.1-8B"];
const MORE = [
  { method: "lora", loraTargets: "all-linear", ...large },
  { method: "qlora", quantisation: "nf4-double", loraTargets: "attention", ...large },
  { method: "qlora", quantisation: "nf4", loraTargets: "attention", ...small },
  { method: "full", ...small },
  { method: "full", checkpointing: "none", ...small },
  { method: "full", optimizer: "adamw-fused", gradAccum: 4, ...small },
  { method: "full", optimizer: "adamw-8bit", ...small },
  { method: "full", optimizer: "adafactor", ...small },
  { method: "full", optimizer: "sgd", ...small },
  { method: "full", objective: "dpo", lossPath: "chunked", ...small },
  { method: "lora", loraTargets: "qv", loraRank: 64, ...small },
  { method: "lora", loraTargets: "qv", checkpointing: "none", ...small },
  { method: "lora", loraTargets: "attention", attention: "eager", ...small },
  { method: "lora", loraTargets: "attention", options: { autocast: true }, ...large },
  { method: "dora", loraTargets: "attention", ...small },
  { method: "lora", objective: "reward", ...small },
  { method: "lora", objective: "kto", ...small },
  { method: "lora", objective: "kto", lossPath: "chunked", ...small },
  { method: "lora", objective: "dpo", lossPath: "chunked", ...small },
  { method: "lora", objective: "dpo", checkpointing: "none", ...small },
  { method: "lora", objective: "orpo", ...small },
  { method: "lora", objective: "simpo", ...small },
  { method: "lora", objective: "ipo", ...small },
  { method: "lora", objective: "grpo", ...small },
  { method: "lora", objective: "grpo", lossPath: "chunked", ...small },
  { method: "full", objective: "dpo", ...small },
  { method: "full", objective: "kto", lossPath: "chunked", ...small },
  { method: "full", gpuCount: 4, ...large },
  { method: "lora", loraTargets: "attention", gpuCount: 4, ...large },
];

/** Architectures that were traced after the closed form was written, and judged it before anything was mended for them. */
const LATER_MODELS = [
  "microsoft/phi-4",
  "google/gemma-3-1b-it",
  "allenai/Olmo-3-1025-7B",
  "HuggingFaceTB/SmolLM3-3B",
  "openai/gpt-oss-20b",
  "moonshotai/Moonlight-16B-A3B-Instruct",
  "mistralai/Mistral-Small-24B-Instruct-2501",
  "allenai/OLMoE-1B-7B-0924",
  "ibm-granite/granite-3.3-8b-instruct",
  "ibm-granite/granite-3.1-3b-a800m-instruct",
  "bigcode/starcoder2-7b",
  "LGAI-EXAONE/EXAONE-4.0-1.2B",
];
const LATER = [
  { method: "lora", loraTargets: "attention", ...small },
  { method: "full", ...large },
  { method: "lora", loraTargets: "all-linear", checkpointing: "none", ...small },
  { method: "lora", loraTargets: "all-linear", lossPath: "chunked", ...large },
];

/** Every case: its id, the model, the run as flags of `plan trace` would say it, and the options of the trace. */
export const CASES = [
  ...RUNS.flatMap((run) => MODELS.map((model) => caseOf(model, run))),
  ...SOME.flatMap((run) => SOME_MODELS.map((model) => caseOf(model, run))),
  ...MORE.flatMap((run) => MORE_MODELS.map((model) => caseOf(model, run))),
  ...LATER.flatMap((run) => LATER_MODELS.map((model) => caseOf(model, run))),
];

function caseOf(model, { options = {}, ...run }) {
  const words = Object.entries({ ...run, ...options }).map(([field, value]) => `${field}=${value}`);
  return { id: `${model.split("/")[1]} ${words.join(" ")}`, model, run, options };
}
