import { hasGate } from "../layout/model-parts.ts";
import { allReduceSec, expertExchangeSec, stageExchangeSec } from "./all-reduce-time.ts";
import { adapterReadSec } from "./adapters.ts";
import { contextSec, generationSec } from "./attention-time.ts";
import { attentionGroups } from "./kv-per-token.ts";
import { routedExpertsSec } from "./expert-time.ts";
import { bf16ProductSec, productFormat, productSec } from "./products-time.ts";
import { recurrentSec } from "./recurrent-time.ts";
import { promptsIn, type Replica } from "./replica.ts";

/** Content of one engine step: sequences that get one token each, and prompt tokens that are read. */
export type StepWork = {
  decodes: number;
  /** Tokens in the cache of a decoding sequence, on average. */
  context: number;
  promptTokens: number;
  /** Total length of the prompts of these tokens, including cached tokens. */
  promptLength: number;
  /** True if all sequences have the same tokens, and so are all routed to the same experts. */
  isAlike?: boolean;
};

/** Seconds of a step by component. */
export type StepParts = {
  products: number;
  attention: number;
  prompts: number;
  /** Mixers that keep a state. */
  recurrent: number;
  experts: number;
  exchanges: number;
  elementwise: number;
  head: number;
  adapters: number;
  host: number;
};

/** Passes of sampling over the fp32 logits of the vocabulary, and its start-up time. */
const SAMPLING = { passes: 3, startSec: 20e-6 } as const;

/** Share of bandwidth that one elementwise kernel reaches, and its start and end in a graph. */
const ELEMENTWISE = { bandwidthShare: 0.8, startSec: 1.6e-6 } as const;

/**
 * Additional seconds that a kernel of a graph takes to start and end on an AMD GPU, compared with the NVIDIA GPU whose
 * timed kernels are used: kernels that do almost nothing take 5 us instead of 1.6.
 * @source vllm-project/vllm#57756: 4.7 and 5.2 us a call of kernels of metadata, 5.4 of a reduction; #40009: 4 to 5 us
 * of a norm of 512 and 1,536 numbers in a decode step on MI3xx. Read 2026-11-25.
 */
const HIP_GRAPH_SEC = 3.4e-6;

/**
 * Kernels of a layer that can start before the previous one ends: two products of attention, attention, and two
 * products of the MLP; two more with all-reduces.
 */
const KERNELS = { layer: 5, exchanges: 2 } as const;

/** On Blackwell, engines start all kernels early, which saves half as much as in engines that also fuse norms. */
const BLACKWELL = { overlapSec: 1e-6, elementwiseKernels: [4, 5] } as const;

/** A Python loop takes longer on Grace. Source: SPECrate integer of its cores over those of x86 servers. */
const GRACE_TIMES = 1.7;

/**
 * Seconds of one step of one replica, decodes and prompt tokens together. Products, attention and collectives come from
 * kernel timings; elementwise passes from their bytes; the host's time between steps is added.
 *
 * @accuracy docs/concepts/serving-model.md §3
 */
export function stepSec(replica: Replica, work: StepWork): number {
  const parts = stepParts(replica, work);
  const { facts, shape, tensor } = replica;
  const gpu = draftTimes(replica, work) * (Object.values(parts).reduce((sum, part) => sum + part, 0) - parts.host);
  const { layerSec, graphTokens } = facts.eager;
  if (graphTokens === 0 && facts.lacks.includes("graphs")) return Math.max(gpu, layerSec * shape.layers) + parts.host;
  if (work.promptTokens > 0 && work.promptTokens + work.decodes > graphTokens) {
    return Math.max(gpu, layerSec * shape.layers) + parts.host;
  }
  const kernels = (KERNELS.layer + (tensor > 1 ? KERNELS.exchanges : 0)) * shape.layers;
  if (replica.gpu.vendor === "AMD") return gpu + HIP_GRAPH_SEC * kernels + parts.host;
  return Math.max(gpu / 2, gpu - hiddenSec(replica) * kernels) + parts.host;
}

/**
 * Time that a draft adds to a decode step. Each proposed token costs one layer of the draft and another pass of the
 * output head, as in MTP and EAGLE. A separate draft model costs more.
 */
function draftTimes({ run, shape }: Replica, { decodes }: StepWork): number {
  return decodes === 0 ? 1 : 1 + (DRAFT_LAYERS * (run.speculation?.draftTokens ?? 0)) / shape.layers;
}

/** Layers that a proposed token costs, including its output head. */
const DRAFT_LAYERS = 2;

function hiddenSec({ facts, gpu }: Replica): number {
  if (gpu.generation !== "blackwell" || facts.era !== "v1") return facts.overlapSec;
  return Math.max(facts.overlapSec, BLACKWELL.overlapSec);
}

/**
 * Seconds of a step by part. Pipeline stages process groups of sequences in turns, so a stage takes as long for all
 * sequences as its group takes for all layers.
 */
export function stepParts(replica: Replica, whole: StepWork): StepParts {
  const { run, shape, gpu, tensor, groups, pipeline } = replica;
  const work = stageWork(whole, pipeline);
  const proposed = 1 + (run.speculation?.draftTokens ?? 0);
  const tokens = proposed * work.decodes + work.promptTokens;
  const rows = Math.max(1, tokens / groups);
  const ended = promptsIn(replica, work.promptTokens, work.promptLength);
  const sampled = Math.max(1, (proposed * work.decodes + ended) / groups);
  const head = bf16ProductSec(replica, { rows: sampled, n: shape.vocab / tensor, k: shape.hidden });
  const logits = (sampled * shape.vocab * 4 * SAMPLING.passes) / (gpu.bandwidthTbPerSec * 1e12);
  const vector = 2 * rows * shape.hidden;
  const all = 2 * tokens * shape.hidden;
  const { expert: expertLayers, halves } = layerCounts(shape);
  return {
    products: productsSec(replica, rows, work.promptTokens === 0),
    attention: work.decodes > 0 ? generationSec(replica, work.decodes / groups, work.context) : 0,
    prompts: work.promptTokens > 0 ? contextSec(replica, work.promptTokens / groups, work.promptLength) : 0,
    recurrent: recurrentSec(replica, rows, {
      decodes: (proposed * work.decodes) / groups,
      promptTokens: work.promptTokens / groups,
      onePrompt: Math.min(work.promptTokens, work.promptLength * (1 - run.prefixHitShare)),
    }),
    experts: expertLayers * (expertLayers > 0 ? expertsSec(replica, { ...work, decodes: proposed * work.decodes }) : 0),
    exchanges:
      halves * allReduceSec(replica, vector) +
      allReduceSec(replica, 64 * rows) +
      expertLayers * expertExchangeSec(replica, all) +
      stageExchangeSec(replica, vector),
    elementwise: (halves / 2) * elementwiseSec(replica, rows),
    head: head + SAMPLING.startSec + logits,
    adapters: adapterReadSec(replica, work.decodes + ended),
    host: hostSec(replica, whole),
  };
}

/** Work of one pipeline stage in a step: its share of the sequences. A prompt is split among stages only by chunks. */
function stageWork(work: StepWork, pipeline: number): StepWork {
  if (pipeline === 1) return work;
  const one = Math.min(work.promptTokens, work.promptLength);
  return {
    ...work,
    decodes: work.decodes / pipeline,
    promptTokens: Math.max(work.promptTokens / pipeline, one),
  };
}

/**
 * Numbers of layers with a dense MLP, of layers with experts, and of half-layers. A half-layer is a mixer or an MLP,
 * with a norm and an exchange. A layer consists of both, except in stacks with one part per layer (Nemotron-H).
 */
function layerCounts(shape: Replica["shape"]): { dense: number; expert: number; halves: number } {
  const { layers, attentionLayers, linearLayers, experts } = shape;
  const others = layers - attentionLayers - linearLayers;
  const mlp = others > 0 ? others : layers;
  const expert = experts ? Math.floor((mlp - experts.firstDenseLayers) / experts.every) : 0;
  return { dense: experts?.parallelDense ? mlp : mlp - expert, expert, halves: attentionLayers + linearLayers + mlp };
}

/** Seconds of the dense products of all layers. */
function productsSec(replica: Replica, rows: number, isDecode: boolean): number {
  const { shape, tensor } = replica;
  const { hidden, experts, mlp } = shape;
  const { dense, expert } = layerCounts(shape);
  const secOf = (n: number, k: number): number => productSec(replica, { rows, n, k }, isDecode);
  const gated = hasGate(shape) ? 2 : 1;
  const pair = (width: number): number => secOf((gated * width) / tensor, hidden) + secOf(hidden, width / tensor);
  const shared = experts && experts.sharedMlp > 0 ? expert * pair(experts.sharedMlp) : 0;
  const attention = attentionGroups(shape).reduce(
    (sum, group) => sum + group.layers * attentionProductsSec(replica, { rows, ...group }, secOf),
    0,
  );
  return attention + (dense > 0 ? dense * pair(mlp) : 0) + shared;
}

/** Products around the attention of one layer: queries, keys, values and output, or those of latent attention. */
function attentionProductsSec(
  replica: Replica,
  { rows, kvHeads, headDim }: { rows: number; kvHeads: number; headDim: number },
  secOf: (n: number, k: number) => number,
): number {
  const { shape, tensor } = replica;
  const { hidden, latent, heads } = shape;
  const own = heads / tensor;
  if (latent === null) {
    return secOf((own + 2 * Math.max(1, kvHeads / tensor)) * headDim, hidden) + secOf(hidden, own * headDim);
  }
  const { qLoraRank, kvLoraRank, qkRopeHeadDim, qkNopeHeadDim, vHeadDim } = latent;
  return (
    secOf(qLoraRank + kvLoraRank + qkRopeHeadDim, hidden) +
    secOf(own * (qkNopeHeadDim + qkRopeHeadDim), qLoraRank || hidden) +
    2 * bf16ProductSec(replica, { rows, n: own * qkNopeHeadDim, k: kvLoraRank }) +
    secOf(hidden, own * vHeadDim)
  );
}

/** TFLOP/s of experts in a library that has no expert kernel for a vendor's GPUs. */
const UNTUNED_EXPERTS_TFLOPS = 60;

/** Expert reads relative to those of one token, if all tokens are alike: rounding adds a few experts. */
const ALIKE_TIMES = 1.3;

/** Seconds of the routed experts of one layer. */
function expertsSec(replica: Replica, { decodes, promptTokens, isAlike }: StepWork): number {
  const { shape, facts, tensor } = replica;
  const tokens = decodes + promptTokens;
  const sec = routedExpertsSec(replica, tokens);
  if (promptTokens > 0) return sec;
  if (isAlike === true) return Math.min(sec, ALIKE_TIMES * routedExpertsSec(replica, 1));
  if (!facts.lacks.includes("tuned products")) return sec;
  const { active, mlp } = shape.experts!;
  return Math.max(sec, (6 * tokens * active * shape.hidden * mlp) / tensor / (UNTUNED_EXPERTS_TFLOPS * 1e12));
}

/**
 * Start-up time and memory traffic of norms, rotary embedding, cache write, activation, and quantisation before each
 * product.
 */
function elementwiseSec(replica: Replica, rows: number): number {
  const { shape, gpu, facts, tensor } = replica;
  const isBlackwell = gpu.generation === "blackwell" && facts.era === "v1";
  const [full, quantised] = isBlackwell ? BLACKWELL.elementwiseKernels : facts.elementwiseKernels;
  const kernels = productFormat(replica) === "bf16" || productFormat(replica) === "widened" ? full : quantised;
  const heads = (shape.heads + 2 * Math.max(shape.kvHeads, tensor)) / tensor;
  const mlp = shape.experts ? 0 : (3 * shape.mlp) / tensor;
  const bytes = 2 * rows * (8 * shape.hidden + 2 * heads * shape.headDim + mlp);
  const startSec = ELEMENTWISE.startSec + (gpu.vendor === "AMD" && !facts.lacks.includes("graphs") ? HIP_GRAPH_SEC : 0);
  return kernels * startSec + bytes / (ELEMENTWISE.bandwidthShare * gpu.bandwidthTbPerSec * 1e12);
}

/** Host seconds of a step: the loop, the running sequences, and the requests that join. */
function hostSec(replica: Replica, { decodes, promptTokens, promptLength }: StepWork): number {
  const { facts, gpu, isServed } = replica;
  const { step, sequence, request } = (isServed ? facts.sharedHostSec : undefined) ?? facts.hostSec;
  const joining = promptsIn(replica, promptTokens, promptLength);
  const joinSec = request * (gpu.form === "superchip" ? GRACE_TIMES : 1) * joining;
  return step + sequence * (decodes + joining) + joinSec;
}
