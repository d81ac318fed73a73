import type { TestContext } from "vitest";

import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import type { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import { runLoadTest } from "../../src/loadtest/run-loadtest.ts";
import { type StubAccount, type StubConfig, startStub } from "./start-stub.ts";

/** A load test against the stub: its result, its requests in the order in which they were due, and the stub's account. */
export type Measured = { result: LoadTestResult; requests: LoadTestRequest[]; account: StubAccount };

/** Runs a load test in this process against a fresh stub in another; all requests are counted. */
export async function measureStub(config: StubConfig, spec: Partial<LoadTestSpec>): Promise<Measured> {
  const stub = await startStub(config);
  try {
    const requests: LoadTestRequest[] = [];
    const whole = { url: stub.url, model: "stub", warmup: 0, tail: 0, inputTokens: 16, ...spec };
    const result = await runLoadTest(LoadTestSpec.parse(whole), { onRequest: (request) => requests.push(request) });
    requests.sort((a, b) => a.point - b.point || a.index - b.index);
    return { result, requests, account: await stub.account() };
  } finally {
    await stub.stop();
  }
}

/** Number of attempts at a measurement in real time. */
const ATTEMPTS = 3;

/** Lateness of the stub itself, at p99, from which on a machine is too busy for the bar of 3 %. */
const BUSY_MS = 8;

/**
 * Measures in real time and judges. Where another process takes the machine for tens of milliseconds every figure is off
 * by them, whoever measures: such a run is made again, and where the stub, which does next to nothing, was itself late
 * until the last, the test is skipped and says so. A client that is wrong is wrong on a quiet machine too.
 */
export async function judgeInRealTime(
  { skip }: TestContext,
  measure: () => Promise<Measured>,
  judge: (measured: Measured) => void,
): Promise<void> {
  for (let left = ATTEMPTS; ; left--) {
    const measured = await measure();
    try {
      judge(measured);
      return;
    } catch (error) {
      if (left > 1) continue;
      const { lateP99Ms } = measured.account;
      skip(lateP99Ms > BUSY_MS, `this machine is busy: the stub itself was ${lateP99Ms.toFixed(0)} ms late at p99`);
      throw error;
    }
  }
}
