import type { Refusal } from "../../domain/estimate.ts";
import { adapterBytes } from "./adapters.ts";
import { cacheBytesPerToken } from "./kv-per-token.ts";
import { recurrentBytes, stateBytes, stateTokens } from "./recurrent-state.ts";
import type { Replica } from "./replica.ts";
import { modelBytes } from "./weight-bytes.ts";

/** Memory of one replica by use. */
export type ServeMemory = {
  weightsGib: number;
  /** For a sequence in the middle of its answer, over all GPUs. */
  kvBytesPerToken: number;
  /** Additional memory of a sequence at any length; 0 if every layer has keys and values. */
  stateBytes: number;
  /** Size of that memory in tokens of the cache, as the engine allocates it. */
  stateTokens: number;
  /** Capacity of the cache in tokens. */
  kvPoolTokens: number;
  /** Maximum number of sequences that decode together: those that fit, up to the engine's limit. */
  maxRunning: number;
};

const GIB = 2 ** 30;

/**
 * Bytes of step activations, graphs and collective buffers on one GPU.
 * @source aiconfigurator reserves 3.5 GB, published logs of vLLM show 2 to 3.5 GB; serving formulas take the middle
 */
const RESERVED_BYTES = 3e9;

/** Memory of a group relative to an equal share of the model, if attention is copied to every group. */
const COPIED_ATTENTION = 1.1;

/** Contexts longer than this were profiled in one pass before engines read prompts in chunks. */
const LONG_CONTEXT = 65_536;

/**
 * Memory of a replica: weights, reserved memory, and the remaining pool for keys and values.
 *
 * @returns a refusal if the weights do not fit, if there is no space for a request, or if the cache has no formula
 */
export function serveMemory(replica: Replica): ServeMemory | Refusal {
  const { run, shape, gpu, gpus, tensor, facts } = replica;
  const { inputTokens, outputTokens } = run;
  const contextTokens = inputTokens.mean + outputTokens.mean / 2;
  const perToken = cacheBytesPerToken(shape, { kv: run.kv, contextTokens, tensor });
  if (typeof perToken !== "number") return perToken;
  const weightBytes = weightsBytes(replica);
  const free = replica.memoryShare * gpu.memoryGib * GIB - RESERVED_BYTES - weightBytes / gpus;
  const pass = facts.lacks.includes("memory for one pass of the longest context") ? onePassBytes(replica, free) : 0;
  const kvPoolTokens = Math.max(0, (gpus * (free - pass)) / perToken);
  const state = { stateBytes: stateBytes(shape, recurrentBytes(replica)), stateTokens: stateTokens(replica, perToken) };
  const least = inputTokens.mean + outputTokens.mean / 4 + state.stateTokens;
  if (kvPoolTokens < least) {
    const needed = (weightBytes / GIB).toFixed(0);
    return {
      refused: `weights of ${needed} GiB leave no room for the cache of one request on ${gpus} × ${gpu.id}`,
      hint: "use more GPUs per replica, fewer bits per weight, or a larger GPU",
    };
  }
  const maxRunning = Math.max(
    1,
    Math.min(replica.maxRunning, kvPoolTokens / (admittedTokens(replica) + state.stateTokens)),
  );
  return { weightsGib: weightBytes / GIB, kvBytesPerToken: perToken, ...state, kvPoolTokens, maxRunning };
}

/** Tokens of cache that must be free for a request of mean lengths. */
function admittedTokens({ run, facts }: Replica): number {
  return run.inputTokens.mean + facts.reservedOutput * run.outputTokens.mean;
}

/** Bytes of the weights of one replica, including copies and adapters. */
function weightsBytes(replica: Replica): number {
  const { shape, groups, run } = replica;
  const base = modelBytes(replica) * (groups > 1 ? COPIED_ATTENTION : 1);
  return base + run.adapters.count * adapterBytes(shape, run.adapters.rank);
}

/**
 * Activation bytes of one pass over the longest context, which an engine without chunks measures before it sizes its
 * cache. At most half of the free memory, because users with less memory set a shorter context.
 */
function onePassBytes({ shape, gpu, tensor }: Replica, free: number): number {
  const context = shape.context ?? 0;
  if (context <= LONG_CONTEXT || gpu.vendor === "AMD") return 0;
  return Math.min(0.5 * Math.max(0, free), context * ((2 * shape.mlp) / tensor + 3 * shape.hidden) * 2);
}
