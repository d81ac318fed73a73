import { Failure } from "../../base/failure.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { FactOverrides } from "../memory/memory-facts.ts";
import type { SpeedFacts } from "../speed/step-run.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import type { RowText } from "./row-text.ts";
import { rowAlternatives } from "./row-alternatives.ts";
import { longestRowTokens, memoryGap, rowFacts } from "./training-row-facts.ts";
import { gpuOfRow, standInGpu } from "./training-row-gpu.ts";
import { type RowMethod, rowMethod } from "./training-row-method.ts";
import { adapterGap, isPaddedRow, rowLayout, rowSpeedFacts, speedGap } from "./training-row-speed.ts";
import { storesScores } from "./stored-scores.ts";
import { rowStack } from "./training-row-stack.ts";
import {
  checkpointingOf,
  isUncast,
  lossPathOf,
  offloadOf,
  optimizerOf,
  precisionOf,
  quantisationOf,
  shardingOfRow,
  targetsOf,
} from "./training-row-words.ts";

/** Catalogue look-ups of the check; they throw a Failure for an unknown name. */
export type Catalogue = {
  findModel: (name: string) => ModelShape;
  findGpu: (name: string) => Gpu;
  /** Knowledge about a row beyond its columns. Only a calibration, whose sources a person has read, passes it. */
  knownOfRow?: (text: RowText) => RowKnowledge;
};

/** Columns that replace a row's own, and facts that no column can state. */
export type RowKnowledge = { columns: Readonly<Record<string, string>>; memory: FactOverrides; speed: SpeedFacts };

/**
 * A measured row parsed as a run. `noMemory` and `noSpeed` state why a quantity cannot be estimated although the run
 * itself was parsed.
 */
export type RowRun = {
  run: SpeedRun;
  /** Variants that the row does not exclude; the range of its estimate covers all of them. */
  otherwise: SpeedRun[];
  noMemory: string | undefined;
  noSpeed: string | undefined;
  /** False if the row names no GPU of the catalogue; memory is then that of a replacement GPU. */
  isGpuKnown: boolean;
};

type Fields = Readonly<Record<string, string | undefined>>;

/** Columns with measured values in any unit, or remarks, which no estimate may use. */
const UNREAD = /^(peak_mem_.*|tokens_per_s_per_gpu|mfu|wall_minutes|notes)$/;

/** Parses a row as a run, or returns the reason why it cannot. Never reads a measured column or `notes`. */
export function rowRun(all: Fields, catalogue: Catalogue): RowRun | Refusal {
  const fields: Fields = Object.fromEntries(Object.entries(all).filter(([column]) => !UNREAD.test(column)));
  const stack = rowStack(fields["stack"] ?? "");
  const written: RowText = (column) => (column === "stack" ? stack.name : (fields[column] ?? "").trim());
  const known = catalogue.knownOfRow?.(written);
  const text: RowText = (column) => known?.columns[column] ?? written(column);
  for (const column of ["model", "method"]) if (text(column) === "") return refuse(`${column} not stated`);
  const method = rowMethod(text);
  if ("refused" in method) return method;
  // Automatic mixed precision keeps fp32 weights and casts them in each forward.
  const isAmp = text("precision") === "fp16" && /\bamp\b/.test(text("extra_facts"));
  const uncast = isUncast(text, method.method) ? "fp32" : undefined;
  const precision = isAmp ? "bf16-mixed" : (uncast ?? precisionOf(text("precision"), !isFull(method)));
  if (!precision) return refuse(`precision ${text("precision")} is not covered`);
  let shape: ModelShape;
  try {
    shape = catalogue.findModel(text("model"));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return refuse(hinted(error));
  }
  const spec = specOf(text, { method, precision, stack: engineStack(text, stack.spec) });
  if ("refused" in spec) return spec;
  const gpu = gpuOfRow(text, catalogue.findGpu);
  const rowGpu = gpu instanceof Failure ? standInGpu(text) : gpu;
  const scores = storesScores(text, { shape, spec, gpu: rowGpu }) ? { eagerAttention: true } : {};
  const run = {
    shape,
    spec,
    gpu: rowGpu,
    facts: { ...scores, ...rowFacts(text, spec), ...known?.memory },
    stack: stack.speed,
    isOfUnknownStack: stack.speed === "unknown",
    speed: { ...rowSpeedFacts(text), ...known?.speed },
  };
  return {
    run,
    otherwise: rowAlternatives(text, run),
    noMemory: memoryGap(text) ?? adapterGap(text),
    noSpeed: gpu instanceof Failure ? hinted(gpu) : (speedGap(text) ?? adapterGap(text)),
    isGpuKnown: !(gpu instanceof Failure),
  };
}

/**
 * Stack of a run in which ms-swift or verl trains with Megatron-Core, as named in the layout. If the layout splits
 * nothing, a spec can express this only as a stack.
 */
function engineStack(text: RowText, stack: RunSpec["stack"]): RunSpec["stack"] {
  if (!text("parallelism").startsWith("megatron")) return stack;
  const layout = rowLayout(text);
  const isSplit = Object.values(layout).some((degree) => degree > 1);
  return isSplit && STACKS[stack].layouts === "megatron" ? stack : "nemo";
}

function specOf(
  text: RowText,
  { method, precision, stack }: { method: RowMethod; precision: RunSpec["precision"]; stack: RunSpec["stack"] },
): RunSpec | Refusal {
  const count = (column: string, otherwise: number): number => {
    const value = Number(text(column));
    return text(column) === "" || !Number.isInteger(value) || value < 1 ? otherwise : value;
  };
  const gpus = count("n_gpus", 1);
  const layout = rowLayout(text);
  const copies = Math.max(
    1,
    Math.floor(gpus / (layout.tensorParallel * layout.pipelineParallel * layout.contextParallel)),
  );
  const global = count("global_batch", copies * count("micro_batch", 1));
  // A micro-batch larger than the GPU's share of the global batch is never full. torchtitan states the batch of a whole
  // pipeline and divides it into one micro-batch per stage.
  const cut = stack === "torchtitan" ? layout.pipelineParallel : 1;
  const micro = Math.max(
    1,
    Math.round(Math.min(count("micro_batch", 1), Math.max(1, Math.ceil(global / copies))) / cut),
  );
  const accumulated = Math.round(global / (copies * micro));
  const optimizer = optimizerOf(text("optimizer"), stack);
  if (!optimizer) return refuse(`optimizer ${text("optimizer")} is not covered`);
  const longest = longestRowTokens(text);
  const parsed = RunSpec.safeParse({
    model: text("model"),
    ...method,
    ...(method.method === "qlora" ? { quantisation: quantisationOf(text) } : {}),
    loraRank: count("lora_rank", text("stack") === "fsdp-qlora" ? 64 : 8),
    // Default adapter targets of ms-swift and fsdp_qlora.
    loraTargets:
      ["ms-swift", "fsdp-qlora"].includes(text("stack")) && text("lora_targets") === ""
        ? "all-linear"
        : targetsOf(text("lora_targets")),
    sequenceTokens: Math.min(count("seq_len", longest ?? UNSTATED_TOKENS), longest ?? Infinity),
    batchSequences: micro,
    gradAccum: count("grad_accum", Math.max(1, accumulated)),
    checkpointing: checkpointingOf(text),
    precision,
    optimizer,
    offload: offloadOf(text),
    // A trainer step measured without its engine: the answers were sampled elsewhere.
    ...(/\bno rollouts\b|without rollouts/.test(text("extra_facts")) ? { rolloutEngine: "server" as const } : {}),
    lossPath: lossPathOf(`${text("kernels")} ${text("extra_facts")}`),
    stack,
    packing: !isPaddedRow(text),
    gpu: text("gpu") === "" ? "unstated" : text("gpu"),
    gpuCount: gpus,
    sharding: shardingOfRow(text("parallelism"), stack),
    ...layout,
  });
  return parsed.success ? parsed.data : refuse(`the row is not a run: ${parsed.error.issues[0]!.message}`);
}

/**
 * Maximum length of padded rows if none is stated; the actual lengths matter more than the maximum. Other rows without
 * a length are refused.
 */
const UNSTATED_TOKENS = 2048;

function refuse(refused: string): Refusal {
  return { refused, hint: "supply the fact in its column, or omit the row" };
}

function hinted({ message, hint }: Failure): string {
  return `${message}${hint ? ` (${hint})` : ""}`;
}
