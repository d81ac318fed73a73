import { expect, test } from "vitest";

import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { request } from "./request.ts";

/** Cost of the line of second labels with every assumption at its middle. */
function secondLabels(data: Partial<ProgrammeInput["data"]>): number {
  const asked = request({ data: { plannedRows: 10_000, annotatorUsdPerHour: "60", ...data } });
  const assumption = (id: string): ReturnType<typeof asked.assumption> => {
    const row = asked.assumption(id);
    return { ...row, p10: row.p50, p90: row.p50 };
  };
  const { lines } = programmeCost({ ...asked, assumption });
  return lines.find(({ id }) => id === "cost.data.agreement")!.cost!.p50;
}

test("second labels take the minutes of first ones, and a decision where two differ, by hand", () => {
  // 10,000 rows × 20 % twice × (1 + 20 % that differ) × 3 minutes at 60 USD an hour.
  expect(secondLabels({ minutesPerRow: 3, doubleLabelledShare: 0.2 })).toBeCloseTo(10_000 * 0.2 * 1.2 * 3, 0);
  expect(secondLabels({ minutesPerRow: 6, doubleLabelledShare: 0.2 })).toBeCloseTo(10_000 * 0.2 * 1.2 * 6, 0);
  expect(secondLabels({ minutesPerRow: 3, doubleLabelledShare: 0.2, annotatedShare: 0.5 })).toBeCloseTo(3_600, 0);
  expect(secondLabels({ minutesPerRow: 3, doubleLabelledShare: 0 })).toBe(0);
});
