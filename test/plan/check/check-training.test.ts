import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { type CheckedRow, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { summariseChecks } from "../../../src/plan/check/check-estimates.ts";
import { checkText } from "../../../src/plan/check/check-text.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";

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
  return EstimateCheck.parse(checkTraining(parseRaggedCsv([HEAD, ...lines].join("\n"), "rows.csv"), catalogue));
};
const refusals = (row: Record<string, string>): string[] =>
  check(row).rows.flatMap((each) => ("refused" in each ? [each.refused] : []));

test("a row gives one result per measured quantity, in the shape of the interface", () => {
  const { rows, summary } = check({});
  expect(rows.map(({ quantity }) => quantity)).toEqual(["peakMemoryGib", "tokensPerSecPerGpu"]);
  expect(rows[0]).toMatchObject({ id: "a-1", measured: 24.871 });
  expect(summary[0]).toMatchObject({ quantity: "peakMemoryGib", rows: 1, answered: 1, refused: 0 });
  expect(summary[0]!.medianAbsErrorPct).toBeLessThan(20);
});

test("rows without a source are of that before the number of their id, and of one where ids are names", () => {
  const row = (id: string): Record<string, string> => ({ id, source_group: "", peak_mem_gib: "" });
  const sources = (...ids: string[]): string[] => {
    const batches = ids.map((id, index) => ({ ...row(id), micro_batch: String(index + 1) }));
    return [...new Set(check(...batches).rows.map(({ source }) => source))];
  };
  expect(sources("lab-1", "lab-2", "other7")).toEqual(["lab", "other"]);
  expect(sources("a", "b", "c", "long context", "12")).toEqual(["unnamed"]);
});

test("an estimate never looks at a measured column or at the notes", () => {
  const [before] = check({}).rows;
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 80, noNaN: true }),
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
    [{ method: "telepathy" }, "method telepathy"],
    [{ model: "acme/unheard-of-9b" }, "no model"],
    [{ optimizer: "GaLore AdamW" }, "optimizer GaLore"],
    [{ precision: "int2" }, "precision int2"],
    [{ seq_len: "" }, "sequence length not stated"],
    [{ micro_batch: "", global_batch: "" }, "micro-batch not stated"],
    [{ parallelism: "device_map (naive pipeline)" }, "layers placed on several devices"],
    [{ parallelism: "fsdp+cpu_offload" }, "offloading"],
    [{ gpu: "" }, "GPU not stated"],
    [{ extra_facts: "GRPO; DAPO On policy" }, "dynamic sampling (DAPO)"],
  ])("%j: %s", (row, words) => {
    expect(refusals(row).join(" ")).toContain(words);
  });
});

test.each(["FOURIERFT", "BOFT", "LOHA", "OSF"])(
  "adapters of the kind %s are refused for memory and speed alike",
  (kind) => {
    const refused = refusals({ extra_facts: `peft_type=${kind}; trainable_params=280000` });
    expect(refused).toHaveLength(2);
    for (const words of refused) expect(words).toContain(`adapters of the kind ${kind} are not covered`);
  },
);

test("the text is as in its golden file", async () => {
  const row = { quantity: "peakMemoryGib", cell: "allocated, hf, adapter" } as const;
  const rows: CheckedRow[] = [
    { ...row, id: "a-1", line: 2, source: "a", measured: 20, p10: 17, p50: 19, p90: 22 },
    { ...row, id: "a-2", line: 3, source: "a", measured: 30, p10: 17, p50: 20, p90: 24 },
    { quantity: "peakMemoryGib", id: "b-1", line: 4, source: "b", measured: 8, refused: "sequence length not stated" },
    { quantity: "tokensPerSecPerGpu", id: "b-1", line: 4, source: "b", rejected: 'micro_batch is "-1"' },
  ];
  const summed = {
    ...summariseChecks(rows),
    unmeasured: 1,
    leftOut: ["a"],
    notes: ["the values of peak_mem_mib were converted to GiB"],
  };
  await expect(`${checkText(EstimateCheck.parse(summed))}\n`).toMatchFileSnapshot(
    "../../golden/plan/check-training.txt",
  );
});
