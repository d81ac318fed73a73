import { GIB } from "./peer-row.mjs";

const OVERHEAD_GIB = 1.4;

/**
 * Unsloth Studio's estimate: weights (4-bit linears at 2/3.2 bytes), adapters at 2 bytes, optimizer at 4 to 6 bytes per
 * trained parameter, gradients with a floor, activations of one layer (adapters) or of two (full training) under
 * checkpointing, 1.4 GiB of context. No logits and no checkpoints. State is divided over the GPUs.
 * @source unslothai/unsloth@015bdef0d9 (2026-08-22), studio/backend/utils/hardware/VRAM_ESTIMATION.md
 */
export const unslothStudio = {
  name: "Unsloth Studio formula",
  source: "unslothai/unsloth@015bdef0d9 VRAM_ESTIMATION.md",
  home: (row) => row.stack === "unsloth",
  memoryGib: (row) => {
    if (row.sequence === undefined || row.batch === undefined) return undefined;
    const { shape, trains } = row;
    const kept = shape.vocab * shape.hidden * (shape.tiedEmbeddings ? 1 : 2) + 2 * shape.hidden * shape.layers;
    const linears = shape.paramCount - kept;
    const perLinear = trains === "qlora" ? 2 / (row.isDoubleQuant ? 3.6 : 3.2) : 2;
    const weights = linears * perLinear + kept * 2;
    const optimizer = row.trainedParams * (row.is8bitAdam ? 4 : 6);
    const activations = activationBytes(row);
    const floor = Math.min(0.15 * weights, trains === "full" ? Infinity : Math.max(activations, optimizer));
    const gradients = Math.max(2 * row.trainedParams, floor);
    const adapters = trains === "full" ? 0 : 2 * row.trainedParams;
    const shards = row.sharding === "none" ? 1 : row.gpus;
    return ((weights + adapters + optimizer + gradients) / shards + activations) / GIB + OVERHEAD_GIB;
  },
};

function activationBytes({ shape, sequence, batch, checkpointing, trains }) {
  const { hidden, layers, kvHeads, headDim, mlp, experts } = shape;
  const width = experts ? experts.active * experts.mlp + experts.sharedMlp : mlp;
  const perLayer = sequence * batch * (hidden + 2 * kvHeads * headDim + 2 + 2 * width) * 2 * 1.25;
  if (checkpointing === false) return perLayer * layers;
  return perLayer * (trains === "full" ? 2 : 1);
}
