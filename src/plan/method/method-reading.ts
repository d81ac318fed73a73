import { formatNumber } from "../../base/units.ts";
import type { MethodId } from "../../domain/method.ts";
import type { MethodFacts, Misfit } from "../../domain/method-facts.ts";

/** Low-rank adapters on frozen weights. */
export const ADAPTERS = ["lora", "qlora", "dora"] as const satisfies readonly MethodId[];
/** Methods that learn from prompts with answers. */
export const SUPERVISED = [...ADAPTERS, "full-sft"] as const satisfies readonly MethodId[];
/** Losses over preference data without a reward model. */
export const PREFERENCE = ["dpo", "ipo", "kto", "orpo"] as const satisfies readonly MethodId[];
/** Every method that trains weights. */
export const TRAINED = [
  ...SUPERVISED,
  ...PREFERENCE,
  "grpo",
  "rlhf",
  "continued-pretraining",
] as const satisfies readonly MethodId[];

/**
 * Minimum number of examples with which a tuned model was observed to improve (OpenAI fine-tuning guide: 50 to 100).
 */
export const FEWEST_ROWS = 50;
/**
 * Number of rows from which the capacity of usual adapters may be insufficient (LoRA Learns Less: about 100,000 pairs).
 */
export const MANY_ROWS = 100_000;
/**
 * Corpus size from which continued pre-training has published gains (Don't Stop Pretraining: 2 to 8 billion tokens).
 */
export const CORPUS_TOKENS = 1e9;
/** Time to first token of benchmarks for interactive serving (MLPerf Inference, Llama-2-70B interactive), ms. */
const INTERACTIVE_MS = 450;
/**
 * Model size from which quantised weights save complete GPUs: bf16 weights no longer fit on one 80 GB GPU with room to
 * train.
 */
export const LARGE_PARAMS = 30e9;

/** Bytes per parameter of weights and training state. Sources: measured tables of `plan/memory/memory-facts.ts`. */
const BYTES = { full: 10, bf16: 2, nf4: 0.54 } as const;

/** Monthly spend that the tuned model replaces, US dollars; undefined if neither part is known. */
export function monthlySpend({ apiUsdPerMonth, laborUsdPerMonth }: MethodFacts): number | undefined {
  if (apiUsdPerMonth === undefined && laborUsdPerMonth === undefined) return undefined;
  return Number(apiUsdPerMonth ?? 0) + Number(laborUsdPerMonth ?? 0);
}

/**
 * True if an outside API is ruled out: forbidden, data must remain on the premises, or the latency limit is tighter
 * than APIs offer.
 */
export function isForced(facts: MethodFacts): boolean {
  return forcedBy(facts) !== undefined;
}

/** The requirement that rules out an outside API. */
export function forcedBy({
  apiAllowed,
  residency,
  latencyMsP95,
}: Pick<MethodFacts, "apiAllowed" | "residency" | "latencyMsP95">): string | undefined {
  if (!apiAllowed) return "an outside API may not see the data";
  if (residency === "on-premises") return "data must stay on the premises";
  if (latencyMsP95 !== undefined && latencyMsP95 < INTERACTIVE_MS)
    return `first tokens are due in ${formatNumber(latencyMsP95)} ms, under the ${INTERACTIVE_MS} ms of interactive serving`;
  return undefined;
}

/**
 * Minimum number of rows for the kind of task. A classification row counts for one class, an extraction row for every
 * field.
 */
export function rowsNeeded({ kind, classes, limits }: MethodFacts): number {
  if (kind === "classification") return limits.classRows * (classes ?? 2);
  if (kind === "extraction") return limits.classRows;
  return kind === "qa" ? limits.answerRows : limits.instructionRows;
}

/**
 * Text of that number. The article also gives 2,000 to 10,000 per class for extraction. Counting a row for every field
 * is our interpretation, and the text states this.
 */
export function rowsNeededText(facts: MethodFacts): string {
  const needed = formatNumber(rowsNeeded(facts));
  if (facts.kind === "extraction")
    return `the ${needed} per field that such a task usually needs (a row counts for every field that it fills; this is our interpretation, the article does not say)`;
  return `the ${needed} that such a task usually needs`;
}

/** True if there are enough rows for the kind of task. */
export function hasRows(facts: MethodFacts): boolean {
  return facts.rows >= rowsNeeded(facts);
}

/** True if a corpus is planned but no rows, in which case no rows are required. */
export function isCorpusAlone({ rows, corpusTokens }: MethodFacts): boolean {
  return rows === 0 && corpusTokens > 0;
}

/** True if there are rows, pairs or a corpus to train on. */
export function hasAnyData({ rows, preferencePairs, corpusTokens }: MethodFacts): boolean {
  return rows >= FEWEST_ROWS || preferencePairs >= FEWEST_ROWS || corpusTokens > 0;
}

/** True if at least one of these is a goal. */
export function hasGoal({ goals }: MethodFacts, ...wanted: MethodFacts["goals"]): boolean {
  return wanted.some((goal) => goals.includes(goal));
}

/** True if the task is reasoning: steps lead to an answer. */
export function isReasoning({ kind, goals }: MethodFacts): boolean {
  return goals.includes("reasoning") || kind === "reasoning" || kind === "code" || kind === "agent";
}

/** GiB of state for a weight format, before any activations. */
export function stateGib({ paramCount }: MethodFacts, as: keyof typeof BYTES): number {
  return (paramCount * BYTES[as]) / 2 ** 30;
}

/** True if a fleet is given and its total memory is less than that state. */
export function isTooLarge(facts: MethodFacts, as: keyof typeof BYTES): boolean {
  return facts.fleetMemoryGib !== undefined && stateGib(facts, as) > facts.fleetMemoryGib;
}

/** The smallest weight format in which a method runs; preference and reward passes can run on 4-bit weights. */
function heldAs(method: MethodId): keyof typeof BYTES {
  if (method === "full-sft" || method === "continued-pretraining") return "full";
  return method === "lora" || method === "dora" ? "bf16" : "nf4";
}

/**
 * Reason why a method does not fit although its state alone would; undefined if it fits, or if its state is the reason.
 */
export function misfitOf(facts: MethodFacts, method: MethodId): Misfit | undefined {
  if (isTooLarge(facts, heldAs(method))) return undefined;
  return facts.misfits.find((misfit) => misfit.method === method);
}

/**
 * True if no supervised method fits. Nothing can then be trained, because the other stages need at least as much
 * memory.
 */
export function isWithoutRoom(facts: MethodFacts): boolean {
  return SUPERVISED.every(
    (method) => isTooLarge(facts, heldAs(method)) || facts.misfits.some((misfit) => misfit.method === method),
  );
}

/** True if experts are routed: only a part of the weights is active per token. */
export function isMixture({ paramCount, activeParamCount }: MethodFacts): boolean {
  return activeParamCount < paramCount;
}
