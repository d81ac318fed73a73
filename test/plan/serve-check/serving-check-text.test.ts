import { expect, test } from "vitest";

import { type CheckedRow, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { checkDocument } from "../../../src/plan/check/check-document.ts";
import { summariseChecks } from "../../../src/plan/check/check-estimates.ts";
import { servingCheckSections } from "../../../src/plan/serve-check/serving-check-sections.ts";
import { servingCheckText } from "../../../src/plan/serve-check/serving-check-text.ts";
import { htmlPage } from "../../../src/report/html.ts";

const CELL = "vllm, v1, meta-llama/Llama-3.1-8B, H100-80GB-SXM, bf16, live";
const answered = (
  id: string,
  line: number,
  values: Partial<CheckedRow> & { measured: number; p50: number },
): CheckedRow => ({
  id,
  line,
  source: id.slice(0, 1),
  quantity: "tpotMs",
  littleResidual: null,
  p10: 0.8 * values.p50,
  p90: 1.25 * values.p50,
  cell: CELL,
  ...values,
});

const ROWS: readonly CheckedRow[] = [
  answered("a-1", 2, { measured: 10.6, p50: 10, littleResidual: 1.004 }),
  answered("a-1", 2, { quantity: "ttftMs", measured: 120, p50: 150, littleResidual: 1.004 }),
  answered("a-2", 3, { measured: 30, p50: 20, littleResidual: 2.661, breaksLittle: true }),
  answered("b-1", 4, { quantity: "outputTokensPerSec", measured: 1400, p50: 1500 }),
  {
    id: "b-2",
    line: 5,
    source: "b",
    quantity: "tpotMs",
    littleResidual: null,
    measured: 9,
    refused: "engine not stated",
  },
  { id: "b-3", line: 6, source: "b", quantity: "ttftMs", littleResidual: null, rejected: 'ttft_ms is "NaN"' },
];

const CHECK = EstimateCheck.parse({
  ...summariseChecks(ROWS),
  unmeasured: 1,
  little: { rows: 2, tolerance: 0.2, broken: [{ id: "a-2", line: 3, source: "a", residual: 2.661 }] },
  leftOut: ["a"],
  notes: ["the values of ttft_s were converted to ms"],
});

test("the text has the errors by source, how they were judged, Little's law, and what was left out", async () => {
  await expect(`${servingCheckText(CHECK)}\n`).toMatchFileSnapshot("../../golden/plan/check-serving.txt");
});

test("without a closed loop the text says so, and where all are sound that", () => {
  const { little, ...rest } = CHECK;
  expect(servingCheckText(rest)).toContain("No row has everything that Little's law needs");
  expect(servingCheckText({ ...rest, little: { ...little!, broken: [] } }).replaceAll(/\s+/g, " ")).toContain(
    "2 closed loops: all are within 20 %",
  );
});

test("the page has a parity plot of each quantity, residuals of Little's law by source, and the rows that break it", () => {
  const about = { kind: "serving", file: "points.csv", generatedOn: "2026-11-25", tool: "Tunewright 0.1.0" } as const;
  const page = htmlPage(checkDocument(CHECK, { ...about, sections: servingCheckSections(CHECK) }));
  for (const words of ["Time per output token", "Time to first token", "Output of the deployment"])
    expect(page).toContain(words);
  expect(page).toContain("Check of serving estimates against measured operating points");
  expect(page).toMatch(/Residual of Little(&#39;|')s law by source/);
  expect(page).toMatch(/a-2<[^]*?>2\.66</);
});
