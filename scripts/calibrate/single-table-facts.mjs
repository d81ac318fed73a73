const said = (text, words) => words.test(`${text("source")} ${text("extra_facts")}`);
/** Qwen's own scripts of 2023 for its first models. */
const isFirstQwen = (text) => text("stack") === "hf-script" && /^(qwen\/)?qwen-[\d._]+b/i.test(text("model"));

/** Rows padded to the longest of their batch. */
const isPadded = (text) => ["padded", "unpacked"].includes(text("packing")) || /packed=no/.test(text("extra_facts"));

/**
 * Facts that the rows of one published table omit: they are in its documentation, its scripts, or follow from its day.
 * `columns` is what a column would have said, `memory` and `speed` what no column can. `rows` counts the published rows
 * of each. The calibration knows these facts; `plan check` judges every file as it stands. `npm run calibrate` prints
 * the bars with them and without.
 */
const SINGLE_TABLE_FACTS = [
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
  {
    when: (text) => said(text, /alpaca/i),
    columns: (text) => ({ extra_facts: `longest row of ${/llama-?2/i.test(text("model")) ? 1304 : 1040} tokens` }),
    because: "Alpaca's longest sample has 1,034 to 1,304 tokens, by tokenizer (litgpt's resource tables)",
    rows: 67,
  },
  {
    when: (text) => said(text, /alpaca/i) && isPadded(text),
    columns: { extra_facts: "about 110 tokens per row" },
    because: "a row of Alpaca has about 110 tokens, prompt and answer",
    rows: 51,
  },
  {
    when: (text) => said(text, /MetaMathQA/) && /peft_type=/.test(text("extra_facts")),
    columns: { extra_facts: "about 210 tokens per row; torch_empty_cache_steps=10" },
    speed: { paddedTokens: 210 },
    because:
      "PEFT's method comparison sorts the rows of MetaMathQA, of about 210 tokens, by length in each twenty micro-batches (utils.py, BucketIterator), and empties the allocator's cache every ten steps (run.py)",
    rows: 63,
  },
  {
    when: (text) => /megatron\/.*_offload\.sh/.test(text("source_ref")),
    columns: { kernels: "optimizer-offload" },
    because: "these scripts of ms-swift offload the optimizer",
    rows: 2,
  },
];

/** Columns to which a fact is added; others are filled in where they are empty. */
const SEPARATORS = { kernels: " ", extra_facts: "; " };

/** Facts of a row of a published table beyond its own columns: a reader of rows uses `columns` instead of its own. */
export function knownOfRow(text) {
  const known = SINGLE_TABLE_FACTS.filter(({ when }) => when(text));
  const columns = {};
  for (const fact of known) {
    const added = typeof fact.columns === "function" ? fact.columns(text) : (fact.columns ?? {});
    for (const [column, value] of Object.entries(added)) {
      const written = columns[column] ?? text(column);
      columns[column] =
        column in SEPARATORS ? [written, value].filter(Boolean).join(SEPARATORS[column]) : written || value;
    }
  }
  return {
    columns,
    memory: Object.assign({}, ...known.map(({ memory }) => memory)),
    speed: Object.assign({}, ...known.map(({ speed }) => speed)),
  };
}
