import { existsSync, readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { checkText } from "../../../src/plan/check/check-text.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";
import { catchFailure } from "../../catch-failure.ts";

const catalogue = { findModel, findGpu };
const HEAD =
  "id,model,method,precision,quant,optimizer,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,global_batch,grad_ckpt,attention,peak_mem_gib,tokens_per_s_per_gpu,mfu,source_group,stack,memory_kind,kernels,packing,grad_accum,trainable_params,extra_facts,notes";
const ROW = Object.fromEntries(
  [
    "id=a-1;model=mistralai/Mistral-7B-v0.1;method=lora;precision=bf16;lora_rank=16;stack=hf-trl;source_group=fms",
    "lora_targets=q_proj k_proj v_proj o_proj;gpu=A100;gpu_mem_gb=80;n_gpus=1;parallelism=none;packing=full-length",
    "seq_len=4096;micro_batch=4;grad_ckpt=yes;attention=flash;memory_kind=allocated;peak_mem_gib=24.871",
    "tokens_per_s_per_gpu=3324",
  ]
    .flatMap((line) => line.split(";"))
    .map((pair) => pair.split("=") as [string, string]),
);
const check = (...rows: Record<string, string>[]): EstimateCheck => {
  const lines = rows.map((row) =>
    HEAD.split(",")
      .map((column) => ({ ...ROW, ...row })[column] ?? "")
      .join(","),
  );
  const { columns, rows: parsed } = parseCsv([HEAD, ...lines].join("\n"), "rows.csv");
  return EstimateCheck.parse(checkTraining({ columns, rows: parsed }, catalogue));
};
const refusals = (row: Record<string, string>): string[] =>
  check(row).rows.flatMap((each) => ("refused" in each ? [each.refused] : []));

test("a row gives one result per measured quantity, in the shape of the interface", () => {
  const { rows, summary } = check({});
  expect(rows.map(({ quantity }) => quantity)).toEqual(["peakMemoryGib", "tokensPerSecPerGpu"]);
  expect(rows[0]).toMatchObject({ id: "a-1", measured: 24.871 });
  expect(summary[0]).toMatchObject({ quantity: "peakMemoryGib", rows: 1, answered: 1, refused: 0 });
  expect(summary[0]!.medianAbsErrorPct).toBeLessThan(1);
});

test("an estimate never looks at a measured column or at the notes", () => {
  const [before] = check({}).rows;
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 500, noNaN: true }),
      fc.stringMatching(/^[a-z0-9=. ]{0,30}$/),
      (value, notes) => {
        const [after] = check({ peak_mem_gib: String(value), mfu: "0.9", notes: `${notes} peak=99 GiB` }).rows;
        expect({ ...after, measured: 0 }).toEqual({ ...before, measured: 0 });
      },
    ),
    { numRuns: 30 },
  );
});

describe("rows that are not covered are refused with the reason", () => {
  test.each([
    [{ method: "ppo" }, "method ppo"],
    [{ model: "acme/unheard-of-9b" }, "no model"],
    [{ stack: "verl" }, "the verl stack"],
    [{ optimizer: "GaLore AdamW" }, "optimizer GaLore"],
    [{ precision: "nvfp4" }, "precision nvfp4"],
    [{ seq_len: "" }, "sequence length not stated"],
    [{ parallelism: "tp4_pp1_cp1_dp2" }, "tensor, pipeline"],
    [{ parallelism: "fsdp+cpu_offload" }, "offloading"],
    [{ gpu: "" }, "GPU not stated"],
  ])("%j: %s", (row, words) => {
    expect(refusals(row).join(" ")).toContain(words);
  });
});

test("a file without the columns, and a measured value that is no positive number, are failures that say where", () => {
  expect(catchFailure(() => checkTraining({ columns: ["id"], rows: [] }, catalogue)).message).toContain("no column model");
  expect(catchFailure(() => check({}, { peak_mem_gib: "NaN" })).message).toContain('line 3: peak_mem_gib is "NaN"');
  expect(catchFailure(() => check({ peak_mem_gib: "-3" })).message).toContain("positive number");
});

test("the table is as in its golden file", async () => {
  const result = check(
    {},
    { id: "b-1", source_group: "b", method: "ppo" },
    { id: "b-2", source_group: "b", peak_mem_gib: "30" },
  );
  await expect(`${checkText(result)}\n`).toMatchFileSnapshot("../../golden/plan/check-training.txt");
});

const PATH = "../shared/data/training/measurements.csv";

describe.skipIf(!existsSync(PATH))("published measurements (skipped where ../shared is not there)", () => {
  const measurements = (): EstimateCheck => {
    const { columns, rows } = parseCsv(readFileSync(PATH, "utf8"), PATH);
    return checkTraining({ columns, rows }, catalogue);
  };

  test("every measured value is answered or refused, and the ranges hold for about eight in ten", () => {
    const { rows, summary } = measurements();
    for (const { quantity, rows: count, answered, refused, coverageP10P90Pct } of summary) {
      expect(answered + refused).toBe(count);
      expect(rows.filter((row) => row.quantity === quantity).length).toBe(count);
      expect(coverageP10P90Pct).toBeGreaterThan(72);
      expect(coverageP10P90Pct).toBeLessThan(90);
    }
  });

  test("the median error stays under 16 % for memory and 10 % for speed, and single-source errors are not hidden", () => {
    const { summary, groups } = measurements();
    const error = (quantity: string): number => summary.find((each) => each.quantity === quantity)!.medianAbsErrorPct!;
    expect(error("peakMemoryGib")).toBeLessThan(16);
    expect(error("tokensPerSecPerGpu")).toBeLessThan(10);
    expect(
      groups.find(({ group, quantity }) => group === "fms" && quantity === "peakMemoryGib")!.medianAbsErrorPct,
    ).toBeLessThan(3);
  });
});
