import { sharingGpus } from "./peer-row.mjs";

/** GB per billion parameters in the last column of the table; 18 is AMP with fp32 master weights, 8 pure bf16. */
const PER_BILLION = { full: 18, pure: 8, lora: 2, 8: 1, 4: 0.5 };

/** Its columns for usual sizes, in billions of parameters and GB; a size between two is read off the line between them. */
const COLUMNS = {
  sizes: [7, 14, 30, 70],
  full: [120, 240, 600, 1200],
  pure: [60, 120, 300, 600],
  lora: [16, 32, 64, 160],
  8: [10, 20, 40, 80],
  4: [6, 12, 24, 48],
};

/**
 * Table "Hardware Requirement" of LLaMA-Factory's README: GB by method and size of model, "estimated".
 * @source hiyouga/LLaMA-Factory README.md (2025-06 to 2026-08, unchanged)
 */
export const llamaFactory = {
  name: "LLaMA-Factory README table",
  source: "hiyouga/LLaMA-Factory README.md",
  home: (row) => row.stack === "llama-factory",
  memoryGib: (row) => {
    const line =
      row.trains === "full" ? (row.isPretraining ? "full" : "pure") : row.trains === "lora" ? "lora" : row.quantBits;
    return read(line, row.shape.paramCount / 1e9) / sharingGpus(row);
  },
};

function read(line, billions) {
  const { sizes } = COLUMNS;
  if (billions < sizes[0] || billions > sizes.at(-1)) return PER_BILLION[line] * billions;
  const above = Math.max(
    1,
    sizes.findIndex((size) => size >= billions),
  );
  const share = (billions - sizes[above - 1]) / (sizes[above] - sizes[above - 1]);
  const cells = COLUMNS[line];
  return cells[above - 1] + share * (cells[above] - cells[above - 1]);
}
