import { Failure } from "../../base/failure.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import type { RowText } from "./row-text.ts";
import { isUnsaid, rowAlternatives } from "./row-alternatives.ts";
import { longestRowTokens, memoryGap, rowFacts } from "./training-row-facts.ts";
import { gpuOfRow, STAND_IN_GPU } from "./training-row-gpu.ts";
import { type RowMethod, rowMethod } from "./training-row-method.ts";
import { adapterGap, isPaddedRow, rowLayout, rowSpeedFacts, speedGap } from "./training-row-speed.ts";
import { completedText, SINGLE_TABLE_FACTS, type SingleTableFact, singleTableFacts } from "./single-table-facts.ts";
import { rowStack } from "./training-row-stack.ts";

/** The catalogue as the check needs it, passed in; look-ups throw a Failure for an unknown name. */
export type Catalogue = {
  findModel: (name: string) => ModelShape;
  findGpu: (name: string) => Gpu;
  /** What rows of single tables leave unsaid; the published tables' where left out. */
  singleTables?: readonly SingleTableFact[];
};

/**
 * A measured row as a run. `noMemory` and `noSpeed` say why a quantity cannot be estimated for this row although the
 * run is understood.
 */
export type RowRun = {
  run: SpeedRun;
  /** What the run may have been too, where the row does not say it: the range of its estimate holds all. */
  otherwise: SpeedRun[];
  noMemory: string | undefined;
  noSpeed: string | undefined;
  /** False where the row names no GPU of the catalogue: memory is that of a card which stands in for it. */
  isGpuKnown: boolean;
};

type Fields = Readonly<Record<string, string | undefined>>;

/** Columns that hold measured values: nothing of an estimate may look at them. */
const MEASURED_COLUMNS = ["peak_mem_gib", "tokens_per_s_per_gpu", "mfu", "wall_minutes", "notes"] as const;

/** Reads a row as a run, or says why not. Never reads a measured column or `notes`. */
export function rowRun(all: Fields, catalogue: Catalogue): RowRun | Refusal {
  const fields: Fields = Object.fromEntries(
    Object.entries(all).filter(([column]) => !(MEASURED_COLUMNS as readonly string[]).includes(column)),
  );
  const stack = rowStack(fields["stack"] ?? "");
  const tables = catalogue.singleTables ?? SINGLE_TABLE_FACTS;
  const text = completedText((column) => (column === "stack" ? stack.name : (fields[column] ?? "").trim()), tables);
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
  const ofTable = singleTableFacts(text, tables);
  const run = {
    shape,
    spec,
    gpu: gpu instanceof Failure ? STAND_IN_GPU : gpu,
    facts: { ...rowFacts(text, spec), ...ofTable.memory },
    stack: stack.speed,
    isOfUnknownStack: stack.speed === "unknown",
    speed: { ...rowSpeedFacts(text), ...ofTable.speed },
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
 * True of 4-bit training without autocast: PEFT's preparation makes fp32 of all that is not quantised, and bitsandbytes
 * computes in fp32 where no `bnb_4bit_compute_dtype` is set.
 * @source peft `prepare_model_for_kbit_training`; transformers `BitsAndBytesConfig`, whose default is torch.float32
 */
function isUncast(text: RowText, method: RunSpec["method"]): boolean {
  const said = `${text("kernels")} ${text("extra_facts")}`;
  const computesHalf = /compute_dtype=(torch\.)?(bf16|bfloat16|fp16|float16)/i.test(said);
  return method === "qlora" && /(\bno|without) autocast\b/i.test(said) && !computesHalf;
}

/**
 * ms-swift and verl name Megatron-Core in the layout where it trains for them; where the layout splits nothing, a spec can
 * ask for it as a stack alone.
 */
function engineStack(text: RowText, stack: RunSpec["stack"]): RunSpec["stack"] {
  if (!text("parallelism").startsWith("megatron")) return stack;
  const layout = rowLayout(text);
  const isSplit = Object.values(layout).some((degree) => degree > 1);
  return isSplit && STACKS[stack].layouts === "megatron" ? stack : "nemo";
}

/**
 * Precision of the arithmetic by its usual spellings: `bfloat16`, `fp16-mixed`, `TF32`. Weights that are trained in fp16
 * alone take what bf16 does.
 */
function precisionOf(written: string, isFrozen: boolean): RunSpec["precision"] | undefined {
  const name = written.toLowerCase();
  if (/^(fp16|float16|f16|half)/.test(name) && isFrozen) return "fp16";
  const isHalf = /^(bf16|bfloat16|fp16|float16|f16|half)/.test(name);
  if (isHalf) return /mixed|amp|autocast/.test(name) ? "bf16-mixed" : "bf16";
  if (/^(fp32|float32|f32|tf32)/.test(name)) return "fp32";
  if (name === "" || name === "nvfp4") return name === "" ? "bf16" : name;
  return /^(mx-?|e4m3 ?)?(fp|float)8/.test(name) ? "fp8" : undefined;
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
  // A micro-batch larger than the GPU's share of the whole batch is never filled.
  // torchtitan states the batch of a pipeline whole, and cuts it into one micro-batch per stage.
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
    // What ms-swift and fsdp_qlora adapt where nothing else is said.
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
    // A trainer's step that is measured without its engine is one whose answers were sampled elsewhere.
    ...(/\bno rollouts\b|without rollouts/.test(text("extra_facts")) ? { rolloutEngine: "server" as const } : {}),
    lossPath: lossPathOf(`${text("kernels")} ${text("extra_facts")}`),
    stack,
    packing: !isPaddedRow(text),
    gpu: text("gpu") === "" ? "unstated" : text("gpu"),
    gpuCount: gpus,
    sharding: shardingOfRow(text("parallelism"), stack),
    ...layout,
  });
  return parsed.success ? parsed.data : refuse(`the row is no run: ${parsed.error.issues[0]!.message}`);
}

function optimizerOf(name: string, stack: RunSpec["stack"]): RunSpec["optimizer"] | undefined {
  if (/galore|badam|lora-fa|offload/i.test(name)) return undefined;
  if (/adafactor/i.test(name)) return "adafactor";
  if (/^sgd/i.test(name)) return "sgd";
  if (name !== "" && !/adam/i.test(name)) return undefined;
  if (/8.?bit/i.test(name)) return /paged/i.test(name) ? "paged-adamw-8bit" : "adamw-8bit";
  if (/paged/i.test(name)) return "paged-adamw";
  // Stochastic rounding goes with an optimizer that updates in place, without lists of temporaries.
  return /fused|adamw_?bf16|stochastic/i.test(name) || stack === "torchtune" ? "adamw-fused" : "adamw";
}

/** Format of a quantised base. bitsandbytes' 4 bits are NF4; integers of 4 bits are GPTQ's or AWQ's. */
function quantisationOf(text: RowText): RunSpec["quantisation"] {
  const quant = text("quant").toLowerCase();
  if (quant.includes("awq")) return "awq";
  if (quant.includes("gptq")) return /int8|8.?bit/.test(quant) ? "gptq-int8" : "gptq";
  if (/int8|8.?bit/.test(quant)) return "int8";
  if (quant.startsWith("int4")) return "gptq";
  // fms-acceleration's plugin quantises the constants too.
  return /dq|double/.test(quant) || /peft-bnb/.test(text("kernels")) ? "nf4-double" : "nf4";
}

function targetsOf(text: string): RunSpec["loraTargets"] {
  if (/mlp|all|gate|up_proj|w1/i.test(text)) return "all-linear";
  return /^(q_proj )?v_proj/.test(text) ? "qv" : "attention";
}

function lossPathOf(kernels: string): RunSpec["lossPath"] {
  if (/materiali[sz]es logits/.test(kernels)) return "fused";
  if (/(?<!no )liger\b(?!=false)|chunked(_CE=yes|-)|cut-cross|LC-CE/.test(kernels)) return "chunked";
  return /foak|fast-kernels/.test(kernels) ? "fused" : "unfused";
}

function offloadOf(text: RowText): RunSpec["offload"] {
  // The example of ms-swift that a row names says so, where its columns do not.
  if (/megatron\/.*_offload\.sh/.test(text("source_ref"))) return "optimizer";
  if (/activation-offload/.test(`${text("kernels")} ${text("extra_facts")}`)) return "activations";
  const layout = text("parallelism").toLowerCase();
  if (!/offload|zero\d-cpu/.test(layout)) return "none";
  // ZeRO's first two stages keep the weights on the card.
  return ["1", "2"].includes(zeroStage(layout) ?? "") ? "optimizer" : "parameters";
}

/** Stage of ZeRO in `zero3`, `ZeRO-2` and `DeepSpeed ZeRO stage 1`; undefined where none is said. */
function zeroStage(layout: string): string | undefined {
  return /zero[^a-z\d]*(?:stage[^a-z\d]*)?([123])/.exec(layout)?.[1];
}

function shardingOfRow(parallelism: string, stack: RunSpec["stack"]): RunSpec["sharding"] {
  const layout = parallelism.toLowerCase();
  const stage = /shard.grad.op/.test(layout) ? "2" : zeroStage(layout);
  if (stage === "1" || stage === "2") return `zero${stage}`;
  if (layout.includes("zero")) return "zero3";
  if (/fsdp(?!0)|hsdp|full.shard/.test(layout)) return "fsdp";
  return stack === "nemo" || layout.startsWith("megatron") ? "auto" : "none";
}

/**
 * Megatron recipes recompute nothing unless they say so. The Trainer of Transformers does not either, so that adapters on
 * a base in 16 bits have no checkpoints where nobody says it; PEFT's preparation for 4- and 8-bit training turns them on,
 * and recipes of full training mostly do.
 * @source transformers `TrainingArguments.gradient_checkpointing` (False), peft `prepare_model_for_kbit_training`
 *   (`use_gradient_checkpointing=True`)
 */
function checkpointingOf(text: RowText): RunSpec["checkpointing"] {
  const said = text("grad_ckpt").toLowerCase();
  if (/^(no|false|off|none|0)$/.test(said)) return "none";
  if (said === "selective") return said;
  const isMegatron = rowStack(text("stack")).spec === "nemo" || text("parallelism").startsWith("megatron");
  if (said === "unknown" && isMegatron) return "none";
  if (/SELECTIVE activation|per-op SAC|others SELECTIVE/i.test(text("extra_facts"))) return "selective";
  const isOfTrainer = ["hf-script", "hf-peft"].includes(text("stack"));
  const isFrozen = text("quant") === "" && /lora|adapter|peft/i.test(text("method"));
  return isUnsaid(said) && isOfTrainer && isFrozen ? "none" : "full";
}

/** Cap on padded rows where none is stated; their lengths decide, not the cap. Other rows are refused without one. */
const UNSTATED_TOKENS = 2048;

function refuse(refused: string): Refusal {
  return { refused, hint: "supply the fact in its column, or leave the row out" };
}

function hinted({ message, hint }: Failure): string {
  return `${message}${hint ? ` (${hint})` : ""}`;
}
