import { sharingGpus } from "./peer-row.mjs";

/** GB of training by method at 8, 70 and 405 billion parameters; full training of the 70B was corrected from 300 to 500. */
const TABLE = { sizes: [8, 70, 405], full: [60, 500, 3250], lora: [16, 160, 950], qlora: [6, 48, 250] };

/**
 * Table "Training Memory Requirements" of Hugging Face's post on Llama 3.1. It names three sizes of one family: it is
 * read for Llama 3 models of these sizes alone.
 * @source huggingface/blog llama31.md (2024-07-23), with the correction of pull request 2245
 */
export const hfLlama31 = {
  name: "HF Llama 3.1 table (Llama 3 of 8B, 70B, 405B)",
  source: "huggingface/blog llama31.md, 2024-07",
  home: (row) => row.stackHome === "hf",
  memoryGib: (row) => {
    if (!/llama.?-?3/i.test(row.shape.id)) return undefined;
    const column = TABLE.sizes.findIndex((size) => Math.abs(row.shape.paramCount / 1e9 / size - 1) < 0.05);
    return column < 0 ? undefined : TABLE[row.trains][column] / sharingGpus(row);
  },
};
