import { expect, test } from "vitest";

import type { CheckSummary, EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { judgedLines } from "../../../src/plan/check/judged-lines.ts";

const summary = (answered: number, coverageP10P90Pct: number | null): CheckSummary => ({
  quantity: "peakMemoryGib",
  rows: answered,
  answered,
  refused: 0,
  rejected: 0,
  medianAbsErrorPct: null,
  p90AbsErrorPct: null,
  biasPct: null,
  coverageP10P90Pct,
});

const checkOf = (...groups: EstimateCheck["groups"]): EstimateCheck => ({
  rows: [],
  summary: [summary(10, 90)],
  groups,
  cells: [],
  refusals: [],
  rejections: [],
  unmeasured: 0,
  leftOut: [],
  notes: [],
});

test("coverage is said of the mean source too, sources without an answer aside", () => {
  const lines = judgedLines(
    checkOf({ group: "a", ...summary(8, 100) }, { group: "b", ...summary(2, 50) }, { group: "c", ...summary(0, null) }),
  );
  expect(lines).toContain(
    "p10–p90 of peak memory cover 90.0 % of all rows and 75.0 % of the rows of an average source.",
  );
});

test("of one source its coverage is that of the rows", () => {
  expect(judgedLines(checkOf({ group: "a", ...summary(10, 90) })).join(" ")).not.toContain("mean source");
});
