import type { RunSpec } from "../../domain/run-spec.ts";
import { isUnsaid } from "./row-alternatives.ts";
import { memoryBudgetOf } from "./memory-budget.ts";
import type { RowText } from "./row-text.ts";
import { rowStack } from "./training-row-stack.ts";

/**
 * True for 4-bit training without autocast. PEFT's preparation casts everything that is not quantised to fp32, and
 * bitsandbytes computes in fp32 if no `bnb_4bit_compute_dtype` is set.
 * @source peft `prepare_model_for_kbit_training`; transformers `BitsAndBytesConfig`, whose default is torch.float32
 */
export function isUncast(text: RowText, method: RunSpec["method"]): boolean {
  const said = `${text("kernels")} ${text("extra_facts")}`;
  const computesHalf = /compute_dtype=(torch\.)?(bf16|bfloat16|fp16|float16)/i.test(said);
  return method === "qlora" && /(\bno|without) autocast\b/i.test(said) && !computesHalf;
}

/**
 * Precision by its usual spellings: `bfloat16`, `fp16-mixed`, `TF32`. Training in pure fp16 needs as much memory as
 * bf16.
 */
export function precisionOf(written: string, isFrozen: boolean): RunSpec["precision"] | undefined {
  const name = written.toLowerCase();
  if (/^(fp16|float16|f16|half)/.test(name) && isFrozen) return "fp16";
  const isHalf = /^(bf16|bfloat16|fp16|float16|f16|half)/.test(name);
  if (isHalf) return /mixed|amp|autocast/.test(name) ? "bf16-mixed" : "bf16";
  if (/^(fp32|float32|f32|tf32)/.test(name)) return "fp32";
  if (name === "" || name === "nvfp4") return name === "" ? "bf16" : name;
  return /^(mx-?|e4m3 ?)?(fp|float)8/.test(name) ? "fp8" : undefined;
}

/** Optimizer by its usual names; a library's default if none is stated; undefined if it is unsupported. */
export function optimizerOf(name: string, stack: RunSpec["stack"]): RunSpec["optimizer"] | undefined {
  if (/galore|badam|lora-fa|offload/i.test(name)) return undefined;
  if (/adafactor/i.test(name)) return "adafactor";
  if (/^sgd/i.test(name)) return "sgd";
  if (name !== "" && !/adam/i.test(name)) return undefined;
  if (/8.?bit/i.test(name)) return /paged/i.test(name) ? "paged-adamw-8bit" : "adamw-8bit";
  if (/paged/i.test(name)) return "paged-adamw";
  // Stochastic rounding implies an optimizer that updates in place, without lists of temporaries.
  return /fused|adamw_?bf16|stochastic/i.test(name) || stack === "torchtune" ? "adamw-fused" : "adamw";
}

/** Format of a quantised base. For bitsandbytes, 4 bits are NF4; 4-bit integers are GPTQ or AWQ. */
export function quantisationOf(text: RowText): RunSpec["quantisation"] {
  const quant = text("quant").toLowerCase();
  if (quant.includes("awq")) return "awq";
  if (quant.includes("gptq")) return /int8|8.?bit/.test(quant) ? "gptq-int8" : "gptq";
  if (/int8|8.?bit/.test(quant)) return "int8";
  if (quant.startsWith("int4")) return "gptq";
  // fms-acceleration's plugin also quantises the constants.
  return /dq|double/.test(quant) || /peft-bnb/.test(text("kernels")) ? "nf4-double" : "nf4";
}

/** Layers that have adapters. */
export function targetsOf(text: string): RunSpec["loraTargets"] {
  if (/mlp|all|gate|up_proj|w1/i.test(text)) return "all-linear";
  return /^(q_proj )?v_proj/.test(text) ? "qv" : "attention";
}

/** Implementation of the loss, from the kernels that a row names. */
export function lossPathOf(kernels: string): RunSpec["lossPath"] {
  if (/materiali[sz]es logits/.test(kernels)) return "fused";
  if (
    /(?<!no )liger\b(?!=false)|chunked(_CE=yes|-)|cut-cross|LC-CE|fused-linear-cross-entropy|\bloss computed in chunks\b/.test(
      kernels,
    )
  )
    return "chunked";
  return /foak|fast-kernels/.test(kernels) ? "fused" : "unfused";
}

/** State that a run offloads to host memory. */
export function offloadOf(text: RowText): RunSpec["offload"] {
  const said = `${text("kernels")} ${text("extra_facts")}`;
  if (/\boptimizer-offload\b/.test(said)) return "optimizer";
  if (/activation-offload/.test(said)) return "activations";
  const layout = text("parallelism").toLowerCase();
  if (!/offload|zero\d-cpu/.test(layout)) return "none";
  // The first two stages of ZeRO keep the weights on the GPU.
  return ["1", "2"].includes(zeroStage(layout) ?? "") ? "optimizer" : "parameters";
}

/** Stage of ZeRO in `zero3`, `ZeRO-2` and `DeepSpeed ZeRO stage 1`; undefined if none is stated. */
function zeroStage(layout: string): string | undefined {
  return /zero[^a-z\d]*(?:stage[^a-z\d]*)?([123])/.exec(layout)?.[1];
}

/** Sharding of the state, from the words of the layout. */
export function shardingOfRow(parallelism: string, stack: RunSpec["stack"]): RunSpec["sharding"] {
  const layout = parallelism.toLowerCase();
  const stage = /shard.grad.op/.test(layout) ? "2" : zeroStage(layout);
  if (stage === "1" || stage === "2") return `zero${stage}`;
  if (layout.includes("zero")) return "zero3";
  if (/fsdp(?!0)|hsdp|full.shard/.test(layout)) return "fsdp";
  return stack === "nemo" || layout.startsWith("megatron") ? "auto" : "none";
}

/**
 * Checkpointing of a row. Megatron recipes recompute nothing unless stated. Neither does the Trainer of Transformers,
 * so scripts based on it have no checkpointing by default. PEFT's preparation for 4- and 8-bit training enables it, and
 * so does TRL.
 * @source transformers `TrainingArguments.gradient_checkpointing` (False), trl `SFTConfig` (True), peft
 *   `prepare_model_for_kbit_training` (`use_gradient_checkpointing=True`)
 */
export function checkpointingOf(text: RowText): RunSpec["checkpointing"] {
  const said = text("grad_ckpt").toLowerCase();
  if (/^(no|false|off|none|0)$/.test(said)) return "none";
  if (said === "selective") return said;
  if (memoryBudgetOf(text) !== undefined) return "selective";
  const isMegatron = rowStack(text("stack")).spec === "nemo" || text("parallelism").startsWith("megatron");
  if (said === "unknown" && isMegatron) return "none";
  if (/SELECTIVE activation|per-op SAC|others SELECTIVE/i.test(text("extra_facts"))) return "selective";
  const isOfTrainer = ["hf-script", "hf-peft"].includes(text("stack"));
  return isUnsaid(said) && isOfTrainer && text("quant") === "" ? "none" : "full";
}
