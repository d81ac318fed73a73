import { expect, test } from "vitest";

import { type CheckedRow, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { parityBlock, sourcesBlock } from "../../../src/plan/check/check-charts.ts";
import { checkDocument } from "../../../src/plan/check/check-document.ts";
import { summariseChecks } from "../../../src/plan/check/check-estimates.ts";
import { htmlPage } from "../../../src/report/html.ts";

const PAGE = {
  kind: "training",
  file: "<my> runs.csv",
  generatedOn: "2026-11-25",
  tool: "Tunewright 0.1.0",
  charts: { parity: parityBlock, sources: sourcesBlock },
} as const;
const row = ([id, line, measured]: [string, number, number], p50 = 20): CheckedRow => ({
  id,
  line,
  source: id.split("-")[0]!,
  quantity: "peakMemoryGib",
  measured,
  p10: 0.9 * p50,
  p50,
  p90: 1.2 * p50,
  cell: "allocated, hf, adapter",
});
const pageOf = (...rows: CheckedRow[]): string =>
  htmlPage(
    checkDocument(EstimateCheck.parse({ ...summariseChecks(rows), unmeasured: 0, leftOut: [], notes: [] }), PAGE),
  );

test("the page shows the bars, a parity plot, residuals by source and cell, the worst rows first, and what was left out", () => {
  const page = pageOf(row(["a-1", 2, 21]), row(["b-7", 9, 60]), row(["a-2", 3, 19]), {
    id: "c-1",
    line: 4,
    source: "c",
    quantity: "tokensPerSecPerGpu",
    rejected: 'seq_len is "0"',
  });
  expect(page).toContain("Estimates compared with &lt;my&gt; runs.csv");
  expect(page.match(/<svg /g)).toHaveLength(4); // two charts, each in two widths
  const worst = page.slice(page.indexOf("largest errors"));
  expect(worst.indexOf("b-7")).toBeLessThan(worst.indexOf("a-1"));
  expect(worst).toContain("−67");
  expect(page).toContain("allocated, hf, adapter");
  expect(page).toContain("seq_len is &quot;0&quot;");
  expect(page).toContain("2 of 3 bars contain the measured value");
  expect(page).not.toContain("<script");
});

test("a quantity of which no row was answered has a table and no chart", () => {
  const page = pageOf({ id: "a-1", line: 2, source: "a", quantity: "peakMemoryGib", measured: 3, refused: "no fact" });
  expect(page).not.toContain("<svg");
  expect(page).toContain("no fact");
});
