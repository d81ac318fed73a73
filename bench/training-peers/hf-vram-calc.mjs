import { GIB, sharingGpus } from "./peer-row.mjs";

/**
 * hf-vram-calc: full training is the weights times 4 times 1.3; LoRA the weights and four times 2 bytes of its adapters
 * (a quarter of all parameters adapted, 2·r/4096 of them) times 1.2. No batch and no sequence in either.
 * @source hf-vram-calc 1.0.9 (PyPI, 2025-11), hf_vram_calc/calculator.py
 */
export const hfVramCalc = {
  name: "hf-vram-calc",
  source: "hf-vram-calc 1.0.9 calculator.py",
  home: (row) => row.stackHome === "hf",
  memoryGib: (row) => {
    const N = row.shape.paramCount;
    const weights = (N * row.quantBits) / 8 / GIB;
    if (row.trains === "full") return (weights * 4 * 1.3) / sharingGpus(row);
    const adapters = ((N * 0.25 * 2 * row.rank) / 4096 / 1e9) * 2 * 4;
    return ((weights + adapters) * 1.2) / sharingGpus(row);
  },
};
