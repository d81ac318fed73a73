// The runs of the golden table of traces: 13 architectures, dense, MoE and MLA, each by method, batch and sequence, and on
// two of them everything else that a trace knows.

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
  { method: "lora", loraTargets: "all-linear", ...large },
  { method: "lora", loraTargets: "all-linear", lossPath: "chunked", ...large },
  { method: "full", lossPath: "chunked", ...large },
  { method: "qlora", quantisation: "nf4-double", loraTargets: "attention", ...large },
  { method: "lora", loraTargets: "all-linear", checkpointing: "none", ...small },
  { method: "full", precision: "bf16-mixed", ...small },
  { method: "lora", loraTargets: "all-linear", objective: "dpo", ...small },
];

/** Runs of two architectures alone. */
const MORE_MODELS = ["meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B"];
const MORE = [
  { method: "full", ...small },
  { method: "full", batchSequences: 8, sequenceTokens: 2048 },
  { method: "full", checkpointing: "none", ...small },
  { method: "full", optimizer: "adamw-fused", gradAccum: 4, ...small },
  { method: "full", optimizer: "adamw-8bit", ...small },
  { method: "full", optimizer: "adafactor", ...small },
  { method: "full", optimizer: "sgd", ...small },
  { method: "full", objective: "dpo", lossPath: "chunked", ...small },
  { method: "lora", loraTargets: "qv", loraRank: 64, ...small },
  { method: "lora", loraTargets: "all-linear", loraRank: 128, ...small },
  { method: "lora", attention: "eager", ...small },
  { method: "lora", options: { reentrant: true }, ...small },
  { method: "lora", options: { autocast: true }, ...large },
  { method: "lora", checkpointing: "none", loraTargets: "qv", ...small },
  { method: "lora", lossPath: "fused", ...large },
  { method: "dora", loraTargets: "attention", ...small },
  { method: "qlora", quantisation: "nf4", ...small },
  { method: "lora", objective: "reward", ...small },
  { method: "lora", objective: "kto", ...small },
  { method: "full", gpuCount: 4, ...large },
  { method: "lora", loraTargets: "attention", gpuCount: 4, ...large },
  { method: "full", precision: "bf16-mixed", gpuCount: 8, ...large },
];

/** Every case: its id, the model, the run as flags of `plan trace` would say it, and the options of the trace. */
export const CASES = [
  ...RUNS.flatMap((run) => MODELS.map((model) => caseOf(model, run))),
  ...MORE.flatMap((run) => MORE_MODELS.map((model) => caseOf(model, run))),
];

function caseOf(model, { options = {}, ...run }) {
  const words = Object.entries({ ...run, ...options }).map(([field, value]) => `${field}=${value}`);
  return { id: `${model.split("/")[1]} ${words.join(" ")}`, model, run, options };
}
