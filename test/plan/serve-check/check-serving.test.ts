import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { type CheckedRow, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { checkServing } from "../../../src/plan/serve-check/check-serving.ts";
import { servingCheckText } from "../../../src/plan/serve-check/serving-check-text.ts";
import { catchFailure } from "../../catch-failure.ts";
import { MEASURED_POINT, pointsCsv } from "./measured-points.ts";

const COLUMNS = Object.keys(MEASURED_POINT);
const check = (rows: readonly Record<string, string>[], columns = COLUMNS): EstimateCheck =>
  EstimateCheck.parse(checkServing(parseRaggedCsv(pointsCsv(rows, columns), "points.csv"), { findModel, findGpu }));
const outcome = (row: CheckedRow | undefined): string =>
  row === undefined ? "" : "rejected" in row ? "rejected" : "refused" in row ? "refused" : "answered";
const reason = (row: CheckedRow | undefined): string =>
  row === undefined ? "" : "rejected" in row ? row.rejected : "refused" in row ? row.refused : "";

test("a row gives one result per measured quantity, in the shape of the interface", () => {
  const { rows, summary } = check([{}]);
  expect(rows.map(({ quantity }) => quantity)).toEqual(["outputTokensPerSec", "tpotMs", "ttftMs"]);
  expect(rows[1]).toMatchObject({ id: "a-1", measured: 10.6, line: 2, source: "a" });
  expect(summary[1]).toMatchObject({ quantity: "tpotMs", rows: 1, answered: 1, refused: 0, rejected: 0 });
  for (const row of rows) if ("p50" in row) expect(row.p10).toBeLessThanOrEqual(row.p90);
});

test("an estimate never looks at a measured column or at the notes", () => {
  const [before] = check([{}]).rows;
  fc.assert(
    fc.property(
      fc.double({ min: 5, max: 2000, noNaN: true }),
      fc.stringMatching(/^[a-z0-9=. ]{0,30}$/),
      (value, notes) => {
        const over = {
          ttft_ms: String(value),
          tpot_ms: "",
          total_tokens_per_s: "90000",
          notes: `${notes} p99 TPOT 9 ms`,
        };
        const [after] = check([over]).rows;
        expect({ ...after, littleResidual: 0 }).toEqual({ ...before, littleResidual: 0 });
      },
    ),
    { numRuns: 10 },
  );
});

test("replicas multiply the output and leave the latency", () => {
  const [one, two] = [check([{}]).rows, check([{ n_gpus: "2", concurrency: "32" }]).rows];
  const p50 = (row: CheckedRow | undefined): number => (row && "p50" in row ? row.p50 : Number.NaN);
  expect(p50(two[0])).toBeCloseTo(2 * p50(one[0]), 6);
  expect(p50(two[1])).toBeCloseTo(p50(one[1]), 6);
});

test("the share of each GPU is multiplied, seconds are turned into ms, and both are said", () => {
  const columns = COLUMNS.map((each) =>
    each === "output_tokens_per_s_total" ? "output_tokens_per_s_per_gpu" : each,
  ).map((each) => (each === "ttft_ms" ? "ttft_s" : each));
  const row = { n_gpus: "2", tp: "2", output_tokens_per_s_per_gpu: "700", ttft_s: "0.12" };
  const { rows, notes } = check([row], columns);
  expect(rows.map((each) => ("measured" in each ? each.measured : 0))).toEqual([1400, 10.6, 120]);
  expect(notes).toContain("the values of output_tokens_per_s_per_gpu were multiplied by the GPUs of their rows");
  expect(notes).toContain("the values of ttft_s were converted to ms");
});

test("a latency that is written in seconds is rejected, though no machine's limit rules it out", () => {
  const { rows } = check([
    { ttft_ms: "0.9", model: "Qwen/Qwen3-0.6B", params_b: "0.6", ttft_statistic: "p99", tpot_ms: "2" },
  ]);
  const plausible = rows[2]!;
  if (!("p50" in plausible)) throw new Error(reason(plausible));
  const seconds = String(plausible.p50 / 1000);
  const [, , row] = check([
    { ttft_ms: seconds, model: "Qwen/Qwen3-0.6B", params_b: "0.6", ttft_statistic: "p99", tpot_ms: "2" },
  ]).rows;
  expect(reason(row)).toMatch(/^ttft_ms is 0\.\d+.*in seconds\?$/);
});

/** The fault of a row, the results for its output, its TPOT and its TTFT, and words of the first reason. */
const CORPUS: readonly [Record<string, string>, string, string][] = [
  [{}, "answered answered answered", ""],
  [{ model: "acme/unheard-of-9b", params_b: "" }, "refused refused refused", "the catalogue has no model"],
  [{ model: "" }, "refused refused refused", "model not stated"],
  [{ model: "<script>alert(1)</script>" }, "refused refused refused", "the catalogue has no model"],
  [{ model: "Llama 3.1 8B (FP8)", precision: "" }, "answered answered answered", ""],
  [{ gpu: "H1000" }, "refused refused refused", 'did you mean "H100"'],
  [{ gpu: "" }, "refused refused refused", "GPU not stated"],
  [{ engine: "llama.cpp" }, "refused refused refused", "engine llama.cpp is not covered"],
  [{ engine: "" }, "refused refused refused", "engine not stated"],
  [{ engine: "SGLang (PD disaggregated)" }, "refused refused refused", "without the number of workers of each kind"],
  [{ extra_facts: "EAGLE-3" }, "refused refused refused", "accepted tokens per step are not stated"],
  [{ extra_facts: "8 LoRA adapters, rank 32" }, "answered answered answered", ""],
  [{ precision: "ternary" }, "refused refused refused", "precision ternary is unknown"],
  [{ input_len: "" }, "refused refused refused", "input_len not stated"],
  [{ output_len: "some" }, "refused refused refused", 'output_len "some" is not a length'],
  [{ concurrency: "" }, "refused refused refused", "concurrency not stated"],
  [{ concurrency: "16", load: "open-loop" }, "refused refused refused", "needs its rate"],
  [{ extra_facts: "exclude from scoring" }, "refused refused refused", "must not be scored"],
  [{ tpot_statistic: "p75" }, "answered refused answered", ""],
  [{ output_len: "1" }, "answered rejected answered", ""],
  [{ params_b: "70" }, "rejected rejected rejected", "another model?"],
  [{ tp: "2" }, "rejected rejected rejected", "tp 2 split the model over 2 GPUs, but the row has 1 GPU"],
  [{ tp: "3", n_gpus: "4" }, "rejected rejected rejected", "4 GPUs are not a whole number of replicas of tp 3"],
  [{ tp: "3", extra_facts: "DP=1", n_gpus: "4" }, "answered answered answered", ""],
  [{ tp: "0" }, "rejected rejected rejected", 'tp is "0", expected a whole number'],
  [{ n_gpus: "two" }, "rejected rejected rejected", 'n_gpus is "two"'],
  [{ input_len: "-5" }, "rejected rejected rejected", 'input_len is "-5", expected tokens'],
  [{ output_len: "NaN" }, "rejected rejected rejected", 'output_len is "NaN", expected tokens'],
  [{ concurrency: "0" }, "rejected rejected rejected", 'concurrency is "0"'],
  [{ concurrency: "-4" }, "rejected rejected rejected", 'concurrency is "-4"'],
  [{ total_tokens_per_s: "900" }, "rejected rejected rejected", "less than the output alone"],
  [{ output_tokens_per_s_total: "NaN" }, "rejected answered answered", 'output_tokens_per_s_total is "NaN"'],
  [{ output_tokens_per_s_total: "-1" }, "rejected answered answered", "expected a positive number"],
  [{ output_tokens_per_s_total: "1,400" }, "rejected answered answered", 'is "1,400"'],
  [{ output_tokens_per_s_total: "500000" }, "rejected answered answered", "times what 1 H100-80GB-SXM can compute"],
  [
    { concurrency: "1", output_tokens_per_s_total: "2000" },
    "rejected answered answered",
    "more than 1 request can get",
  ],
  [{ tpot_ms: "0.0106" }, "answered rejected answered", ""],
  [{ ttft_ms: "0.12" }, "answered answered rejected", ""],
  [{ ttft_ms: "inf" }, "answered answered rejected", ""],
];

describe("each row of the corpus is answered, refused or rejected, with its line and its reason", () => {
  const rows = CORPUS.map(([over], index) => ({ ...over, id: `a-${index + 1}` }));
  const all = check(rows).rows;
  test.each(CORPUS.map((each, index) => [index + 1, ...each] as const))(
    "%i: %j %s %s",
    (number, ...[, outcomes, words]) => {
      const own = all.filter(({ id }) => id === `a-${number}`);
      expect(own.map(outcome).join(" ")).toBe(outcomes);
      expect(own.map(({ line }) => line)).toEqual([number + 1, number + 1, number + 1]);
      expect(reason(own[0])).toContain(words);
    },
  );

  test("the summary counts all of them", () => {
    for (const { rows: count, answered, refused, rejected } of check(rows).summary) {
      expect(count).toBe(CORPUS.length);
      expect(answered + refused + rejected).toBe(count);
    }
  });
});

test("times that look like seconds are said to", () => {
  const { rejections } = check([{ tpot_ms: "0.0106", ttft_ms: "0.12" }]);
  expect(rejections.map(({ reason: words }) => words).join(" ")).toMatch(
    /tpot_ms.*is it in seconds\?.*ttft_ms.*is it in seconds\?/,
  );
});

test("a repeated row is rejected, one id on two rows is said, and a torn row keeps its place", () => {
  const { rows, notes, rejections } = check([{}, {}, { tpot_ms: "11" }]);
  expect(rows.map(outcome).join(" ")).toBe(
    "answered answered answered rejected rejected rejected answered answered answered",
  );
  expect(rejections[0]).toMatchObject({ reason: "duplicate of the row on line 2", rows: 1, lines: [3] });
  expect(notes.join(" ")).toContain("1 id of a source appears on several rows");
  const torn = parseRaggedCsv(`${pointsCsv([{}])}\na-2,a,vLLM`, "points.csv");
  const [, , , last] = checkServing(torn, { findModel, findGpu }).rows;
  expect(last).toMatchObject({ line: 3, rejected: "the row has 3 fields; the header has 22" });
});

test("rows that say the same under two ids both count, and the text says so", () => {
  expect(check([{}, { id: "a-2" }]).notes.join(" ")).toContain(
    "1 row says the same as an earlier one under another id",
  );
});

test("columns under other names are reported with the ones that may be meant", () => {
  const renamed = COLUMNS.map((each) => (each === "concurrency" ? "concurency" : each));
  expect(check([{}], renamed).notes.join(" ")).toContain("concurency (did you mean concurrency?)");
});

test.each([
  [["model", "gpu", "tpot_ms"], "the file has no column engine"],
  [["modle", "gpu", "engine", "tpot_ms"], "the file has no column model"],
  [["model", "tpot_ms"], "the file has no column gpu, and no column engine"],
  [["model", "gpu", "engine", "tpot"], "the file has no column output_tokens_per_s_total or tpot_ms or ttft_ms"],
])("a file with the columns %j is refused as a whole", (columns, message) => {
  const failure = catchFailure(() => check([{}], columns));
  expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining(message) as string });
});

test("a file without rows is refused as a whole", () => {
  expect(catchFailure(() => check([]))).toMatchObject({ message: "the file has a header and no rows" });
});

describe("Little's law", () => {
  const residual = (over: Record<string, string>): number | null | undefined => check([over]).rows[0]!.littleResidual;
  // 16 requests of 128 tokens that stay 0.12 + 127 x 0.0106 s: 16 x 128 / 1.4662 = 1,396.8 tokens a second.
  const whole = { output_tokens_per_s_total: "1396.8" };

  test("is one where a closed loop's figures belong together", () => {
    expect(residual(whole)).toBeCloseTo(1, 3);
  });

  test("is null if a figure is missing or the loop is open", () => {
    expect(residual({ ...whole, tpot_ms: "" })).toBeNull();
    expect(residual({ ...whole, load: "static-batch" })).toBeNull();
    expect(residual({ ...whole, load: "open-loop", concurrency: "8 req/s" })).toBeNull();
    expect(residual({ ...whole, load: "", scenario: "offline" })).toBeNull();
  });

  test("marks the rows that break it, in JSON and in the text", () => {
    const { rows, little, ...rest } = check([whole, { id: "a-2", output_tokens_per_s_total: "525" }]);
    expect(rows.map(({ breaksLittle }) => breaksLittle ?? false)).toEqual([false, false, false, true, true, true]);
    expect(little).toMatchObject({ rows: 2, broken: [{ id: "a-2", line: 3, residual: 2.661 }] });
    expect(servingCheckText({ rows, little, ...rest })).toMatch(/a-2\s+\(2\.66\)/);
  });
});

test("output that is that of each GPU is marked", () => {
  const point = { n_gpus: "8", concurrency: "128", ttft_ms: "", tpot_ms: "" };
  const [row] = check([point]).rows;
  const ofEach = row && "p50" in row ? row.p50 / 8 : Number.NaN;
  const { notes } = check([{ ...point, output_tokens_per_s_total: String(ofEach) }]);
  expect(notes.join(" ")).toContain(
    "would be inside the range if multiplied by the GPUs (line 2): they may be per GPU",
  );
});

test("output that keeps Little's law as it stands is of all GPUs, however low", () => {
  // Eight GPUs at an eighth of their speed: 16 requests of 128 tokens that stay 1 + 127 x 0.085 s.
  const slow = { n_gpus: "8", concurrency: "16", ttft_ms: "1000", tpot_ms: "85" };
  const { notes, rows } = check([{ ...slow, output_tokens_per_s_total: String((16 * 128) / 11.795) }]);
  expect(rows[0]!.littleResidual).toBeCloseTo(1, 3);
  expect(notes.join(" ")).not.toContain("they may be per GPU");
});
