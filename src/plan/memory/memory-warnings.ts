import { formatNumber } from "../../base/units.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { gpuNotes } from "../layout/gpu-notes.ts";
import { shardingOf } from "../layout/layout.ts";
import { quantisesExperts } from "./memory-facts.ts";
import { isBitsandbytes } from "./memory-formats.ts";

type Run = { shape: ModelShape; spec: RunSpec; gpu: Gpu };

/** Factors outside its spec that affect the memory of a run, and parts that no term includes. */
export function memoryWarnings({ shape, spec, gpu }: Run): string[] {
  return [...gpuNotes(spec, gpu), ...modelWarnings(shape, spec), ...runWarnings(spec)];
}

function modelWarnings(shape: ModelShape, spec: RunSpec): string[] {
  const warnings: string[] = [];
  if (shape.context !== null && spec.sequenceTokens > shape.context)
    warnings.push(
      `sequences of ${formatNumber(spec.sequenceTokens, 9)} tokens are above the context ${formatNumber(shape.context, 9)} of ${shape.id}: it trains on them with its rotary or ALiBi positions stretched, and the result is not certain`,
    );
  if (shape.experts && isBitsandbytes(spec) && spec.stack !== "litgpt") warnings.push(expertsWarning(spec));
  if (shape.experts)
    warnings.push(
      "mixture of experts: tokens are assumed to be spread evenly; an uneven batch fills the GPU of its busiest experts first",
    );
  if (shape.linearLayers > 0)
    warnings.push(
      `${shape.linearLayers} of ${shape.layers} layers are not attention: their working set is assumed to equal that of an attention layer`,
    );
  return warnings;
}

function expertsWarning(spec: RunSpec): string {
  if (quantisesExperts(spec))
    return spec.experts === "auto"
      ? `fused experts are assumed to be quantised too, as ${spec.stack} does since June 2026 (gpt-oss since August 2025): earlier releases leave them in two bytes (--experts two-bytes)`
      : "fused experts are assumed to be quantised too, as you stated: bitsandbytes alone leaves them in two bytes";
  const remedy =
    STACKS[spec.stack].quantisesExperts === "never" ? "" : "; quantised too they take a third (--experts quantised)";
  return `fused experts are assumed to stay in two bytes, as bitsandbytes leaves them: a 26B mixture loaded 46.4 GiB as "4-bit" (training-model.md §1.3)${remedy}`;
}

/** True if a library trains fp32 weights in a run with bf16 throughout. @source training-model.md §1.2 */
function keepsMaster(spec: RunSpec): boolean {
  const { master } = STACKS[spec.stack];
  return master === "always" || (master === "sharded" && shardingOf(spec) === "fsdp");
}

function runWarnings(spec: RunSpec): string[] {
  const warnings: string[] = [];
  const { hasCritic, row } = OBJECTIVES[spec.objective];
  if (!spec.packing)
    warnings.push(
      "lengths vary: the longest batch is assumed to fill the sequence, and the allocator to keep blocks of shorter ones; it keeps less if its cache is emptied or segments are expandable",
    );
  if (spec.stack === "unsloth")
    warnings.push('checkpoints are assumed to be in host memory, as with use_gradient_checkpointing="unsloth"');
  if (spec.stack === "hf" && isBitsandbytes(spec))
    warnings.push(
      "norms and adapters are assumed to be in two bytes, as TRL 1.16 leaves them: scripts that call peft's prepare_model_for_kbit_training, and TRL before 2026, keep them in fp32 and need up to twice the checkpoints",
    );
  const isPreference = row === "pair" || row === "answer";
  if (isPreference && STACKS[spec.stack].twoBytePreference && spec.lossPath === "unfused" && spec.precision === "bf16")
    warnings.push(
      "logits are assumed to stay in two bytes: under autocast (bf16: true, TRL's default since 0.20) they are upcast and take 16 B each; TRL 1.16 holds none of them (--loss-path chunked)",
    );
  if (isFull(spec) && spec.precision === "bf16" && keepsMaster(spec))
    warnings.push(
      `${spec.stack} keeps an fp32 master of weights that it trains${STACKS[spec.stack].master === "sharded" ? " under FSDP" : ""}: bf16 is treated as bf16-mixed here; bf16 throughout, as torchtune and scripts on FSDP2 train, takes half the weights and state`,
    );
  if (spec.optimizer.startsWith("paged"))
    warnings.push(
      "paged optimizer state is counted on the GPU as far as there is space; the remainder moves to host memory, which slows the steps, and is ignored when checking whether the run fits",
    );
  if (hasCritic)
    warnings.push(
      "critic and reward model are assumed to be as large as the policy, without the head over the vocabulary",
    );
  if (row === "prompt" && spec.rolloutEngine === "sleeping")
    warnings.push("the engine is assumed to sleep while the run trains: awake, its share is added");
  return warnings;
}
