import { expect, test } from "vitest";

import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import type { LoadTestHead, LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import { rebuildResult } from "../../src/loadtest/rebuild-result.ts";
import { runLoadTest } from "../../src/loadtest/run-loadtest.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { good, startEndpoint } from "./start-endpoint.ts";

type Run = { result: LoadTestResult; head: LoadTestHead; requests: LoadTestRequest[] };

async function run(over: object): Promise<Run> {
  const endpoint = await startEndpoint((response, nth, body) => {
    if (nth % 9 === 4) response.writeHead(500).end("no");
    else setTimeout(() => good(response, nth, body), 5 + (nth % 7));
  });
  const requests: LoadTestRequest[] = [];
  let head: LoadTestHead | undefined;
  const spec = LoadTestSpec.parse({
    url: `${endpoint.url}?key=secret`,
    model: "stub",
    inputTokens: 3,
    seed: 5,
    ...over,
  });
  const result = await runLoadTest(spec, {
    onStart: (each) => void (head = each),
    onRequest: (each) => requests.push(each),
  });
  await endpoint.close();
  return { result, requests, head: JSON.parse(JSON.stringify(head)) as LoadTestHead };
}

const rebuilt = ({ head, requests }: Pick<Run, "head" | "requests">): Promise<LoadTestResult> =>
  rebuildResult({ head, requests: each(requests), cutChars: () => 0, writtenAt: new Date(0) });

// oxlint-disable-next-line require-await -- the record is read line by line
async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

const prices = { usdPerMtokInput: "2", usdPerMtokOutput: "10" };

test.each([
  ["a rate", { rate: 200, requests: 60, slo: { ttftMs: 100 }, ...prices }],
  ["a concurrency", { mode: "concurrent", concurrency: 4, requests: 40, gpu: "H100-80GB-SXM", usdPerGpuHour: "2.50" }],
  ["a sweep", { mode: "sweep", rates: [100, 200, 300], requests: 40, slo: { ttftMs: 100 } }],
  [
    "a search",
    { findCapacity: true, rate: 100, requests: 40, slo: { ttftMs: 1000 }, attainment: 0.5, maxRequests: 150 },
  ],
])("of the whole record of %s the same figures come, gaps between chunks aside", async (_name, over) => {
  const { result, ...record } = await run(over);
  const again = await rebuilt(record);
  const figures = ({ points }: LoadTestResult): unknown =>
    points.map(({ latency: { itl: _itl, ...latency }, latencyOfOk: { itl: _ok, ...ofOk }, running, ...point }) => ({
      ...point,
      latency,
      ofOk,
      running: running.mean,
    }));
  expect(figures(again)).toEqual(figures(result));
  expect(again.points.at(-1)!.running.peak).toBeLessThanOrEqual(result.points.at(-1)!.running.peak);
  expect(again).toMatchObject({ partial: true, stopped: "killed", spentUsd: result.spentUsd, seed: 5 });
  expect(again.dataset).toEqual(result.dataset);
});

test("settings of its head that somebody made wrong are refused by their name", async () => {
  const { head, requests } = await run({ rate: 200, requests: 10 });
  const wrong = { ...head, settings: { ...head.settings, speedup: 0 } };
  const failure = await catchFailureAsync(() => rebuilt({ head: wrong, requests }));
  expect(failure.kind).toBe("bad_input");
  expect(failure.message).toContain("test.json: settings.speedup: 0 is too small");
});

test("requests whose successors are recorded had no answer, and are counted as cut off", async () => {
  const { head, requests } = await run({ rate: 200, requests: 60 });
  const kept = requests.filter(({ index }) => index % 10 !== 7);
  const again = await rebuilt({ head, requests: kept });
  expect(again.counts).toMatchObject({ sent: 60, cancelled: 6 });
  expect(again.findings).toContain("6 requests before the last recorded one had no answer yet");
});

test("the query of the address, which may hold a key, is not in the record", async () => {
  const { head } = await run({ rate: 200, requests: 3 });
  expect(JSON.stringify(head)).not.toContain("secret");
});

test.each([
  ["a number that the test cannot have reached", { index: 28_000_000 }],
  ["a number beyond what any test may have", { index: Number.MAX_SAFE_INTEGER }],
  ["a point of its own beyond all that there may be", { point: 230_000 }],
])("a request with %s is refused before memory is taken for those before it", async (_name, over) => {
  const { head, requests } = await run({ rate: 200, requests: 20 });
  const before = process.memoryUsage().rss;
  const changed = [...requests, { ...requests[0]!, ...over }];
  await expect(rebuilt({ head, requests: changed })).rejects.toThrow(/the test had 10000 requests at most/);
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});
