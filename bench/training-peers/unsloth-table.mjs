import { sharingGpus } from "./peer-row.mjs";

const SIZES = [3, 7, 8, 9, 11, 14, 27, 32, 40, 70, 81, 90, 405];
const QLORA = [3.5, 5, 6, 6.5, 7.5, 8.5, 22, 26, 30, 41, 48, 53, 237];
const LORA = [8, 19, 22, 24, 29, 33, 64, 76, 96, 164, 192, 212, 950];

/**
 * Table "Fine-tuning VRAM requirements" of Unsloth: minimum GB by billions of parameters for 4-bit QLoRA and 16-bit LoRA.
 * Sizes between two columns are read off the line between them; below 3B in proportion. Nothing for full training.
 * @source unsloth.ai/docs, get-started/fine-tuning-for-beginners/unsloth-requirements (2026-08)
 */
export const unslothTable = {
  name: "Unsloth requirements table",
  source: "unsloth.ai/docs, unsloth-requirements (2026-08)",
  home: (row) => row.stack === "unsloth",
  memoryGib: (row) => {
    if (row.trains === "full") return undefined;
    return read(row.trains === "lora" ? LORA : QLORA, row.shape.paramCount / 1e9) / sharingGpus(row);
  },
};

function read(cells, billions) {
  if (billions <= SIZES[0]) return (cells[0] * billions) / SIZES[0];
  if (billions >= SIZES.at(-1)) return (cells.at(-1) * billions) / SIZES.at(-1);
  const above = SIZES.findIndex((size) => size >= billions);
  const share = (billions - SIZES[above - 1]) / (SIZES[above] - SIZES[above - 1]);
  return cells[above - 1] + share * (cells[above] - cells[above - 1]);
}
