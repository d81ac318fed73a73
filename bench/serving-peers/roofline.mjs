// Closed forms of a roofline: weights and cache are read once a step, products run at a share of the specified rate, and the
// batch is what the load asks for and the memory holds. Neither host nor queue nor scheduler.

const WEIGHT_BYTES = { bf16: 2, fp8: 1, int8: 1, int4: 0.516, fp4: 0.5625 };
/** GPU memory that engines leave, and what else lies in it. */
const [TAKEN_SHARE, RESERVED_BYTES] = [0.9, 3e9];
/** Largest batch that engines run unless told. */
const MAX_RUNNING = { live: 256, saturated: 2048 };

/** The ideal roofline: all of the bandwidth and of the specified rate. */
export const idealRoofline = roofline("ideal roofline", { memory: 1, compute: 1 });

/** The rule of thumb of most calculators: eight tenths of the bandwidth, half of the rate. */
export const fixedRule = roofline("fixed 0.8 / 0.5", { memory: 0.8, compute: 0.5 });

function roofline(name, efficiency) {
  return { name, estimate: (row) => estimate(row, efficiency) };
}

function estimate({ run, load, replicas, specifiedTflops }, { memory, compute }) {
  const { shape, gpu, weights, kv } = run;
  const gpus = Math.max(run.tensorParallel * run.pipelineParallel, run.expertParallel);
  const [I, O] = [run.inputTokens.mean, run.outputTokens.mean];
  const rate = specifiedTflops(gpu, { fp8: "fp8", fp4: "nvfp4" }[weights] ?? "bf16") ?? gpu.bf16Tflops;
  const [bandwidth, flops] = [gpus * gpu.bandwidthTbPerSec * 1e12 * memory, gpus * rate * 1e12 * compute];
  const perWeight = WEIGHT_BYTES[weights];
  const kvBytes = kvPerToken(shape) * (kv === "fp8" ? 1 : 2);
  const pool = gpus * (TAKEN_SHARE * gpu.memoryGib * 2 ** 30 - RESERVED_BYTES) - shape.paramCount * perWeight;
  const mostRunning = Math.max(1, pool / (kvBytes * (I + O / 2)));
  const step = (B) =>
    Math.max((weightsRead(shape, B) * perWeight) / bandwidth, (2 * shape.activeParamCount * B) / flops) +
    (B * (I + O / 2) * kvBytes) / bandwidth;
  const prefill = (2 * shape.activeParamCount * I + 2 * shape.layers * shape.heads * shape.headDim * I * I) / flops;
  const stay = (B) => O * step(B) + B * prefill;
  const point = (B, perSec = (B * O) / stay(B)) => ({
    tpotMs: 1e3 * (step(B) + (load.kind === "static-batch" ? 0 : ((B - 1) * prefill) / O)),
    ttftMs: 1e3 * prefill,
    outputTokensPerSec: perSec * replicas,
  });
  if (load.kind !== "rate") return point(Math.min(mostRunning, asked(load)));
  let B = 1;
  for (let i = 0; i < 100; i++)
    B = Math.min(mostRunning, MAX_RUNNING.live, Math.max(1, 0.5 * B + 0.5 * load.perSec * stay(B)));
  return point(B, Math.min(load.perSec * O, (B * O) / stay(B)));
}

function asked(load) {
  if (load.kind === "concurrency" || load.kind === "static-batch") return load.requests;
  return load.kind === "all-at-once" ? Math.min(MAX_RUNNING.live, load.requests ?? Infinity) : MAX_RUNNING.saturated;
}

function kvPerToken({ latent, layers, kvHeads, headDim }) {
  if (latent) return layers * (latent.kvLoraRank + latent.qkRopeHeadDim);
  return 2 * layers * kvHeads * headDim;
}

/** Weights that a batch reads: of a mixture the experts that any of its tokens is routed to. */
function weightsRead({ experts, paramCount, activeParamCount }, B) {
  if (!experts) return paramCount;
  const met = 1 - (1 - experts.active / experts.total) ** B;
  return activeParamCount + (paramCount - activeParamCount) * met;
}
