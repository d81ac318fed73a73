import { GIB, sharingGpus } from "./peer-row.mjs";

/**
 * Weights at their own precision and 16 bytes per trained parameter: fp16 gradient and copy, fp32 master and Adam.
 * @source Rajbhandari et al. 2020, arXiv:1910.02054, §3.1 (2 + 2 + 12 bytes); as calculators on the web use it for LoRA
 */
export const weightsPlusSixteen = {
  name: "weights + 16 B per trained parameter",
  source: "arXiv:1910.02054 §3.1",
  home: () => false,
  memoryGib: (row) => {
    const frozen = row.trains === "full" ? 0 : (row.shape.paramCount * row.quantBits) / 8;
    return (frozen + 16 * row.trainedParams) / sharingGpus(row) / GIB;
  },
};
