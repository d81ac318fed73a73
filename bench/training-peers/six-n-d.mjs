/** Model FLOPs utilisation that people assume when they know nothing else. */
const MFU = 0.4;

/**
 * 6·N·D over 40 % of the card's dense peak, for any method: tokens per second = 0.4 · peak / 6 N, with active parameters
 * for a mixture of experts and the fp8 peak if the run is in fp8.
 * @source Kaplan et al. 2020, arXiv:2001.08361 (6 N per token); 0.4 as in Chowdhery et al. 2022, arXiv:2204.02311, appendix B, who
 *   list 21 to 46 %, and in most cost calculators
 */
export const sixNd = {
  name: "6ND / (0.4 x peak)",
  source: "arXiv:2001.08361; MFU 0.4 by convention",
  home: (row) => row.isPretraining,
  tokensPerSecPerGpu: (row) => speed(row, 6),
};

/**
 * The same with 4 N for adapters, whose frozen weights need no gradient of their own.
 * @source NVIDIA dgxc-benchmarking ft_llama3 README counts LoRA so
 */
export const fourNd = {
  name: "6ND, 4ND for adapters / (0.4 x peak)",
  source: "NVIDIA dgxc-benchmarking README; MFU 0.4 by convention",
  home: (row) => row.isPretraining,
  tokensPerSecPerGpu: (row) => speed(row, row.trains === "full" ? 6 : 4),
};

function speed({ gpu, isFp8, isFp4, shape }, flopsPerParam) {
  const peak = isFp8 || isFp4 ? (gpu?.fp8Tflops ?? gpu?.bf16Tflops) : gpu?.bf16Tflops;
  return peak ? (MFU * peak * 1e12) / (flopsPerParam * shape.activeParamCount) : undefined;
}
