import { counted } from "../../base/words.ts";
import { notACount, notPositive, shortened } from "./decimal.ts";
import type { RowText } from "./row-text.ts";
import { rowLayout } from "./training-row-speed.ts";

/** Columns that contain an integer of at least one, or nothing. */
const COUNTS = ["seq_len", "micro_batch", "global_batch", "n_gpus", "lora_rank", "grad_accum", "trainable_params"];

/** Columns that contain a positive number, or nothing. */
const AMOUNTS = ["params_b", "gpu_mem_gb"];

const MEMORY_KINDS = ["", "allocated", "reserved", "device", "unknown"];

/**
 * Reason why a row is implausible: an invalid value, or contradictory facts; otherwise undefined. A missing or
 * unsupported fact is not a contradiction; the estimate is refused because of it.
 */
export function rowContradiction(text: RowText): string | undefined {
  return (
    malformed(text) ??
    METHOD_RULES.concat(BATCH_RULES).reduce<string | undefined>((found, rule) => found ?? rule(text), undefined)
  );
}

function malformed(text: RowText): string | undefined {
  const found =
    COUNTS.map((column) => (text(column) === "" ? undefined : notACount(column, text(column)))).find(Boolean) ??
    AMOUNTS.map((column) => (text(column) === "" ? undefined : notPositive(column, text(column)))).find(Boolean);
  if (found !== undefined) return found;
  if (!MEMORY_KINDS.includes(text("memory_kind").toLowerCase()))
    return `memory_kind is "${shortened(text("memory_kind"))}", expected allocated, reserved, device, unknown or nothing`;
  return undefined;
}

type Rule = (text: RowText) => string | undefined;

const isFull = (text: RowText): boolean => ["full", "pretrain"].includes(text("method").toLowerCase());

const METHOD_RULES: readonly Rule[] = [
  (text) =>
    isFull(text) && text("lora_rank") !== ""
      ? `lora_rank is ${text("lora_rank")}, but the method ${text("method")} trains no adapter`
      : undefined,
  (text) =>
    isFull(text) && text("quant") !== ""
      ? `quant is ${shortened(text("quant"))}, but the method ${text("method")} trains the weights that quantisation would freeze`
      : undefined,
  (text) => {
    const [trained, all] = [Number(text("trainable_params")), 1e9 * Number(text("params_b"))];
    // Nominal sizes are rounded, such as 7B for 7.24, so a difference of a tenth is not a contradiction.
    return trained > 0 && all > 0 && trained > 1.1 * all
      ? `trainable_params is ${trained}, more than the ${text("params_b")} billion parameters of the model`
      : undefined;
  },
];

const BATCH_RULES: readonly Rule[] = [
  (text) => {
    const [micro, global] = [Number(text("micro_batch")), Number(text("global_batch"))];
    // In reinforcement learning, one column counts prompts and the other answers.
    const isReinforced = /grpo|ppo|rloo|reinforce/i.test(text("method"));
    return micro > 0 && global > 0 && micro > global && !isReinforced
      ? `micro_batch ${micro} is above global_batch ${global}`
      : undefined;
  },
  (text) => {
    const gpus = Number(text("n_gpus"));
    const { tensorParallel, pipelineParallel, contextParallel, expertParallel } = rowLayout(text);
    // Experts are spread over the replicas of the model and need no additional GPUs; each pipeline stage has its own
    // experts.
    const split = pipelineParallel * Math.max(tensorParallel * contextParallel, expertParallel);
    return gpus > 0 && split > gpus
      ? `${text("parallelism")} splits the model over ${split} GPUs, but the run has ${counted(gpus, "GPU")}`
      : undefined;
  },
];
