import { expect, test } from "vitest";

import { rowContradiction } from "../../../src/plan/check/row-contradictions.ts";

type Row = Readonly<Record<string, string>>;

const contradiction = (row: Row): string | undefined => rowContradiction((column) => row[column] ?? "");

test.each<[words: string, contradictory: Row, near: Row]>([
  ...["seq_len", "micro_batch", "global_batch", "n_gpus", "lora_rank", "grad_accum", "trainable_params"].map(
    (column): [string, Row, Row] => [
      `${column} is "0.5", expected a whole number`,
      { [column]: "0.5" },
      { [column]: "4" },
    ],
  ),
  ...["params_b", "gpu_mem_gb"].map((column): [string, Row, Row] => [
    `${column} is "0", expected a positive`,
    { [column]: "0" },
    { [column]: "0.5" },
  ]),
  ...["allocated", "Reserved", "device", "unknown", ""].map((kind): [string, Row, Row] => [
    'memory_kind is "peak"',
    { memory_kind: "peak" },
    { memory_kind: kind },
  ]),
  ["trains no adapter", { method: "full", lora_rank: "16" }, { method: "lora", lora_rank: "16" }],
  ["trains no adapter", { method: "pretrain", lora_rank: "16" }, { method: "pretrain" }],
  ["that quantisation would freeze", { method: "Full", quant: "nf4" }, { method: "qlora", quant: "nf4" }],
  [
    "more than the 7 billion parameters of the model",
    { params_b: "7", trainable_params: "7710000000" },
    { params_b: "7", trainable_params: "7700000000" },
  ],
  [
    "micro_batch 8 is above global_batch 4",
    { micro_batch: "8", global_batch: "4" },
    { micro_batch: "8", global_batch: "8" },
  ],
  [
    "micro_batch 8 is above global_batch 4",
    { method: "sft", micro_batch: "8", global_batch: "4" },
    { method: "GRPO", micro_batch: "8", global_batch: "4" },
  ],
  [
    "splits the model over 16 GPUs",
    { parallelism: "tp=8,pp=2", n_gpus: "8" },
    { parallelism: "tp=8,pp=2", n_gpus: "16" },
  ],
  [
    "splits the model over 8 GPUs",
    { parallelism: "tp=2,ep=8", n_gpus: "4" },
    { parallelism: "tp=2,ep=8", n_gpus: "8" },
  ],
])("a measured row: %s, and not in the near miss (case %#)", (words, contradictory, near) => {
  expect(contradiction(contradictory)).toContain(words);
  expect(contradiction(near)).toBeUndefined();
});
