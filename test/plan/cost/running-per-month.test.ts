import { expect, test } from "vitest";

import { isRefusal } from "../../../src/domain/estimate.ts";
import { payback } from "../../../src/plan/payback/payback.ts";
import { runningPerMonth } from "../../../src/plan/cost/running-per-month.ts";
import { request } from "./request.ts";

const SERVING = {
  gpu: "H100-80GB-SXM",
  gpuCount: 1,
  usdPerGpuHour: { p10: 1, p50: 2, p90: 5, unit: "USD", basis: "by hand", n: 0, sources: [] },
  apiPrice: undefined,
  capacityClass: "8b" as const,
  matmulTflops: 700,
  activeParamCount: 8e9,
  figures: [],
};
const LOAD = { inputTokensPerMonth: 600e6, outputTokensPerMonth: 100e6, outputTokensPerSec: 2_000 };

test("serving, its people and maintenance of a month are summed draw by draw: the ends are nearer than the sums of the ends", () => {
  const asked = { ...request({ serving: LOAD }), serving: SERVING };
  const running = runningPerMonth(asked)!;
  const { monthlyServing: serving, monthlyPeople: people, monthlyMaintenance: maintenance } = payback(asked);
  if (isRefusal(serving) || isRefusal(people) || isRefusal(maintenance)) throw new Error("refused");
  expect(running.p90).toBeLessThan((serving.p90 + people.p90 + maintenance.p90) * 0.97);
  expect(running.p10).toBeGreaterThan((serving.p10 + people.p10 + maintenance.p10) * 1.03);
});

test("they are not known where serving or the run is not", () => {
  expect(runningPerMonth(request())).toBeNull();
  const refused = { refused: "no calibration cell", hint: "measure a run" };
  const withoutRun = request({ serving: { monthlyUsd: "100" } }, { gpuHoursPerRun: refused });
  expect(runningPerMonth(withoutRun)).toBeNull();
});
