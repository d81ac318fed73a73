import type { RunSpec } from "../../domain/run-spec.ts";
import type { FactOverrides } from "../memory/memory-facts.ts";
import { isBitsandbytes, LIGER_LOGIT_BYTES, LOGIT_BYTES } from "../memory/memory-formats.ts";
import { memoryBudgetOf } from "./memory-budget.ts";
import type { RowText } from "./row-text.ts";
import { rowVersions } from "./row-versions.ts";
import { rowStack } from "./training-row-stack.ts";

/**
 * Length of the longest row of a data set (`longest row of 1,040 tokens`), for a run that states no length or only a
 * maximum. A run without a fixed length sometimes pads to this row, which then determines its peak.
 */
export function longestRowTokens(text: RowText): number | undefined {
  const isPadded = /packed=no/.test(text("extra_facts"));
  if (text("seq_len") !== "" && !isPadded && !isCap(text)) return undefined;
  const stated = /\blongest (?:row|sample|sequence) (?:of|has) ([\d,]+) tokens\b/i.exec(text("extra_facts"))?.[1];
  const tokens = Number(stated?.replaceAll(",", ""));
  return tokens >= 1 ? tokens : undefined;
}

/** True if the stated length is a maximum that rows need not reach. */
export function isCap(text: RowText): boolean {
  return /\bis (?:the|a) cap\b|\bcap of the (row|sequence)|\bmax(?:imum)? input \d/i.test(text("extra_facts"));
}

/** Memory facts of a row for which a run spec has no field. Properties of a library are not facts of a row. */
export function rowFacts(text: RowText, spec: RunSpec): FactOverrides {
  const facts: FactOverrides = { ...rowVersions(text), ...libraryFacts(text, spec), ...kernelFacts(text, spec) };
  const trained = trainedParams(text);
  if (trained > 0 && spec.method !== "full" && spec.method !== "pretrain") facts.adapterParams = trained;
  const adapted = text("lora_targets").split(" ");
  if (adapted.every((name) => /^[a-z]+_proj$/.test(name))) facts.adapted = adapted.map((name) => name.slice(0, -5));
  if (/wte|embed/.test(text("lora_targets")) && trained === 0) facts.trainedEmbeddings = true;
  if (text("lora_targets") === "adapter")
    facts.adapterKind = /adapter v2/i.test(`${text("source_ref")} ${text("extra_facts")}`) ? "scale" : "prefix";
  if (/device_map/.test(text("parallelism"))) facts.stages = Math.max(1, Number(text("n_gpus")));
  if (text("attention") === "eager") facts.eagerAttention = true;
  const every = /\bevery (\d+)(?:nd|rd|th) layer\b/.exec(text("extra_facts"))?.[1];
  if (spec.checkpointing === "selective" && every !== undefined) facts.recomputedEvery = Number(every);
  const budget = memoryBudgetOf(text);
  if (budget !== undefined) facts.memoryBudget = budget;
  // If rows are truncated, batches of the maximum length are frequent.
  if (spec.stack === "litgpt" && /\bcut at\b|truncated/.test(text("extra_facts"))) facts.heldBefore = 1;
  if (/\bweights loaded in fp32\b/.test(text("extra_facts")) && spec.method !== "qlora")
    Object.assign(facts, { linearWeightBytes: 4, otherWeightBytes: 4 });
  const virtualStages = Number(
    /_vp(\d+)/.exec(text("parallelism"))?.[1] ?? (/interleaved/i.test(text("extra_facts")) ? 2 : 1),
  );
  if (virtualStages > 1) facts.virtualStages = virtualStages;
  // Megatron-LM's arguments, which its callers pass on, reduce the gradients of bf16 runs in fp32.
  const isCaller = rowStack(text("stack")).spec !== "nemo" || text("stack") === "primus";
  if (spec.stack === "nemo" && isCaller) facts.gradientBytes = 4;
  if (/\bgradients (?:are )?reduced in bf16\b/.test(text("extra_facts")) && spec.stack === "nemo")
    facts.gradientBytes = 2;
  Object.assign(facts, shardFacts(text), lossFacts(text));
  return facts;
}

/**
 * Duration for which FSDP keeps gathered weights, and the number of GPUs over which it shards if the other GPUs hold
 * copies.
 * @source torch.distributed.fsdp `fully_shard(reshard_after_forward=False)`; `ShardingStrategy.HYBRID_SHARD`
 */
function shardFacts(text: RowText): FactOverrides {
  const copies = Number(/\bhsdp\b.*[_ ](?:dp|replicate|ddp)_?(\d+)/i.exec(text("parallelism"))?.[1] ?? 1);
  return {
    ...(/\bno reshard after forward\b|\breshard_after_forward=(?:false|never)/i.test(text("extra_facts"))
      ? { gathersAll: true }
      : {}),
    ...(copies > 1 ? { copies } : {}),
  };
}

/**
 * Facts of a loss at single positions, such as a classifier's loss at the first token of an answer: its logits are
 * negligible.
 */
function lossFacts(text: RowText): FactOverrides {
  return /\blogits (?:at|of) one position\b/i.test(text("extra_facts")) ? { logitBytes: 0 } : {};
}

/**
 * Bytes per logit of torchtitan's compiled loss, which it compiles in addition to the model since 2025: logits and
 * their gradient in two bytes. The fp32 copies between them are never written.
 * @source torchtitan `compile.components`: model and loss
 */
const COMPILED_LOGIT_BYTES = 4;

/** True if torch.compile is stated to be on, in the column of kernels or elsewhere. */
export function isCompiled(text: RowText): boolean {
  return /(?<!\b(?:no|not|without)[ -])\bcompiled?\b/i.test(`${text("kernels")} ${text("extra_facts")}`);
}

/** True for scripts and unknown trainers on Hugging Face's model code. */
function isOwnCode(text: RowText): boolean {
  return text("stack") === "hf-script" || rowStack(text("stack")).speed === "unknown";
}

/** Memory effects of named kernels, and of a library's loss. */
function kernelFacts(text: RowText, spec: RunSpec): FactOverrides {
  const kernels = text("kernels");
  const facts: FactOverrides = {};
  if (/optimizer-in-backward|optimizer_in_bwd/.test(`${kernels} ${text("optimizer")}`)) facts.gradientBytes = 0;
  if (/\bcompile\b|foak|fast-kernels|liger/.test(kernels)) facts.fusedKernels = true;
  if (/liger/.test(kernels) && spec.lossPath === "fused") facts.logitBytes = LIGER_LOGIT_BYTES;
  // Log-probabilities that are computed row by row from two-byte logits are TRL's, and those of libraries built on it.
  if (["dpo", "ipo", "kto"].includes(spec.objective) && isOwnCode(text) && spec.lossPath === "unfused")
    facts.logitBytes = LOGIT_BYTES.dpoUpcast.unfused;
  if (/scattermoe|grouped/.test(kernels)) facts.expertsInLoop = false;
  // fms-acceleration's plugin does not cast the norms to fp32.
  if (/accelerated-peft/.test(kernels) && spec.method === "qlora") facts.residualBytes = 2;
  // With compilation, torchtune's loss chunks keep no log-softmax: only the two-byte logits remain.
  const isRecent = rowVersions(text).era !== "2024";
  if (spec.stack === "torchtitan" && spec.lossPath === "unfused" && isCompiled(text) && isRecent)
    facts.logitBytes = COMPILED_LOGIT_BYTES;
  if (spec.stack === "torchtune" && spec.lossPath === "chunked" && /\bcompile\b/.test(kernels)) facts.logitBytes = 2;
  return facts;
}

/** Trained parameters as stated; if the extra facts give them in millions, the column lacks the unit. */
function trainedParams(text: RowText): number {
  const millions = /trainable=([\d.]+)M/.exec(text("extra_facts"))?.[1];
  return millions === undefined ? Number(text("trainable_params")) : Number(millions) * 1e6;
}

/**
 * The run empties the allocator's cache every few steps, so that fragmentation does not build up.
 * @source transformers `TrainingArguments.torch_empty_cache_steps`
 */
const EMPTIES_CACHE = /\btorch_empty_cache_steps=[1-9]/;

/** Library behaviour that a spec cannot express; `peft_type` is PEFT's name of an adapter. */
function libraryFacts(text: RowText, spec: RunSpec): FactOverrides {
  const facts = text("extra_facts");
  const peftType = /peft_type=(\w+)/.exec(facts)?.[1];
  if (peftType !== undefined)
    return {
      ...(EMPTIES_CACHE.test(facts) ? { fixedLengths: true } : {}),
      ...(/^(PREFIX|PROMPT|P_TUNING|LN_)/.test(peftType) ? { adapterKind: "prefix" as const } : {}),
    };
  if (text("stack") !== "agilerl") return {};
  // AgileRL leaves the embeddings of a prepared base in fp32.
  const embeddings = isBitsandbytes(spec) ? { otherWeightBytes: 4 } : {};
  return { rolloutEngine: "asleep", fixedLengths: true, fusedKernels: false, ...embeddings };
}

/** Reason why the memory of a row cannot be estimated; otherwise undefined. */
export function memoryGap(text: RowText): string | undefined {
  const parallelism = text("parallelism").toLowerCase();
  if (text("seq_len") === "" && longestRowTokens(text) === undefined) return "sequence length not stated";
  if (text("n_gpus") === "" && /fsdp|zero|ddp/.test(parallelism)) return "number of GPUs not stated";
  if (text("micro_batch") === "") return "micro-batch not stated";
  if (parallelism === "megatron" && Number(text("n_gpus")) > 1)
    return "how the Megatron layout splits the model is not stated";
  if (parallelism === "" && Number(text("n_gpus")) > 1 && text("stack") !== "nemo")
    return "how the run was split over its GPUs is not stated";
  if (text("packing") === "padding-free")
    return "padding-free batches have rows of varying lengths, which are not stated";
  if (/\bgkd\b|distil/i.test(`${text("method")} ${text("source_ref")} ${text("extra_facts")}`))
    return "distillation needs a teacher, which is not stated";
  if (/lisa|badam|galore/i.test(text("extra_facts")))
    return "training of alternating parts of the model is not covered";
  return undefined;
}
