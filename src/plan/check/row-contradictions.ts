import { counted } from "../../base/words.ts";
import { rowLayout } from "./training-row-speed.ts";
import type { RowText } from "./row-text.ts";

/** Columns that hold a whole number of at least one, or nothing. */
const COUNTS = ["seq_len", "micro_batch", "global_batch", "n_gpus", "lora_rank", "grad_accum", "trainable_params"];

/** Columns that hold a positive number, or nothing. */
const AMOUNTS = ["params_b", "gpu_mem_gb"];

const MEMORY_KINDS = ["", "allocated", "reserved", "device", "unknown"];

/**
 * Why a row cannot be right, or undefined: a value that is none, or facts that contradict each other. What is merely
 * missing or not covered is no contradiction: the estimate is refused for it.
 */
export function rowContradiction(text: RowText): string | undefined {
  return (
    malformed(text) ??
    METHOD_RULES.concat(BATCH_RULES).reduce<string | undefined>((found, rule) => found ?? rule(text), undefined)
  );
}

function malformed(text: RowText): string | undefined {
  for (const column of COUNTS) {
    const value = text(column);
    if (value !== "" && !(Number.isSafeInteger(Number(value)) && Number(value) >= 1))
      return `${column} is "${shortened(value)}", expected a whole number of at least 1 or nothing`;
  }
  for (const column of AMOUNTS) {
    const value = text(column);
    if (value !== "" && !(Number.isFinite(Number(value)) && Number(value) > 0))
      return `${column} is "${shortened(value)}", expected a positive number or nothing`;
  }
  if (!MEMORY_KINDS.includes(text("memory_kind").toLowerCase()))
    return `memory_kind is "${shortened(text("memory_kind"))}", expected allocated, reserved, device, unknown or nothing`;
  return undefined;
}

type Rule = (text: RowText) => string | undefined;

const isFull = (text: RowText): boolean => ["full", "pretrain"].includes(text("method").toLowerCase());

const METHOD_RULES: readonly Rule[] = [
  (text) =>
    isFull(text) && text("lora_rank") !== ""
      ? `lora_rank is ${text("lora_rank")}, and the method ${text("method")} trains no adapter`
      : undefined,
  (text) =>
    isFull(text) && text("quant") !== ""
      ? `quant is ${shortened(text("quant"))}, and the method ${text("method")} trains the weights that it would freeze`
      : undefined,
  (text) => {
    const [trained, all] = [Number(text("trainable_params")), 1e9 * Number(text("params_b"))];
    // Nominal sizes are rounded, as 7B of 7.24: a tenth more is no contradiction.
    return trained > 0 && all > 0 && trained > 1.1 * all
      ? `trainable_params is ${trained}, more than the ${text("params_b")} billion parameters of the model`
      : undefined;
  },
];

const BATCH_RULES: readonly Rule[] = [
  (text) => {
    const [micro, global] = [Number(text("micro_batch")), Number(text("global_batch"))];
    // Reinforcement counts prompts in the one and answers in the other.
    const isReinforced = /grpo|ppo|rloo|reinforce/i.test(text("method"));
    return micro > 0 && global > 0 && micro > global && !isReinforced
      ? `micro_batch ${micro} is above global_batch ${global}`
      : undefined;
  },
  (text) => {
    const gpus = Number(text("n_gpus"));
    const { tensorParallel, pipelineParallel, contextParallel } = rowLayout(text);
    const split = tensorParallel * pipelineParallel * contextParallel;
    return gpus > 0 && split > gpus
      ? `${text("parallelism")} splits the model over ${split} GPUs, and the run has ${counted(gpus, "GPU")}`
      : undefined;
  },
  (text) => {
    const [gib, card] = [Number(text("peak_mem_gib")), Number(text("gpu_mem_gb"))];
    // Cards are sold in GB that are GiB within a tenth; beyond it the unit is another, or several cards were added up.
    return gib > 1.1 * card && card > 0
      ? `peak_mem_gib is ${text("peak_mem_gib")} on a card of ${text("gpu_mem_gb")}: another unit, or a sum over cards`
      : undefined;
  },
];

/** A value of a file, short enough for a line. */
function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
