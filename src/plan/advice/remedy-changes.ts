import { formatNumber } from "../../base/units.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { quantisesExperts } from "../memory/memory-facts.ts";
import { isBitsandbytes } from "../memory/memory-formats.ts";
import type { TrainRun } from "../memory/memory.ts";
import { FLEET_COUNTS } from "../fleet/fleet-layout.ts";

/** A change that may reduce the memory of a run, before its effect is known. */
export type Change = {
  id: string;
  /** Changes of one kind are alternatives, the smaller one first: two micro-batches, two larger GPUs. */
  kind: string;
  words: string;
  /** True if it also changes what the model learns, rather than only how that is computed. */
  changesTraining: boolean;
  /** True if it needs machines that the run does not have. */
  needsMachines: boolean;
  /** True if it must cost time. Equal speeds then mean that its cost is not modelled, rather than that it is zero. */
  costsTime: boolean;
  apply: (run: TrainRun) => TrainRun;
};

/** A change as its rule returns it. */
type Effect = Omit<Change, "kind">;

type Rule = (run: TrainRun, gpus: readonly Gpu[]) => Effect[];

/** All possible changes that are not already part of the run. */
export function remedyChanges(run: TrainRun, gpus: readonly Gpu[]): Change[] {
  return RULES.flatMap((rule) => rule(run, gpus).map((change) => ({ ...change, kind: KINDS.get(rule) ?? change.id })));
}

const RULES: readonly Rule[] = [
  chunkedLoss,
  accumulation,
  checkpointing,
  flashAttention,
  smallOptimizer,
  offload,
  sharding,
  moreGpus,
  largerGpu,
  fewerTrained,
  fourBitExperts,
  shorterSequence,
];

/** Rules whose changes are steps of the same kind. */
const KINDS = new Map<Rule, string>([
  [accumulation, "micro-batch"],
  [smallOptimizer, "optimizer"],
  [moreGpus, "more-gpus"],
  [largerGpu, "larger-gpu"],
  [offload, "offload"],
  [fewerTrained, "fewer-trained"],
]);

const PLAIN = { changesTraining: false, needsMachines: false, costsTime: false } as const;

/** A change of spec fields. */
function fields(change: Partial<RunSpec>): Change["apply"] {
  return (run) => ({ ...run, spec: { ...run.spec, ...change } });
}

function chunkedLoss({ spec }: TrainRun): Effect[] {
  if (spec.lossPath === "chunked") return [];
  const words = "a chunked loss, such as Liger's or cut cross-entropy (--loss-path chunked)";
  return [{ ...PLAIN, id: "chunked-loss", words, apply: fields({ lossPath: "chunked" }) }];
}

/** Half the micro-batch, and one sequence per micro-step, at the same batch per optimizer step. */
function accumulation({ spec }: TrainRun): Effect[] {
  const { batchSequences: batch, gradAccum } = spec;
  if (batch === 1) return [];
  const sizes = new Set(batch % 2 === 0 ? [batch / 2, 1] : [1]);
  return [...sizes].map((batchSequences) => {
    const steps = (batch / batchSequences) * gradAccum;
    return {
      ...PLAIN,
      id: `micro-batch-${batchSequences}`,
      words: `micro-batch ${batchSequences} with ${steps} accumulation steps (--batch-sequences ${batchSequences} --grad-accum ${steps})`,
      apply: fields({ batchSequences, gradAccum: steps }),
    };
  });
}

function checkpointing({ spec }: TrainRun): Effect[] {
  if (spec.checkpointing === "full") return [];
  const words = "checkpointing of whole layers (--checkpointing full)";
  return [{ ...PLAIN, costsTime: true, id: "checkpointing", words, apply: fields({ checkpointing: "full" }) }];
}

function flashAttention({ spec, gpu }: TrainRun): Effect[] {
  if (spec.attention !== "eager" || !gpu.bf16Native) return [];
  return [
    {
      ...PLAIN,
      id: "flash-attention",
      words: "flash attention (--attention flash)",
      apply: fields({ attention: "flash" }),
    },
  ];
}

function smallOptimizer({ spec }: TrainRun): Effect[] {
  if (!["adamw", "adamw-fused", "paged-adamw"].includes(spec.optimizer)) return [];
  const fused: Effect[] =
    spec.optimizer === "adamw"
      ? [
          {
            ...PLAIN,
            id: "fused-optimizer",
            words: "AdamW without temporaries (--optimizer adamw-fused)",
            apply: fields({ optimizer: "adamw-fused" }),
          },
        ]
      : [];
  const eight = "8-bit Adam moments (--optimizer adamw-8bit)";
  return [...fused, { ...PLAIN, id: "8-bit-optimizer", words: eight, apply: fields({ optimizer: "adamw-8bit" }) }];
}

function offload({ spec }: TrainRun): Effect[] {
  if (spec.offload !== "none") return [];
  const words = { optimizer: "optimizer state", activations: "checkpoints" } as const;
  return (["activations", "optimizer"] as const).map((part) => ({
    ...PLAIN,
    costsTime: true,
    id: `offload-${part}`,
    words: `${words[part]} in host memory (--offload ${part})`,
    apply: fields({ offload: part }),
  }));
}

/** Splitting state over the GPUs of the run. */
function sharding({ spec }: TrainRun): Effect[] {
  const isSplit = spec.sharding !== "none" || spec.gpuCount === 1;
  if (isSplit || !STACKS[spec.stack].shardings.includes("fsdp")) return [];
  const words = `state split over the ${spec.gpuCount} GPUs (--sharding fsdp)`;
  return [{ ...PLAIN, costsTime: true, id: "fsdp", words, apply: fields({ sharding: "fsdp" }) }];
}

/** The run split over twice as many GPUs of its kind, or more, with an unchanged micro-batch per GPU. */
function moreGpus({ spec }: TrainRun): Effect[] {
  if (STACKS[spec.stack].shardings.length === 1) return [];
  const split: RunSpec["sharding"] = spec.sharding === "none" || spec.gpuCount === 1 ? "auto" : spec.sharding;
  return FLEET_COUNTS.filter((count) => count > spec.gpuCount && count <= spec.gpuCount * 8).map((gpuCount) => ({
    ...PLAIN,
    needsMachines: true,
    id: `gpus-${gpuCount}`,
    words: `${gpuCount} GPUs with state split over them (--gpu-count ${gpuCount})`,
    apply: fields({ gpuCount, sharding: split }),
  }));
}

/** The next larger memory sizes of the same vendor, one GPU for each. */
function largerGpu({ gpu, spec }: TrainRun, gpus: readonly Gpu[]): Effect[] {
  const larger = gpus
    .filter(
      (other) =>
        other.memoryGib > gpu.memoryGib && other.vendor === gpu.vendor && (other.bf16Native || !gpu.bf16Native),
    )
    .toSorted((a, b) => a.memoryGib - b.memoryGib);
  const firsts = larger.filter((other, index) => other.memoryGib !== larger[index - 1]?.memoryGib);
  return firsts.map((other) => ({
    ...PLAIN,
    needsMachines: true,
    id: `gpu-${other.id}`,
    words: `${spec.gpuCount} × ${other.id} with ${formatNumber(other.memoryGib)} GiB (--gpu ${other.id})`,
    apply: (run) => ({ ...run, gpu: other, spec: { ...run.spec, gpu: other.id } }),
  }));
}

function fewerTrained({ spec }: TrainRun): Effect[] {
  const changes: Effect[] = [];
  const has4Bit = STACKS[spec.stack].baseFormats.length > 0;
  if (spec.method === "full")
    changes.push({
      ...PLAIN,
      changesTraining: true,
      id: "lora",
      words: "adapters instead of all weights (--method lora)",
      apply: fields({ method: "lora" }),
    });
  if (spec.method !== "qlora" && spec.method !== "pretrain" && has4Bit)
    changes.push({
      ...PLAIN,
      changesTraining: true,
      id: "qlora",
      words: "a 4-bit frozen base model (--method qlora)",
      apply: fields({ method: "qlora" }),
    });
  return changes;
}

/** Quantising fused experts along with a 4-bit base, if the library supports this but does not do it by default. */
function fourBitExperts({ shape, spec }: TrainRun): Effect[] {
  const isOpen = shape.experts !== null && isBitsandbytes(spec) && !quantisesExperts(spec);
  if (!isOpen || STACKS[spec.stack].quantisesExperts === "never") return [];
  return [
    {
      ...PLAIN,
      changesTraining: true,
      costsTime: true,
      id: "quantised-experts",
      words: `experts quantised too, as ${EXPERT_SETTING[spec.stack] ?? "the library does"} (--experts quantised)`,
      apply: fields({ experts: "quantised" }),
    },
  ];
}

/** Libraries that quantise fused experts, and the setting that enables it. */
const EXPERT_SETTING: Partial<Record<RunSpec["stack"], string>> = {
  axolotl: "quantize_moe_experts does",
  hf: "bitsandbytes' replace_parameter_4bit does in a script, or as axolotl and Unsloth do",
};

/** Half the sequence length with twice the sequences per optimizer step; longer rows are truncated. */
function shorterSequence({ spec }: TrainRun): Effect[] {
  const half = Math.floor(spec.sequenceTokens / 2);
  if (half < 128) return [];
  return [
    {
      ...PLAIN,
      changesTraining: true,
      id: "shorter-sequence",
      words: `sequences of ${formatNumber(half, 9)} tokens; longer rows are truncated (--sequence-tokens ${half})`,
      apply: fields({ sequenceTokens: half }),
    },
  ];
}
