import type { FactOverrides } from "../memory/memory-facts.ts";
import type { SpeedFacts } from "../speed/step-run.ts";
import type { RowText } from "./row-text.ts";

/** What the rows of one published table leave to its surroundings: its documentation, its scripts or its day. */
export type SingleTableFact = {
  when: (text: RowText) => boolean;
  /** Words that a column would have said: of kernels beside its own, of others in place of nothing. */
  columns?: Readonly<Record<string, string>>;
  memory?: FactOverrides;
  speed?: SpeedFacts;
  because: string;
  /** Published rows that it is of. */
  rows: number;
};

const said = (text: RowText, words: RegExp): boolean => words.test(`${text("source")} ${text("extra_facts")}`);
/** Qwen's own scripts of 2023 for its first models. */
const isFirstQwen = (text: RowText): boolean =>
  text("stack") === "hf-script" && /^(qwen\/)?qwen-[\d._]+b/i.test(text("model"));

/**
 * Facts that rows of single tables need and do not state. Each is keyed on what any file could state, and
 * `npm run calibrate` prints how well estimates do without them all: what only one table can meet says nothing of others.
 */
export const SINGLE_TABLE_FACTS: readonly SingleTableFact[] = [
  {
    when: (text) => /\bframework_config=/.test(text("extra_facts")),
    memory: { era: "2024" },
    because: "fms-acceleration's benchmarks are of 2024",
    rows: 257,
  },
  {
    when: (text) => text("stack") === "ms-swift" && said(text, /\(v2\)/),
    memory: { era: "2024" },
    because: "version 2 of ms-swift is of 2024",
    rows: 118,
  },
  {
    when: isFirstQwen,
    memory: { era: "2024" },
    because: "Qwen's first models bring modelling code of 2023",
    rows: 51,
  },
  {
    when: (text) => isFirstQwen(text) && text("quant") !== "",
    memory: { logitBytes: 10 },
    because:
      "under DeepSpeed, which Qwen's script for quantised models uses, nothing upcasts the logits that a model returns",
    rows: 12,
  },
  {
    when: (text) => isFirstQwen(text) && text("method") === "full" && text("n_gpus") === "1",
    memory: { sharding: "zero3", gradientBytes: 4, optimizerBytes: 12, optimizerTempBytes: 0 },
    speed: { zero3Hooks: true },
    because: "Qwen's script for full training hands one GPU to DeepSpeed's ZeRO-3 too",
    rows: 6,
  },
  {
    when: (text) => /gpt_bigcode/.test(text("model")),
    memory: { logitBytes: 8 },
    because: "GPT-BigCode's loss has no fp32 copy: logits, a shifted copy, its log-softmax and gradient in two bytes",
    rows: 16,
  },
  {
    when: (text) => /gpt_bigcode/.test(text("model")) && /foak|fast-kernels/.test(text("kernels")),
    memory: { logitBytes: 6 },
    because: "the fused kernel shifts no copy",
    rows: 8,
  },
  {
    when: (text) => /fms-acceleration\S*\/a100_80gb\.csv/.test(text("source_ref")) && text("method") === "full",
    memory: { linearWeightBytes: 2, otherWeightBytes: 2, gradientBytes: 2, optimizerBytes: 4, optimizerTempBytes: 2 },
    because: "this table is older than the fp32 master that accelerate makes under FSDP",
    rows: 32,
  },
  {
    when: (text) => said(text, /TRL example notebook/) && text("quant") !== "",
    memory: { preparesKbit: true },
    because: "TRL's notebooks of 2025 ran on releases that prepare a quantised base",
    rows: 14,
  },
  {
    when: (text) => text("stack") === "axolotl" && text("seq_len") === "",
    columns: { seq_len: "2048" },
    because: "axolotl's example recipes have sequence_len 2048",
    rows: 12,
  },
  {
    when: (text) => text("stack") === "torchtune" && said(text, /recipe configs at HEAD/),
    columns: { kernels: "chunked-ce" },
    because: "the configurations that torchtune ships cut the loss into chunks",
    rows: 5,
  },
  {
    when: (text) => said(text, /same settings as the Qwen3-14B row/),
    columns: { kernels: "liger activation-offload" },
    because: "TRL's notebook for a free Colab GPU has one set of settings for every model",
    rows: 7,
  },
];

/** A row as its table's surroundings complete it. */
export function completedText(text: RowText, facts: readonly SingleTableFact[]): RowText {
  const columns = facts.filter((fact) => fact.columns !== undefined && fact.when(text)).map((fact) => fact.columns!);
  if (columns.length === 0) return text;
  return (column) => {
    const more = columns.flatMap((entry) => entry[column] ?? []).join(" ");
    if (more === "") return text(column);
    return column === "kernels" ? `${text(column)} ${more}`.trim() : text(column) || more;
  };
}

/** What the tables that a row is of say of it beside its columns. */
export function singleTableFacts(
  text: RowText,
  facts: readonly SingleTableFact[],
): { memory: FactOverrides; speed: SpeedFacts } {
  const known = facts.filter((fact) => fact.when(text));
  return {
    memory: Object.assign({}, ...known.map(({ memory }) => memory)) as FactOverrides,
    speed: Object.assign({}, ...known.map(({ speed }) => speed)) as SpeedFacts,
  };
}
