import { Failure } from "../../base/failure.ts";
import { whole } from "../../base/words.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { replicaOf } from "../serve/replica.ts";
import { serveMemory } from "../serve/serve-memory.ts";
import { type Serving, serveRun } from "./serving.ts";
import { whatFits } from "./what-fits.ts";

/** A contradiction in a plan, and the change that removes it. */
type Contradiction = { message: string; hint: string };

type Rule = (serving: Serving) => Contradiction | undefined;

/**
 * Rejects plans that contradict themselves or that no engine supports. The message states what to change.
 *
 * @param gpus  GPUs that may be suggested if the weights do not fit
 * @throws Failure bad_input for the first impossible part; not_found for a version class that the engine does not have
 */
export function checkServe(serving: Serving, gpus: readonly Gpu[]): void {
  for (const rule of RULES) {
    const found = rule(serving);
    if (found) throw new Failure("bad_input", found.message, { hint: found.hint });
  }
  const memory = serveMemory(replicaOf(serveRun(serving)));
  if ("refused" in memory) {
    throw new Failure("bad_input", memory.refused, { hint: whatFits(serving, gpus) ?? memory.hint });
  }
}

const RULES: readonly Rule[] = [
  oneLoad,
  measuredAcceptance,
  lengthsFit,
  headsSplit,
  layersSplit,
  expertsSplit,
  oneMachine,
];

function oneLoad({ spec }: Serving): Contradiction | undefined {
  if (spec.rate === undefined || spec.concurrency === undefined) return undefined;
  return {
    message: `rate ${spec.rate} and concurrency ${spec.concurrency} together: each defines the load`,
    hint: "give the rate if requests arrive independently, the concurrency if a number of users wait for each answer",
  };
}

function measuredAcceptance({ spec: { draftTokens, acceptedPerStep } }: Serving): Contradiction | undefined {
  if (draftTokens !== undefined && acceptedPerStep === undefined)
    return {
      message: "speculative decoding without a measured acceptance: its gain depends on your text",
      hint: "measure it on your traffic (vLLM logs the mean acceptance length) and add --accepted-per-step, or omit --draft-tokens",
    };
  if (acceptedPerStep !== undefined && draftTokens === undefined)
    return {
      message: `${acceptedPerStep} accepted tokens per step, but no tokens are proposed`,
      hint: "add --draft-tokens: how many the draft proposes for each step",
    };
  if (draftTokens !== undefined && acceptedPerStep !== undefined && acceptedPerStep > draftTokens)
    return {
      message: `${acceptedPerStep} accepted tokens per step are more than the ${draftTokens} that are proposed`,
      hint: "accepted-per-step counts only accepted drafts, without the token that every step gives",
    };
  return undefined;
}

function lengthsFit({ spec, shape }: Serving): Contradiction | undefined {
  const tokens = spec.inputTokens + spec.outputTokens;
  if (shape.context === null || tokens <= shape.context) return undefined;
  return {
    message: `requests of ${whole(tokens)} tokens, input and output, are longer than the context of ${shape.id}, ${whole(shape.context)} tokens`,
    hint: "use shorter requests, or a model with a longer context",
  };
}

function headsSplit({ spec: { tensorParallel }, shape }: Serving): Contradiction | undefined {
  const { heads, kvHeads, latent } = shape;
  const splits = (count: number): boolean =>
    heads % count === 0 && (latent !== null || kvHeads % count === 0 || count % kvHeads === 0);
  if (splits(tensorParallel)) return undefined;
  const possible = [1, 2, 4, 8, 16].filter(splits);
  return {
    message: `tensor parallel ${tensorParallel} does not divide the ${heads} heads and ${kvHeads} key and value heads of ${shape.id}`,
    hint: `possible: ${possible.join(", ")}`,
  };
}

function layersSplit({ spec: { pipelineParallel }, shape }: Serving): Contradiction | undefined {
  if (pipelineParallel <= shape.layers) return undefined;
  return {
    message: `pipeline parallel ${pipelineParallel} is more than the ${shape.layers} layers of ${shape.id}`,
    hint: "1 to 4 are usual",
  };
}

function expertsSplit({ spec: { expertParallel, tensorParallel }, shape }: Serving): Contradiction | undefined {
  if (expertParallel === 1) return undefined;
  if (shape.experts === null)
    return {
      message: `expert parallel ${expertParallel}: ${shape.id} has no experts`,
      hint: "omit expert-parallel",
    };
  if (shape.experts.total % expertParallel !== 0)
    return {
      message: `expert parallel ${expertParallel} does not divide the ${shape.experts.total} experts of ${shape.id}`,
      hint: `possible: ${[2, 4, 8, 16, 32, 64].filter((count) => shape.experts!.total % count === 0).join(", ")}`,
    };
  if (expertParallel % tensorParallel === 0 || tensorParallel % expertParallel === 0) return undefined;
  return {
    message: `expert parallel ${expertParallel} and tensor parallel ${tensorParallel}: one must be a multiple of the other`,
    hint: `expert-parallel ${tensorParallel} spreads the experts over the same GPUs`,
  };
}

function oneMachine({ spec: { tensorParallel }, gpu }: Serving): Contradiction | undefined {
  const most = Math.max(gpu.nodeGpus, gpu.linkGpus);
  if (tensorParallel <= most) return undefined;
  return {
    message: `tensor parallel ${tensorParallel} is more than the ${most} × ${gpu.id} of one machine: every layer would wait for the network`,
    hint: `--tensor-parallel ${most} --pipeline-parallel ${Math.ceil(tensorParallel / most)}`,
  };
}
