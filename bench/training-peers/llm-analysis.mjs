import { GIB } from "./peer-row.mjs";

/** Efficiency that its users give; its own examples run at half of the peak. */
const FLOPS_EFFICIENCY = 0.5;

/**
 * cli99/llm-analysis: fp16 weights, fp32 gradients, 12 bytes of optimizer, each divided by its ZeRO stage; activations of
 * Korthikanti et al. with flash attention, or 2·s·b·h per layer and the working set of one if recomputed; logits in 2
 * bytes. Speed: 6 N (8 N if recomputed) with attention, over half of the peak. All parameters are trained.
 * `installed-peers.py` runs the package itself.
 * @source llm-analysis 0.2.2 (PyPI, 2023-11), analysis.py; arXiv:2205.05198
 */
export const llmAnalysis = {
  name: "llm-analysis rule",
  source: "llm-analysis 0.2.2 analysis.py",
  home: (row) => row.isPretraining,
  memoryGib: (row) => {
    if (row.sequence === undefined || row.batch === undefined || row.checkpointing === undefined) return undefined;
    const { shape, tensor, pipeline } = row;
    const N = shape.paramCount / (tensor * pipeline);
    const dataParallel = Math.max(1, row.gpus / (tensor * pipeline));
    const zero = { none: 0, megatron: 1, zero2: 2, zero3: 3, fsdp: 3 }[row.sharding];
    const share = (stage) => (zero >= stage ? dataParallel : 1);
    const states = (2 * N) / share(3) + (4 * N) / share(2) + (12 * N) / share(1);
    const T = (row.sequence * row.batch) / row.context / tensor;
    const perLayer = layerBytes(shape);
    const kept = row.checkpointing
      ? 2 * shape.hidden * (shape.layers / pipeline) + perLayer
      : (perLayer * shape.layers) / pipeline;
    return (states + T * (kept + 2 * shape.vocab)) / GIB;
  },
  tokensPerSecPerGpu: (row) => {
    const peak = row.isFp8 ? (row.gpu?.fp8Tflops ?? row.gpu?.bf16Tflops) : row.gpu?.bf16Tflops;
    if (!peak || row.sequence === undefined || row.checkpointing === undefined) return undefined;
    const { activeParamCount, hidden, layers } = row.shape;
    const forward = 2 * activeParamCount + 4 * row.sequence * hidden * layers;
    return (FLOPS_EFFICIENCY * peak * 1e12) / (forward * (row.checkpointing ? 4 : 3));
  },
};

/** Bytes per token of one layer: two fp32 norms, attention with flash, MLP input and two hidden activations. */
function layerBytes({ hidden: h, heads, mlp, experts }) {
  const width = experts ? experts.active * experts.mlp + experts.sharedMlp : mlp;
  const attention = 2 * (5 * h) + 2 * (2 * h + 4 * heads) + h;
  return 2 * 4 * h + attention + 2 * h + 4 * width;
}
