import type { RunSpec } from "../../domain/run-spec.ts";
import type { FactOverrides } from "../memory/memory-facts.ts";
import { FROZEN_LINEAR_BYTES, LOGIT_BYTES_2024, LOGIT_BYTES_WITHOUT_UPCAST } from "../memory/memory-formats.ts";

/** The text of a column of a measured row, trimmed; empty where it is not there. */
export type RowText = (column: string) => string;

/**
 * Length of a run that states none, or a cap alone: that of the recipe it names, or the longest row of its data set, which
 * a run without a fixed length pads to now and then and has its peak at.
 * @source axolotl's example recipes, each `sequence_len: 2048`; litgpt's resource tables: Alpaca's longest sample has
 *   1,034 to 1,304 tokens, by tokenizer
 */
export function longestRowTokens(text: RowText): number | undefined {
  const isPadded = /packed=no/.test(text("extra_facts"));
  if (text("seq_len") !== "" && !isPadded && !isCap(text)) return undefined;
  if (/axolotl@\w+:examples\//.test(text("source_ref"))) return 2048;
  if (!/alpaca/i.test(`${text("source")} ${text("extra_facts")}`)) return undefined;
  return /llama-?2/i.test(text("model")) ? 1304 : 1040;
}

/** True where the length stated is said to be a cap, which rows need not reach. */
export function isCap(text: RowText): boolean {
  return /\bis the cap\b|\bcap of the (row|sequence)/i.test(text("extra_facts"));
}

/** Facts of a row that a run spec has no field for. */
export function rowFacts(text: RowText, spec: RunSpec): FactOverrides {
  const facts: FactOverrides = {};
  Object.assign(facts, quantFacts(text, spec), lossFacts(text, spec), libraryFacts(text));
  if (/optimizer-in-backward|optimizer_in_bwd/.test(`${text("kernels")} ${text("optimizer")}`)) facts.gradientBytes = 0;
  const trained = trainedParams(text);
  if (trained > 0 && spec.method !== "full" && spec.method !== "pretrain") facts.adapterParams = trained;
  const adapted = text("lora_targets").split(" ");
  if (adapted.every((name) => /^[a-z]+_proj$/.test(name))) facts.adapted = adapted.map((name) => name.slice(0, -5));
  if (/wte|embed/.test(text("lora_targets")) && trained === 0) facts.trainedEmbeddings = true;
  if (/device_map/.test(text("parallelism"))) facts.stages = Math.max(1, Number(text("n_gpus")));
  // Two copies of the model, each over half of the GPUs.
  if (text("source_ref").includes("ddp_device_map")) facts.stages = Math.max(1, Number(text("n_gpus")) / 2);
  if (text("attention") === "eager") facts.eagerAttention = true;
  if (/\bcompile\b|foak|fast-kernels/.test(text("kernels"))) facts.fusedKernels = true;
  const virtualStages = Number(
    /_vp(\d+)/.exec(text("parallelism"))?.[1] ?? (/interleaved/i.test(text("extra_facts")) ? 2 : 1),
  );
  // axolotl's examples are of models whose experts are one tensor.
  if (!/scattermoe|grouped/.test(text("kernels")) && text("stack") !== "axolotl") facts.expertsInLoop = true;
  if (virtualStages > 1) facts.virtualStages = virtualStages;
  // Megatron-LM's arguments, which ms-swift passes on, reduce the gradients of bf16 runs in fp32.
  if (text("parallelism").startsWith("megatron") && text("stack") !== "nemo") facts.gradientBytes = 4;
  // Qwen's script for full training hands one GPU to DeepSpeed's ZeRO-3 too.
  if (isQwenScript(text) && spec.method === "full" && spec.gpuCount === 1)
    Object.assign(facts, {
      sharding: "zero3",
      gradientBytes: 4,
      optimizerBytes: 12,
      optimizerTempBytes: 0,
    });
  // The first of fms-acceleration's tables is older than the fp32 master that accelerate now makes under FSDP.
  if (/refs\/a100_80gb\.csv/.test(text("source_ref")) && spec.method === "full")
    Object.assign(facts, {
      linearWeightBytes: 2,
      otherWeightBytes: 2,
      gradientBytes: 2,
      optimizerBytes: 4,
      optimizerTempBytes: 2,
    });
  return facts;
}

/** True of the script for fine-tuning that Qwen's first models were published with. */
export function isQwenScript(text: RowText): boolean {
  return text("stack") === "hf-script" && /^(Qwen\/)?qwen-[\d_.]+b/i.test(text("model"));
}

/** Trained parameters as stated; where extra facts give them in millions the column has lost the unit. */
function trainedParams(text: RowText): number {
  const millions = /trainable=([\d.]+)M/.exec(text("extra_facts"))?.[1];
  return millions === undefined ? Number(text("trainable_params")) : Number(millions) * 1e6;
}

/** Bytes of quantised weights, and what the library casts to fp32 beside them. */
function quantFacts(text: RowText, spec: RunSpec): FactOverrides {
  const quant = text("quant");
  if (quant === "") return {};
  // fms-acceleration's plugin, axolotl and torchao's NF4 quantise the constants too.
  const isDouble = /dq|double|torchao/.test(quant) || /peft-bnb/.test(text("kernels")) || text("stack") === "axolotl";
  const format = quant.startsWith("int4")
    ? "gptq"
    : quant.startsWith("int8")
      ? quant.includes("gptq")
        ? "gptq-int8"
        : "int8"
      : isDouble
        ? "nf4-double"
        : "nf4";
  const facts: FactOverrides = { linearWeightBytes: FROZEN_LINEAR_BYTES[format] };
  // The accelerated plugin and GPTQ do not cast the norms to fp32, axolotl casts them back: the residual stream is bf16.
  if (/accelerated-peft/.test(text("kernels")) || quant.includes("gptq") || /litgpt|axolotl/.test(text("stack")))
    facts.residualBytes = 2;
  const isPrepared = format.startsWith("nf4") || format === "int8";
  const castsEmbeddings = ["ms-swift", "agilerl"].includes(text("stack")) || text("precision") === "fp16";
  if (isPrepared && castsEmbeddings && spec.stack === "hf") facts.otherWeightBytes = 4;
  return facts;
}

/**
 * Bytes per logit of torchtitan's compiled loss, which it compiles beside the model since 2025: logits and their gradient
 * in two bytes; the fp32 copies between them are never written.
 * @source torchtitan `compile.components`: model and loss
 */
const COMPILED_LOGIT_BYTES = 4;

/** True where torch.compile is said to run, in the column of kernels or beside it. */
export function isCompiled(text: RowText): boolean {
  return /(?<!\b(?:no|not|without)[ -])\bcompiled?\b/i.test(`${text("kernels")} ${text("extra_facts")}`);
}

/** Libraries of 2024, whose loss shifted an fp32 copy of the logits; first Qwen and GPT-BigCode code has no fp32 logits. */
function lossFacts(text: RowText, spec: RunSpec): FactOverrides {
  // Compiled, torchtune's chunks of the loss keep no log-softmax: only the logits stay, in two bytes.
  if (spec.lossPath === "chunked")
    return text("stack") === "torchtune" && /\bcompile\b/.test(text("kernels")) ? { logitBytes: 2 } : {};
  if (/gpt_bigcode/.test(text("model"))) return { logitBytes: spec.lossPath === "fused" ? 6 : 8.3 };
  if (spec.lossPath === "fused" || spec.objective !== "sft") return {};
  // Under DeepSpeed, which Qwen's script for quantised models uses, accelerate makes no fp32 copy of its logits.
  if (/^qwen-[\d_.]+b-chat-int[48]$/i.test(text("model"))) return { logitBytes: 10 };
  // In bf16 under the Trainer it does, also of those that ms-swift returns beside the loss.
  if (/^qwen-/i.test(text("model")) || text("stack") === "ms-swift") return { logitBytes: LOGIT_BYTES_2024 };
  // torchtune's recipes have the loss and the head in one, in chunks.
  if (/shipped recipe configs/.test(text("extra_facts"))) return { logitBytes: null };
  // Unsloth's own loss never made that copy.
  if (spec.stack === "unsloth") return {};
  const isOf2024 = /framework_config=/.test(text("extra_facts")) || /\(v2\)|\(202[34]/.test(text("source"));
  if (text("stack") === "litgpt") return { logitBytes: LOGIT_BYTES_WITHOUT_UPCAST };
  if (text("stack") === "torchtitan" && isCompiled(text) && !/_2024\d\d_/.test(text("source_ref")))
    return { logitBytes: COMPILED_LOGIT_BYTES };
  return isOf2024 ? { logitBytes: LOGIT_BYTES_2024 } : {};
}

/** What a library or a suite does that a spec has no field for. */
function libraryFacts(text: RowText): FactOverrides {
  switch (text("stack")) {
    case "litgpt":
      return {
        adapterWeightBytes: 2,
        adapterInputCopies: false,
        fusedQkv: true,
        adapterDropout: true,
        gathersAll: true,
        ...(text("lora_targets") === "adapter"
          ? { adapterKind: /adapter v2/i.test(text("source_ref")) ? "scale" : "prefix" }
          : {}),
      };
    case "agilerl":
      return { rolloutEngine: "asleep", fixedLengths: true, fusedKernels: false };
    // PEFT's method comparison empties the allocator's cache every ten steps (its run.py), so no gaps build up.
    case "hf-peft":
      return /peft_type=/.test(text("extra_facts"))
        ? {
            fixedLengths: true,
            ...(/peft_type=(PREFIX|PROMPT|P_TUNING|LN_)/.test(text("extra_facts")) ? { adapterKind: "prefix" } : {}),
          }
        : {};
    default:
      return {};
  }
}

/** Why the memory of a row cannot be estimated, or undefined. */
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
    return "padding-free batches hold rows of their own lengths, which are not stated";
  if (/\/rlhf\/gkd\//.test(text("source_ref"))) return "distillation holds a teacher, which is not stated";
  if (/lisa|badam|galore/i.test(text("extra_facts"))) return "training of changing parts of the model is not covered";
  return undefined;
}
