import { expect, test } from "vitest";

import type { CostLine } from "../../../src/domain/cost.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { request } from "./request.ts";

test("tokenising is hours of a CPU machine, once for all runs, and no GPU-hours", () => {
  const tokenisingHours = { ...request().training.usdPerGpuHour, p10: 10, p50: 10, p90: 10, unit: "h" };
  const costOf = (runs: number, more: { hoursPerRun?: number }): CostLine => {
    const asked = request(
      { training: { runs, ...more } },
      { runs, gpuCount: 256, ...(more.hoursPerRun ? {} : { tokenisingHours }) },
    );
    const still = programmeCost({ ...asked, assumption: atMiddle(asked.assumption) });
    return still.lines.find(({ id }) => id === "cost.training.tokenising")!;
  };
  const usdPerHour = Math.sqrt(0.68 * 4.08); // the middle of cpu.machine.usd-per-hour
  expect(costOf(1, {}).cost!.p50).toBeCloseTo(10 * usdPerHour, 1);
  expect(costOf(8, {}).cost!.p50).toBeCloseTo(10 * usdPerHour, 1);
  expect(costOf(8, { hoursPerRun: 6 })).toMatchObject({ cost: { p90: 0 }, reason: expect.stringContaining("hours") });
});

/** A lookup in which every assumption stands at its middle. */
function atMiddle(assumption: (id: string) => ReturnType<ReturnType<typeof request>["assumption"]>) {
  return (id: string): ReturnType<typeof assumption> => {
    const row = assumption(id);
    return { ...row, p10: row.p50, p90: row.p50 };
  };
}
