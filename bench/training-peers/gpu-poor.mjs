import { GIB } from "./peer-row.mjs";

/** Flat factor on activations under gradient checkpointing, and MB of CUDA and other overhead. */
const CHECKPOINTED = 0.15;
const OVERHEAD_MIB = 650;

/**
 * RahulSChand/gpu_poor: parameters of 4 h² and 3 h f per layer, rank 8 for adapters whatever is asked, stored attention
 * scores always, activations of all layers times 0.15 under checkpointing. Totals are of one GPU: it knows no sharding.
 * @source RahulSChand/gpu_poor@05d18ab8f0, src/App.js
 */
export const gpuPoor = {
  name: "gpu_poor",
  source: "RahulSChand/gpu_poor@05d18ab8f0 src/App.js",
  home: (row) => row.stackHome === "hf" && row.gpus === 1,
  memoryGib: (row) => {
    if (row.sequence === undefined || row.batch === undefined || row.shape.experts) return undefined;
    const { hidden: h, layers: L, mlp: f, vocab } = row.shape;
    const params = 2 * vocab * h + L * (4 * h * h + 3 * f * h);
    const activations = activationBytes(row) * (row.checkpointing === false ? 1 : CHECKPOINTED);
    return (weightBytes(row, params) + stateBytes(row, params) + activations) / GIB + OVERHEAD_MIB / 1024;
  },
};

function weightBytes({ trains, quantBits }, params) {
  if (trains !== "qlora") return 2 * params;
  if (quantBits === 8) return 2 * params * (1 / 2 + 0.06);
  return 2 * params * (1 / 4 + 0.06) - params / 32;
}

function stateBytes(row, params) {
  const { hidden: h, layers: L, mlp: f } = row.shape;
  if (row.trains === "full") return params * 3 * 2;
  if (row.trains === "lora") return L * 8 * h * 2 * 4 * 3 * 2;
  const perToken = (15 * h + 6 * f) * L;
  const tokens = 50 * Math.max(1, Math.sqrt(row.sequence / 50));
  return L * 8 * h * 0.5 * 4 * 3 + 0.75 * perToken * tokens * row.batch;
}

function activationBytes({ shape, sequence: s, batch }) {
  const { hidden: h, layers, heads, mlp: f } = shape;
  const attention = s * h * 2 * 8 + s * s * heads * (2 + 4 + 2);
  const feedForward = 2 * h * s * 2 + 2 * 6 * s * f;
  const norms = s * 8 + 6 * s * h * 2;
  return (attention + feedForward + norms) * layers * batch;
}
