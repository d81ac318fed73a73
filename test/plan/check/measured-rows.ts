/** A measured run with every column that a check may look at, which is answered. */
export const MEASURED_ROW: Readonly<Record<string, string>> = {
  id: "a-1",
  model: "mistralai/Mistral-7B-v0.1",
  params_b: "7.242",
  method: "lora",
  precision: "bf16",
  quant: "",
  lora_rank: "16",
  gpu: "A100",
  gpu_mem_gb: "80",
  n_gpus: "1",
  parallelism: "none",
  seq_len: "4096",
  micro_batch: "4",
  global_batch: "4",
  grad_accum: "",
  trainable_params: "",
  grad_ckpt: "yes",
  peak_mem_gib: "24.9",
  tokens_per_s_per_gpu: "",
  stack: "hf-trl",
  memory_kind: "allocated",
  packing: "full-length",
  notes: "",
};

/** Rows as a CSV, each field quoted: what a row leaves out is as in the run above. */
export function measuredCsv(rows: readonly Record<string, string>[], columns = Object.keys(MEASURED_ROW)): string {
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  return [columns, ...rows.map((row) => columns.map((column) => ({ ...MEASURED_ROW, ...row })[column] ?? ""))]
    .map((cells) => cells.map(quoted).join(","))
    .join("\n");
}
