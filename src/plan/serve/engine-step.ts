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
  /** Total length of the prompts of these tokens, including what was in the cache. */
  promptLength: number;
  /** All sequences have the same tokens, so that all are routed to the same experts. */
  isAlike?: boolean;
};

/** Seconds of a step by component. */
export type StepParts = {
  products: number;
  attention: number;
  prompts: number;
  /** Mixers with a state. */
  recurrent: number;
  experts: number;
  exchanges: number;
  elementwise: number;
  head: number;
  adapters: number;
  host: number;
};

/** Passes over the scores of the vocabulary in fp32 that sampling makes, and its start. */
const SAMPLING = { passes: 3, startSec: 20e-6 } as const;

/** Share of bandwidth of one elementwise kernel, and its start and end in a graph. */
const ELEMENTWISE = { bandwidthShare: 0.8, startSec: 1.6e-6 } as const;

/**
 * Additional seconds that a kernel of a graph takes to start and end on AMD GPUs compared with NVIDIA GPUs, whose timed
 * kernels are used: kernels that do almost nothing take 5 us instead of 1.6.
 * @source vllm-project/vllm#57756: 4.7 and 5.2 us a call of kernels of metadata, 5.4 of a reduction; #40009: 4 to 5 us
 * of a norm of 512 and 1,536 numbers in a decode step on MI3xx. Read 2026-11-25.
 */
const HIP_GRAPH_SEC = 3.4e-6;

/** Kernels of a layer that can start before the one ahead ends: two products of attention, attention, two of the MLP; with all-reduces two more. */
const KERNELS = { layer: 5, exchanges: 2 } as const;

/** Engines on Blackwell start all kernels early, which saves half as much as if norms are fused too. */
const BLACKWELL = { overlapSec: 1e-6, elementwiseKernels: [4, 5] } as const;

/** On Grace a Python loop takes longer. Source: SPECrate integer of its cores over those of x86 servers. */
const GRACE_TIMES = 1.7;

/**
 * Seconds of one step of one replica, decodes and prompt tokens together: products, attention and collectives from
 * kernel timings, elementwise passes by their bytes, and the host's time between steps.
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
 * Time that a draft adds to a decode step: for each token that it proposes a layer of its own and the output head once
 * more, as MTP and EAGLE have it. A draft that is a model of its own costs more.
 */
function draftTimes({ run, shape }: Replica, { decodes }: StepWork): number {
  return decodes === 0 ? 1 : 1 + (DRAFT_LAYERS * (run.speculation?.draftTokens ?? 0)) / shape.layers;
}

/** Layers that a proposed token costs, its output head among them. */
const DRAFT_LAYERS = 2;

function hiddenSec({ facts, gpu }: Replica): number {
  if (gpu.generation !== "blackwell" || facts.era !== "v1") return facts.overlapSec;
  return Math.max(facts.overlapSec, BLACKWELL.overlapSec);
}

/**
 * Seconds of a step by part. Pipeline stages process parts of the sequences in turns, so that a stage takes as long for
 * all of them as its part takes for all layers.
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

/** Share of a stage in a step: its part of the sequences; a prompt is never split among stages but by chunks. */
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
 * Layers with an MLP, dense or of experts, and half-layers: a mixer or an MLP, with a norm and an exchange each. A
 * layer consists of both, except in stacks with one part per layer (Nemotron-H).
 */
function layerCounts(shape: Replica["shape"]): { dense: number; expert: number; halves: number } {
  const { layers, attentionLayers, linearLayers, experts } = shape;
  const others = layers - attentionLayers - linearLayers;
  const mlp = others > 0 ? others : layers;
  const expert = experts ? Math.floor((mlp - experts.firstDenseLayers) / experts.every) : 0;
  return { dense: experts?.besideMlp ? mlp : mlp - expert, expert, halves: attentionLayers + linearLayers + mlp };
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

/** TFLOP/s of the experts of a library that has no kernel for them on a vendor's GPUs. */
const UNTUNED_EXPERTS_TFLOPS = 60;

/** Reads of all experts of one token, and of the few that another token's rounding adds. */
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

/** Norms, rotary and cache write, activation, and quantisation before each product: their starts, and their bytes. */
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

/** Seconds of the host: its loop, its sequences, and the requests that join. */
function hostSec(replica: Replica, { decodes, promptTokens, promptLength }: StepWork): number {
  const { facts, gpu, isServed } = replica;
  const { step, sequence, request } = (isServed ? facts.sharedHostSec : undefined) ?? facts.hostSec;
  const joining = promptsIn(replica, promptTokens, promptLength);
  const joinSec = request * (gpu.form === "superchip" ? GRACE_TIMES : 1) * joining;
  return step + sequence * (decodes + joining) + joinSec;
}
