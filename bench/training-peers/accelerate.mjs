import { GIB, sharingGpus } from "./peer-row.mjs";

/**
 * Hugging Face accelerate, `accelerate estimate-memory`: "Training using Adam" in bf16 is the largest of weights,
 * gradients and optimizer states, which is 4 bytes (fp32 weights) doubled for Adam's two states: 8 bytes per parameter.
 * Over all parameters, also of adapters; no activations.
 * @source huggingface/accelerate 1.15.0 (2026-09), src/accelerate/commands/estimate.py, estimate_training_usage
 */
export const accelerateBf16 = {
  name: "accelerate estimate-memory, bf16",
  source: "accelerate 1.15.0, commands/estimate.py",
  home: (row) => row.stackHome === "hf" && row.trains === "full",
  memoryGib: (row) => (8 * row.shape.paramCount) / sharingGpus(row) / GIB,
};

/**
 * The form in which it is quoted: Adam needs four times the weights (fp32 column of the same command, 16 bytes per
 * parameter).
 * @source the same function, float32; huggingface/accelerate docs, usage_guides/model_size_estimator (2026-09)
 */
export const accelerateFp32 = {
  name: "accelerate estimate-memory, x4 weights in fp32",
  source: "accelerate 1.15.0, commands/estimate.py",
  home: (row) => row.stackHome === "hf" && row.trains === "full",
  memoryGib: (row) => (16 * row.shape.paramCount) / sharingGpus(row) / GIB,
};
