// llm-analysis, inference: a static batch, layer by layer, with two efficiencies; the head is hidden / heads wide.

/** Value that its documentation advises without a measurement. */
const [FLOPS_EFFICIENCY, MEMORY_EFFICIENCY] = [0.7, 0.9];
const BYTES = { bf16: 2, fp8: 1, int8: 1, int4: 0.5, fp4: 0.5 };

/**
 * cli99/llm-analysis: a layer takes the longer of its operations and its weights, and reads its cache; every layer moves
 * its activations twice between GPUs. Prefill of the whole batch, then each token with the mean context.
 * Loads without a batch are refused: it knows no arrivals and no largest batch.
 * @source llm-analysis 0.2.2 (PyPI, 2023-11), analysis.py, `inference`; README: flops efficiency 0.7, memory 0.9
 */
export const llmAnalysis = {
  name: "llm-analysis rule",
  estimate: ({ run, load, replicas }) => {
    if (load.kind !== "concurrency" && load.kind !== "static-batch") return undefined;
    const { shape, gpu, weights, kv } = run;
    const [batch, tensor] = [load.requests, run.tensorParallel];
    const rate = (weights === "fp8" || weights === "fp4" ? (gpu.fp8Tflops ?? gpu.bf16Tflops) : gpu.bf16Tflops) * 1e12;
    const [I, O] = [run.inputTokens.mean, run.outputTokens.mean];
    const perToken = (2 * shape.activeParamCount) / (tensor * rate * FLOPS_EFFICIENCY);
    const bandwidth = gpu.bandwidthTbPerSec * 1e12 * MEMORY_EFFICIENCY;
    const weightSec = (shape.activeParamCount * BYTES[weights]) / (tensor * bandwidth);
    const link = (gpu.linkGbPerSec ?? 32) * 1e9;
    const moved = (tokens) =>
      tensor === 1 ? 0 : (shape.layers * 2 * 2 * tokens * shape.hidden * 2 * (tensor - 1)) / tensor / link;
    const cacheBytes = 2 * shape.layers * shape.kvHeads * (shape.hidden / shape.heads) * (kv === "fp8" ? 1 : 2);
    const attention = (2 * shape.layers * shape.hidden * I * I) / (tensor * rate * FLOPS_EFFICIENCY);
    const prefill = Math.max(batch * (I * perToken + attention), weightSec) + moved(batch * I);
    const step =
      Math.max(batch * perToken, weightSec) + (batch * (I + O / 2) * cacheBytes) / (tensor * bandwidth) + moved(batch);
    return {
      tpotMs: 1e3 * step,
      ttftMs: 1e3 * prefill,
      outputTokensPerSec: (replicas * batch * O) / (prefill + O * step),
    };
  },
};
