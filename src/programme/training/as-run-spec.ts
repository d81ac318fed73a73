import { RunSpec } from "../../domain/run-spec.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { recomputes } from "../../launch/supervise/memory-ladder.ts";

/** Training libraries, by their names in the estimates. */
const STACKS = { trl: "hf", axolotl: "axolotl", "llama-factory": "llama-factory", verl: "verl" } as const;

/** An engine whose runs take place on machines that are known. */
export type OwnEngine = keyof typeof STACKS;

/** A training file converted to a run of the estimates. The trainer pads rows and uses PyTorch's attention kernel. */
export function asRunSpec(spec: TrainingFile, engine: OwnEngine): RunSpec {
  return RunSpec.parse({
    model: spec.model,
    method: "lora",
    objective: spec.method,
    loraRank: spec.loraRank,
    sequenceTokens: spec.sequenceTokens,
    batchSequences: spec.batchSequences,
    gradAccum: spec.accumulationSteps,
    checkpointing: recomputes(spec) ? "full" : "none",
    attention: "sdpa",
    stack: STACKS[engine],
    packing: false,
    gpu: spec.gpu,
    gpuCount: spec.gpuCount,
    sharding: "none",
  });
}
