import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { isRefusal } from "../../../src/domain/estimate.ts";
import type { LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import type { ServePlan } from "../../../src/domain/serve-plan.ts";
import { ServeSpec, type ServeSpecInput } from "../../../src/domain/serve-spec.ts";
import { planServe } from "../../../src/plan/serve-plan/plan-serve.ts";
import { serveText } from "../../../src/plan/serve-plan/serve-text.ts";
import { catchFailure } from "../../catch-failure.ts";
import { loadTestResult } from "./load-test-result.ts";
import { longTest } from "../../long-suite.ts";

function planWith(result: LoadTestResult, input: Partial<ServeSpecInput> = {}): ServePlan {
  const spec = ServeSpec.parse({ model: "meta-llama/Llama-3.1-8B", rate: 20, ...input });
  const usdPerGpuHour = { p10: 2, p50: 2, p90: 2, unit: "USD", basis: "a price", n: 0, sources: [] };
  const [shape, gpu] = [findModel(spec.model), findGpu(spec.gpu)];
  return planServe({ spec, shape, gpu, usdPerGpuHour, measured: { file: "result.json", result } });
}

test("a load test replaces the estimate: capacity, replicas, utilisation and cost are by it", () => {
  const plan = planWith(loadTestResult());
  expect(plan.capacityAtSlo).toMatchObject({
    requestsPerSec: { p10: 8, p50: 8, p90: 8.4, n: 384 },
    outputTokensPerSec: { p10: 2400, p50: 2400 },
    basis: "load-test",
    boundBy: "measured",
  });
  expect(plan.replicas.needed).toMatchObject({ p10: 8, p50: 8, p90: 8 });
  expect(plan.utilisation).toMatchObject({ p50: 20 / 64 });
  expect(plan.byLoad.at(-1)!.usdPerMtokOutput).toMatchObject({ p50: (2 * 1e6) / 3600 / 2400 });
  const { estimatedOutputTokensPerSec } = plan.measured!;
  expect(isRefusal(estimatedOutputTokensPerSec)).toBe(false);
  expect(plan.warnings).toEqual([]);
  expect(serveText(plan)).toContain("load test of 2026-11-24 (result.json)");
});

longTest("several replicas behind one address share what was measured", () => {
  const plan = planWith(loadTestResult({ gpuCount: 4 }), { tensorParallel: 2 });
  expect(plan.capacityAtSlo.requestsPerSec).toMatchObject({ p50: 4 });
});

test("what makes it a measurement of something else is said", () => {
  const other = loadTestResult({
    partial: true,
    stopped: "max-seconds",
    goodput: { slo: { ttftMs: 500 }, attainment: 1, requestsPerSec: 8, tokensPerSec: 2400 },
    findings: ["chunks hold several tokens"],
  });
  const warnings = planWith(other, { inputTokens: 4000 }).warnings.join("\n");
  expect(warnings).toContain("partial: sending ended early (max-seconds)");
  expect(warnings).toContain("another SLO (ttftMs 500)");
  expect(warnings).toContain("with 1,000 input and 300 output tokens per request; the plan has 4,000 and 300");
  expect(warnings).toContain("chunks hold several tokens");
});

test.each([
  { other: { gpu: "H200" }, input: {}, message: /measured on H200-141GB-SXM/, hint: "--gpu H200-141GB-SXM" },
  { other: { gpuCount: 3 }, input: { tensorParallel: 2 }, message: /measured on 3 GPUs/, hint: /--tensor-parallel/ },
  { other: { sloCapacity: null }, input: {}, message: /no capacity under an SLO/, hint: /--find-capacity/ },
])("it is refused where it is of other GPUs or has no capacity: $message", ({ other, input, message, hint }) => {
  const failure = catchFailure(() => planWith(loadTestResult(other), input));
  expect(failure.kind).toBe("bad_input");
  expect(failure.message).toMatch(message);
  expect(failure.hint).toMatch(hint);
});
