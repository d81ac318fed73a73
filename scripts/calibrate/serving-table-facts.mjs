/**
 * Facts that published tables of served models omit and other pages state. The calibration knows it; `plan check`
 * judges every file as it stands. `npm run calibrate -- --serving` prints the bars with these facts and without.
 */
const SERVING_TABLE_FACTS = [
  {
    reference: /argonne-lcf/i,
    column: "gpu",
    written: /^a100$/i,
    is: "A100-40GB-SXM",
    because: "the A100s of Argonne's leadership facility are Polaris's, of 40 GB each (docs.alcf.anl.gov, Polaris)",
  },
  {
    reference: /argonne-lcf/i,
    engine: /tensorrt|trt/i,
    column: "extra_facts",
    adds: "identical sequences",
    because: "TensorRT-LLM's own benchmark of 2024 filled every sequence with the same tokens",
  },
  {
    reference: /vllm-cost-meter/i,
    column: "gpu",
    written: /^h100-80gb$/i,
    is: "H100-94GB-NVL",
    because: "its $6.98 an hour is Azure's NC40ads H100 v5, which has one H100 NVL",
  },
  {
    reference: /LambdaLabsML\/vllm-benchmark/i,
    column: "tpot_statistic",
    load: /prompts at once/i,
    is: "median inter-token latency",
    because:
      'benchmark_v0.md, "Metrics" and the table of 320 prompts (read 2026-11-25), prints the median gap between chunks; its other table prints the median TPOT',
  },
];

/** Prompts of MLPerf Inference by model, in tokens, and the spread of prompts and answers as a share of their mean. */
const MLPERF_LENGTHS = [
  { model: /llama-?2/i, input: 294, cv: { input: 1, output: 1 } }, // OpenOrca, assumed as long as its answers
  { model: /llama-?3\.1-?405/i, input: 9428, cv: { input: 0.6, output: 0.6 } }, // mlcommons.org/2025/04/llm-inference-v5
  { model: /llama-?3\.1-?8b/i, input: 870, cv: { input: 0.5, output: 0 } }, // CNN/DailyMail, assumed
  { model: /mixtral/i, input: 275, cv: { input: 1, output: 1 } }, // OpenOrca, GSM8K and MBXP in equal parts, assumed
  { model: /deepseek-?r1/i, input: 1100, cv: { input: 1, output: 1 } }, // AIME, MATH500, GPQA and others, assumed
];

/**
 * Limits of the 99th percentile of the time per output token in MLPerf Inference, ms, of server and interactive
 * scenarios: mlcommons/inference_policies, inference_rules.adoc, v4.1 to v5.1.
 */
const MLPERF_LIMITS = [
  { model: /llama-?2-?70b/i, server: 200, interactive: 40 },
  { model: /llama-?3\.1-?405b/i, server: 175, interactive: 80 },
  { model: /llama-?3\.1-?8b/i, server: 100, interactive: 30 },
  { model: /mixtral-?8x7b/i, server: 200, interactive: 200 },
  { model: /deepseek-?r1/i, server: 80, interactive: 80 },
];

/** Lengths and limit of a row of MLPerf Inference, whose results name its data set and "max valid QPS" alone. */
function mlperfColumns(text) {
  const lengths = /mlperf/i.test(text("input_len"))
    ? MLPERF_LENGTHS.find(({ model }) => model.test(text("model")))
    : undefined;
  const limit = /max valid qps/i.test(text("concurrency"))
    ? MLPERF_LIMITS.find(({ model }) => model.test(text("model")))
    : undefined;
  const spread = (mean, cv) => (cv === 0 ? `${mean}` : `${mean} std ${cv * mean}`);
  return {
    ...(lengths && {
      input_len: spread(lengths.input, lengths.cv.input),
      output_len: spread(Number(text("output_len")), lengths.cv.output),
    }),
    ...(limit && {
      concurrency: `${text("concurrency")}, TPOT within ${limit[text("scenario").toLowerCase() === "interactive" ? "interactive" : "server"]} ms`,
    }),
  };
}

/** Keys of a record of InferenceMAX in silicon_sample.csv of aiconfigurator; its other records begin with another key. */
const INFERENCE_MAX = /^model=.*;\s*silicon_concurrency=/i;

/**
 * Lengths and number of requests of a record of InferenceMAX. Its program draws lengths uniformly between 0.8 of the
 * nominal length and the nominal length (`RANDOM_RANGE_RATIO`), and sends ten requests per open request
 * (`--num-prompts $(( $CONC * 10 ))`): README of InferenceMAX, 2025-10.
 */
function inferenceMaxColumns(text) {
  if (!INFERENCE_MAX.test(text("extra_facts"))) return {};
  const drawn = (column) => `${0.8 * Number(text(column))}-${text(column)}`;
  return {
    input_len: drawn("input_len"),
    output_len: drawn("output_len"),
    extra_facts: `${text("extra_facts")}; ${10 * Number(text("concurrency"))} requests`,
  };
}

/** Rows of a file of serving measurements with the columns that their tables leave out or misname filled in. */
export function completedServingRows(rows) {
  return rows.map((row) => {
    const text = (column) => (row.fields[column] ?? "").trim();
    const fields = { ...row.fields, ...mlperfColumns(text), ...inferenceMaxColumns(text) };
    for (const { reference, engine, column, written, load, is, adds } of SERVING_TABLE_FACTS) {
      if (!reference.test(text("source_ref")) || load?.test(text("concurrency")) === false) continue;
      if (engine?.test(text("engine")) === false) continue;
      if (adds !== undefined) fields[column] = [text(column), adds].filter(Boolean).join("; ");
      if (is === undefined) continue;
      const count = /^\d+ ?[x×*] ?/.exec(text(column))?.[0] ?? "";
      if (written === undefined) fields[column] = is;
      else if (written.test(text(column).slice(count.length))) fields[column] = `${count}${is}`;
    }
    return { ...row, fields };
  });
}
