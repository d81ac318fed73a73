/** A measured operating point with every column that a check may look at, which is answered. */
export const MEASURED_POINT: Readonly<Record<string, string>> = {
  id: "a-1",
  source: "a",
  engine: "vLLM 0.9.1",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  params_b: "8.03",
  precision: "BF16",
  gpu: "H100-80GB-SXM",
  n_gpus: "1",
  tp: "1",
  scenario: "server",
  concurrency: "16",
  input_len: "1024",
  output_len: "128",
  output_tokens_per_s_total: "1400",
  total_tokens_per_s: "",
  ttft_ms: "120",
  tpot_ms: "10.6",
  ttft_statistic: "mean",
  tpot_statistic: "mean",
  load: "closed-loop",
  extra_facts: "",
  notes: "",
};

/** Points as a CSV, each field quoted: what a point leaves out is as in the one above. */
export function pointsCsv(rows: readonly Record<string, string>[], columns = Object.keys(MEASURED_POINT)): string {
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  return [columns, ...rows.map((row) => columns.map((column) => ({ ...MEASURED_POINT, ...row })[column] ?? ""))]
    .map((cells) => cells.map(quoted).join(","))
    .join("\n");
}
