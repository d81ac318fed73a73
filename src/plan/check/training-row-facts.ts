import type { RunSpec } from "../../domain/run-spec.ts";
import { type FactOverrides, FROZEN_LINEAR_BYTES, LOGIT_BYTES } from "../memory/memory-facts.ts";

/** The text of a column of a measured row, trimmed; empty where it is not there. */
export type RowText = (column: string) => string;

/** Facts of a row that a run spec has no field for. */
export function rowFacts(text: RowText, spec: RunSpec): FactOverrides {
  const facts: FactOverrides = {};
  const quant = text("quant");
  if (quant.startsWith("int4")) facts.linearWeightBytes = FROZEN_LINEAR_BYTES.gptq;
  else if (quant.startsWith("int8")) facts.linearWeightBytes = FROZEN_LINEAR_BYTES.int8;
  // The accelerated plugin and GPTQ do not cast the norms to fp32, so the residual stream stays bf16 on one GPU.
  if (/accelerated-peft/.test(text("kernels")) && spec.gpuCount === 1) facts.residualBytes = 2;
  if (text("stack") === "litgpt")
    Object.assign(facts, {
      adapterWeightBytes: 2,
      residualBytes: 2,
      logitBytes: 6,
      fusedQkv: true,
      adapterDropout: true,
    });
  if (text("stack") === "agilerl")
    Object.assign(facts, { residualBytes: 2, rolloutEngine: "asleep", fixedLengths: true });
  if (text("stack") === "torchtune" && spec.lossPath === "unfused") facts.logitBytes = 6;
  if (/gpt_bigcode/.test(text("model"))) facts.logitBytes = spec.lossPath === "fused" ? LOGIT_BYTES.sft.fused : 8.3;
  if (/optimizer-in-backward|optimizer_in_bwd/.test(`${text("kernels")} ${text("optimizer")}`)) facts.gradientBytes = 0;
  const trained = Number(text("trainable_params"));
  if (trained > 0 && spec.method !== "full" && spec.method !== "pretrain") facts.adapterParams = trained;
  if (text("attention") === "eager") facts.eagerAttention = true;
  const contextParallel = Number(/cp(\d+)/.exec(text("parallelism"))?.[1] ?? 1);
  if (contextParallel > 1) facts.contextParallel = contextParallel;
  return facts;
}

/** Why the memory of a row cannot be estimated, or undefined. */
export function memoryGap(text: RowText): string | undefined {
  const parallelism = text("parallelism").toLowerCase();
  if (text("seq_len") === "") return "sequence length not stated";
  if (text("micro_batch") === "") return "micro-batch not stated";
  if (/\btp([2-9]|\d\d)|_pp([2-9]|\d\d)|[_+ ]ep([2-9]|\d\d)?\b|_vp|megatron|hybrid/.test(parallelism))
    return "tensor, pipeline and expert parallel layouts are not covered";
  if (/pipeline|device_map/.test(parallelism)) return "layers placed on several devices are not covered";
  if (/offload/.test(`${parallelism} ${text("kernels")}`)) return "offloading to the CPU is not covered";
  if (parallelism === "" && Number(text("n_gpus")) > 1) return "how the run was split over its GPUs is not stated";
  if (/selective/i.test(text("extra_facts"))) return "selective checkpointing is not covered";
  if (text("packing") === "padding-free")
    return "padding-free batches hold rows of their own lengths, which are not stated";
  if (/wte|embed/.test(text("lora_targets"))) return "embeddings trained beside adapters are not covered";
  if (text("lora_targets") === "adapter") return "prefix adapters are not covered";
  if (/lisa|badam|galore/i.test(text("extra_facts"))) return "training of changing parts of the model is not covered";
  if (/SimPO|ORPO|KTO|REINFORCE/i.test(text("extra_facts"))) return "this objective is not covered";
  if (text("grad_ckpt") === "unknown" && /nemo|titan|tune|foundry/.test(text("stack")))
    return "whether activations were checkpointed is not stated";
  return undefined;
}
