import type { Lengths } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Mean tokens of a benchmark data set, in the tokenizer of the model that it is usually sent to. */
type DataSet = { names: RegExp; model?: RegExp; input: Lengths; output: Lengths; source: string };

/**
 * Data sets that rows name instead of lengths. MLPerf has one for each model; their outputs are in its logs, their
 * inputs are not, and those marked assumed are the least certain facts of such rows.
 */
const DATA_SETS: readonly DataSet[] = [
  {
    names: /sharegpt/i,
    input: { mean: 227, cv: 1 },
    output: { mean: 188, cv: 1 },
    source:
      "2,000 prompts through the client of vLLM and SGLang: 453,502 tokens in, 376,493 out (sgl-project/sglang#1639, 2024-10)",
  },
  {
    names: /mlperf|open-?orca/i,
    model: /llama-?2/i,
    input: { mean: 294, cv: 1 },
    output: { mean: 294.45, cv: 1 },
    source: "OpenOrca, 24,576 samples; output: llama2-70b/README of mlcommons/inference; input assumed alike",
  },
  {
    names: /mlperf/i,
    model: /llama-?3\.1-?405/i,
    input: { mean: 9428, cv: 0.6 },
    output: { mean: 684.68, cv: 0.6 },
    source: "mlcommons.org/2025/04/llm-inference-v5; mlcommons/inference llama3.1-405b/README",
  },
  {
    names: /mlperf|cnn/i,
    model: /llama-?3\.1-?8b/i,
    input: { mean: 870, cv: 0.5 },
    output: { mean: 128, cv: 0 },
    source: "CNN/DailyMail with the prompt of mlcommons.org/2025/09/small-llm-inference-5-1; input assumed",
  },
  {
    names: /mlperf/i,
    model: /mixtral/i,
    input: { mean: 275, cv: 1 },
    output: { mean: 145.9, cv: 1 },
    source:
      "OpenOrca, GSM8K and MBXP in equal parts; output: mixtral-8x7b/README of mlcommons/inference; input assumed",
  },
  {
    names: /mlperf/i,
    model: /deepseek-?r1/i,
    input: { mean: 1100, cv: 1 },
    output: { mean: 3880, cv: 1 },
    source:
      "AIME, MATH500, GPQA, MMLU-Pro and LiveCodeBench; output: deepseek-r1/README of mlcommons/inference; input assumed",
  },
];

/** Lengths of the data set that a text names, or undefined. */
export function dataSetLengths(written: string, text: RowText): DataSet | undefined {
  return DATA_SETS.find(
    ({ names, model }) => names.test(written) && (model === undefined || model.test(text("model"))),
  );
}
