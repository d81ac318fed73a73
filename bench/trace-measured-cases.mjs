// Published single-GPU runs that a trace can be compared with: foundation-model-stack/fms-acceleration on one A100, allocated
// memory, with the facts of their rows. Measured memory is read for the comparison alone.
import { existsSync, readFileSync } from "node:fs";

import { parseCsv } from "../dist/base/csv.js";
import { findModel } from "../dist/catalog/models.js";

export const MEASUREMENTS = new URL("../../shared/data/training/measurements.csv", import.meta.url);

/** Cases as `trace-cases.mjs` has them, with the fields of the request that a row says and a run has no flag for. */
export function measuredCases() {
  if (!existsSync(MEASUREMENTS)) return [];
  const { rows } = parseCsv(readFileSync(MEASUREMENTS, "utf8"), "measurements.csv");
  return rows
    .map(({ fields }) => fields)
    .filter((row) => row.source_group === "fms" && row.n_gpus === "1" && row.memory_kind === "allocated")
    .filter((row) => row.peak_mem_gib !== "" && row.seq_len !== "")
    .map(caseOf);
}

function caseOf(row) {
  const isLiger = row.kernels.includes("liger");
  const isFused = row.kernels.includes("foak");
  const isQuantised = row.quant !== "";
  const { id: model, context } = findModel(row.model);
  return {
    id: row.id,
    model,
    kernels: row.kernels,
    measuredGib: Number(row.peak_mem_gib),
    run: {
      method: isQuantised ? "qlora" : row.method,
      quantisation: "nf4-double", // the base allocations of these runs are those of double quantisation
      loraRank: Number(row.lora_rank || 16),
      batchSequences: Number(row.micro_batch),
      // A table of 2,048 positions cuts SantaCoder's sequences: its rows say 4,096, and twice the tokens per second that
      // their own hours give.
      sequenceTokens: Math.min(Number(row.seq_len), model.includes("santacoder") ? context : Infinity),
      lossPath: isFused && !isLiger ? "fused" : "unfused",
    },
    // Adapters are trained under accelerate's bf16 autocast here: their inputs are kept in bf16.
    options: {
      autocast: row.method !== "full",
      loraDropout: row.method === "full" ? 0 : 0.1,
      prepareKbit: row.kernels.startsWith("baseline-peft-bnb"),
    },
    request: {
      ...(isLiger && { loss: "liger" }),
      ...(row.lora_targets !== "" && { targets: row.lora_targets.split(" ") }),
    },
  };
}
