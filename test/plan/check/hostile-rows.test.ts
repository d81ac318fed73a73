import { describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import type { CheckedRow, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { checkTraining } from "../../../src/plan/check/check-training.ts";
import { judgedLines } from "../../../src/plan/check/judged-lines.ts";
import { MEASURED_ROW, measuredCsv } from "./measured-rows.ts";

const GOOD = { ...MEASURED_ROW, source_group: "a", tokens_per_s_per_gpu: "3000" };
const COLUMNS = Object.keys(GOOD);
const check = (rows: readonly Record<string, string>[], columns = COLUMNS): EstimateCheck => {
  const text = measuredCsv(
    rows.map((row) => ({ ...GOOD, ...row })),
    columns,
  );
  return checkTraining(parseRaggedCsv(text, "rows.csv"), { findModel, findGpu });
};
const outcome = (row: CheckedRow): "answered" | "refused" | "rejected" =>
  "rejected" in row ? "rejected" : "refused" in row ? "refused" : "answered";
const reason = (row: CheckedRow): string => ("rejected" in row ? row.rejected : "refused" in row ? row.refused : "");

/** The fault of a row, the results for its memory and its speed, and words of the reason. */
const CORPUS: readonly [Record<string, string>, "answered" | "refused" | "rejected", string, string][] = [
  [{ params_b: "13" }, "rejected", "rejected", "params_b is 13, but mistralai/Mistral-7B-v0.1 has 7.24 billion"],
  [{ params_b: "7" }, "answered", "answered", ""],
  [
    { model: "mistralai/Mixtral-8x7B-v0.1", params_b: "400" },
    "rejected",
    "rejected",
    "has 46.7 (12.9 active) billion parameters: another model?",
  ],
  [{ model: "mistralai/Mixtral-8x7B-v0.1", params_b: "12.9", peak_mem_gib: "" }, "answered", "", ""],
  [{ gpu_mem_gb: "", peak_mem_gib: "33000" }, "rejected", "answered", "peak_mem_gib is 33000 on a GPU with 80"],
  [{ gpu_mem_gb: "", gpu: "", peak_mem_gib: "33000" }, "rejected", "refused", "33000, more than any GPU has"],
  [{ gpu_mem_gb: "640" }, "rejected", "rejected", "gpu_mem_gb is 640, but A100-80GB-SXM has 80 GiB"],
  [{ gpu: "H1000" }, "answered", "refused", 'the catalogue has no GPU "H1000" (did you mean "H100"'],
  [{ gpu: "" }, "answered", "refused", "GPU not stated"],
  [{ model: "" }, "refused", "refused", "model not stated"],
  [{ model: "<script>alert(1)</script>" }, "refused", "refused", "the catalogue has no model"],
  [{ peak_mem_gib: "-1" }, "rejected", "answered", 'peak_mem_gib is "-1", expected a positive number such as 1234.5'],
  [{ peak_mem_gib: "NaN" }, "rejected", "answered", 'peak_mem_gib is "NaN"'],
  [{ peak_mem_gib: "inf" }, "rejected", "answered", 'peak_mem_gib is "inf"'],
  [{ peak_mem_gib: "0x18" }, "rejected", "answered", 'peak_mem_gib is "0x18"'],
  [{ tokens_per_s_per_gpu: "1.234,5" }, "answered", "rejected", 'tokens_per_s_per_gpu is "1.234,5"'],
  [{ tokens_per_s_per_gpu: "3,000" }, "answered", "rejected", 'tokens_per_s_per_gpu is "3,000"'],
  [
    { tokens_per_s_per_gpu: "24000" },
    "answered",
    "rejected",
    "times what A100-80GB-SXM can compute; is it the sum of all",
  ],
  [{ method: "full" }, "rejected", "rejected", "lora_rank is 16, but the method full trains no adapter"],
  [{ micro_batch: "8" }, "rejected", "rejected", "micro_batch 8 is above global_batch 4"],
  [{ parallelism: "tp4_pp1", n_gpus: "2", stack: "nemo" }, "rejected", "rejected", "over 4 GPUs, but the run has 2"],
  [{ parallelism: "ep8", n_gpus: "4", stack: "nemo" }, "rejected", "rejected", "over 8 GPUs, but the run has 4 GPUs"],
  [{ seq_len: "0x1000" }, "rejected", "rejected", 'seq_len is "0x1000", expected a whole number'],
  [{ seq_len: "1e400" }, "rejected", "rejected", 'seq_len is "1e400"'],
  [{ seq_len: "4096.0" }, "answered", "answered", ""],
  [{ seq_len: "65536" }, "answered", "answered", ""],
];

describe("each row of the corpus is answered, refused or rejected, with its line and its reason", () => {
  const rows = CORPUS.map(([over], index) => ({ ...over, id: `a-${index + 1}` }));
  const { rows: values, summary, unmeasured } = check(rows);

  test.each(CORPUS.map((row, index) => [index, ...row] as const))("%i: %j", (...[index, , memory, speed, words]) => {
    const own = values.filter(({ line }) => line === index + 2);
    const of = (quantity: string): string =>
      own
        .filter((row) => row.quantity === quantity)
        .map(outcome)
        .join();
    const isMeasured = of("peakMemoryGib") !== "";
    expect(isMeasured ? of("peakMemoryGib") : of("tokensPerSecPerGpu")).toBe(memory);
    if (isMeasured) expect(of("tokensPerSecPerGpu")).toBe(speed);
    expect(own.map(reason).join("; ")).toContain(words);
  });

  test("the three counts add up to the values, and the lines to the rows", () => {
    const counted = summary.map((each) => each.answered + each.refused + each.rejected);
    expect(counted).toEqual(summary.map((each) => each.rows));
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(values.length);
    expect(new Set(values.map(({ line }) => line)).size + unmeasured).toBe(rows.length);
  });
});

describe("what looks odd and keeps no row out is said once of the file", () => {
  const notes = (rows: readonly Record<string, string>[], columns?: string[]): string =>
    check(rows, columns).notes.join("\n");

  test("a row that occurs twice is rejected, an id of two runs is not", () => {
    const { rows, notes: said } = check([{}, {}, { seq_len: "2048" }, { id: "" }, { id: "" }]);
    expect(rows.filter((row) => row.quantity === "peakMemoryGib").map(outcome)).toEqual(
      "answered rejected answered answered rejected".split(" "),
    );
    expect(rows.map(reason)).toContain("duplicate of the row on line 5");
    expect(said).toEqual(["1 id of a source appears on several rows (lines 2, 4), each taken as a run of its own"]);
  });

  test("sequences above the context of their model, a stand-in for an unknown GPU, columns that nobody reads", () => {
    expect(notes([{ seq_len: "65536" }])).toContain("2 values of sequences longer than the context of their model");
    expect(notes([{ gpu: "" }])).toContain("1 value without a GPU of the catalogue got the memory of a substitute");
    expect(notes([{}], [...COLUMNS, "optimiser", "weather"])).toBe(
      "columns that are not read: optimiser (did you mean optimizer?), weather",
    );
  });

  test("speeds that fit their range when the GPUs share them", () => {
    const many = { n_gpus: "4", parallelism: "fsdp", global_batch: "16", tokens_per_s_per_gpu: "7000" };
    expect(notes([{ ...many, gpu: "H100", gpu_mem_gb: "80", tokens_per_s_per_gpu: "24000" }])).toMatch(
      /^1 value of tokens_per_s_per_gpu would be inside the range/,
    );
    expect(notes([{ ...many, tokens_per_s_per_gpu: "2000" }])).toBe("");
  });

  test("the first sentence counts every row of the file", () => {
    const [first] = judgedLines(
      check([{}, { model: "" }, { seq_len: "x" }, { peak_mem_gib: "", tokens_per_s_per_gpu: "" }]),
    );
    expect(first).toBe(
      "3 rows of 4 contain 6 measured values: 2 answered, 2 refused, 2 rejected. 1 row contains none.",
    );
  });
});
