import { Failure } from "../../base/failure.ts";
import { formatNumber } from "../../base/units.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { LatencySlo } from "../../domain/loadtest-spec.ts";
import type { LoadTestResult } from "../../domain/loadtest-result.ts";
import type { CapacityMeasurement, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { replicaOf } from "../serve/replica.ts";
import { type Serving, serveRun } from "./serving.ts";

/** A parsed load test. */
export type MeasuredServing = { file: string; result: LoadTestResult };

/** Ratio of lengths above which a measurement is considered to be of different requests. */
const ALIKE = 1.2;

/**
 * The capacity measured by a load test, between the highest rate that met its SLO and the lowest that did not. It
 * replaces the estimate.
 *
 * @throws Failure bad_input if the test did not search for the capacity, or used other GPUs
 */
export function measuredCapacity(
  { file, result }: MeasuredServing,
  { serving, estimated }: { serving: Serving; estimated: SloCapacity },
): { capacity: SloCapacity; measured: CapacityMeasurement; warnings: string[] } {
  const { spec } = serving;
  const found = result.sloCapacity;
  if (found === null || found.ratePerSec === null) {
    const why = found === null ? "no capacity under an SLO was searched for" : found.reason;
    throw new Failure("bad_input", `${file}: ${why}`, {
      hint: "measure one: tunewright loadtest URL --find-capacity with the limits of your SLO",
    });
  }
  const copies = replicasBehind({ file, result }, serving);
  const rate = found.ratePerSec / copies;
  const high = Math.max(rate, (found.failsAtPerSec ?? found.ratePerSec) / copies);
  const output = result.outputTokens.mean ?? spec.outputTokens;
  const input = result.inputTokens?.mean ?? spec.inputTokens;
  const perRequest = found.outputTokensPerSec === null ? output : found.outputTokensPerSec / found.ratePerSec;
  const basis = `load test of ${result.startedAt.slice(0, 10)} (${file}): highest rate that met its SLO, to the lowest that did not`;
  const scaled = (factor: number, unit: string): Quantity => ({
    p10: rate * factor,
    p50: rate * factor,
    p90: high * factor,
    unit,
    basis,
    n: result.counts.inWindow,
    sources: [file],
  });
  const { requestsPerSec: computed } = estimated;
  return {
    capacity: {
      requestsPerSec: scaled(1, "requests/s"),
      outputTokensPerSec: scaled(perRequest, "tokens/s"),
      totalTokensPerSec: scaled(perRequest + input, "tokens/s"),
      boundBy: "measured",
      shareOfSaturation:
        isRefusal(computed) || estimated.shareOfSaturation === null ? null : estimated.shareOfSaturation,
      basis: "load-test",
      slowEnd: null,
    },
    measured: {
      file,
      startedAt: result.startedAt,
      target: result.target,
      attainment: found.attainment,
      outputTokensPerSec: rate * perRequest,
      estimatedOutputTokensPerSec: estimated.outputTokensPerSec,
    },
    warnings: doubts({ file, result }, { spec, input, output }),
  };
}

/** Number of replicas behind the endpoint. */
function replicasBehind({ file, result }: MeasuredServing, serving: Serving): number {
  const { gpus } = replicaOf(serveRun(serving));
  if (result.gpuCount % gpus !== 0)
    throw new Failure("bad_input", `${file} was measured on ${result.gpuCount} GPUs, but a replica here has ${gpus}`, {
      hint: "set --tensor-parallel and --pipeline-parallel as in the test",
    });
  const named = result.gpu === null ? undefined : knownGpu(result.gpu);
  if (named !== undefined && named !== serving.gpu.id)
    throw new Failure("bad_input", `${file} was measured on ${named}, but the plan is for ${serving.gpu.id}`, {
      hint: `--gpu ${named}`,
    });
  return result.gpuCount / gpus;
}

function knownGpu(name: string): string | undefined {
  try {
    return findGpu(name).id;
  } catch {
    return undefined; // a description in free text cannot be compared
  }
}

/** Differences between the measurement and this plan. */
function doubts(
  { file, result }: MeasuredServing,
  { spec, input, output }: { spec: ServeSpec; input: number; output: number },
): string[] {
  const slo = result.goodput?.slo;
  const differs = (measured: number, asked: number): boolean => Math.max(measured / asked, asked / measured) > ALIKE;
  return [
    result.partial ? `${file} is partial: sending ended early (${result.stopped})` : undefined,
    slo !== undefined && (slo.ttftMs !== spec.sloTtftMs || slo.tpotMs !== spec.sloTpotMs)
      ? `${file} used another SLO (${sloWords(slo)}), and its capacity is for that one`
      : undefined,
    differs(input, spec.inputTokens) || differs(output, spec.outputTokens)
      ? `${file} was measured with ${formatNumber(input)} input and ${formatNumber(output)} output tokens per request; the plan has ${formatNumber(spec.inputTokens)} and ${formatNumber(spec.outputTokens)}`
      : undefined,
    ...result.findings.map((finding) => `${file}: ${finding}`),
  ].filter((part) => part !== undefined);
}

function sloWords(slo: LatencySlo): string {
  return Object.entries(slo)
    .flatMap(([limit, ms]) => (ms === undefined ? [] : [`${limit} ${formatNumber(ms)}`]))
    .join(", ");
}
