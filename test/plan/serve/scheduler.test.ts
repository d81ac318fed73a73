import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { requestLengths } from "../../../src/plan/serve/request-lengths.ts";
import { simulate } from "../../../src/plan/serve/scheduler.ts";
import { saturated } from "../../../src/plan/serve/saturation.ts";
import { serve } from "../../../src/plan/serve/serve.ts";
import type { Served } from "../../../src/plan/serve/served.ts";
import type { Load, ServeRun } from "../../../src/plan/serve/serve-run.ts";
import { memoryOf, served } from "./served-runs.ts";

const mean = (times: Float64Array): number => times.reduce((sum, each) => sum + each, 0) / times.length;
const of = (run: ServeRun, load: Load): Served => serve(replicaOf(run), memoryOf(run), load);

describe("a simulated scheduler", () => {
  test("keeps Little's law: requests in the system are their rate times their time in it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom("vllm", "sglang", "tensorrt-llm" as const),
        fc.integer({ min: 20, max: 400 }),
        (users, engine, output) => {
          const run = served({
            engine,
            engineEra: engine === "tensorrt-llm" ? "1.1" : undefined,
            outputTokens: { mean: output, cv: 0 },
          });
          // Users who come back at once keep as many requests in the system as there are users, the last wave aside.
          const requests = Array.from({ length: users * 12 }, (_, index) => ({
            arrivalSec: index < users ? 0 : Number.POSITIVE_INFINITY,
            input: 500,
            output,
          }));
          const { ttftSec, tpotSec, requestsPerSec } = simulate(replicaOf(run), memoryOf(run), {
            requests,
            isClosed: true,
            skip: 0,
          });
          const inSystemSec = mean(ttftSec) + mean(tpotSec) * (output - 1);
          expect(Math.abs((requestsPerSec * inSystemSec) / users - 1)).toBeLessThan(0.02);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("decodes as many together at a rate as come while one is decoded, with no part of a start or an end", () => {
    const run = served({ outputTokens: { mean: 200, cv: 0.5 } });
    const full = of(run, { kind: "saturation" }).requestsPerSec;
    for (const perSec of [0.6 * full, 0.9 * full]) {
      const { running, tpotSec } = of(run, { kind: "rate", perSec });
      expect(Math.abs(running / (perSec * mean(tpotSec) * 199) - 1)).toBeLessThan(0.08);
    }
  });

  test.each([1, 7, 64, 200, 2000])(
    "keeps %i users of a service under way, with no part of a start or an end",
    (users) => {
      for (const cv of [0, 1]) {
        const run = served({ maxRunning: 128, outputTokens: { mean: 200, cv } });
        const { ttftSec, tpotSec, requestsPerSec, outputPerSec } = of(run, { kind: "concurrency", requests: users });
        const underWay = requestsPerSec * (mean(ttftSec) + mean(tpotSec) * 199);
        // Short answers wait longer for each token, and lengths of a stretch scatter.
        expect(Math.abs(underWay / users - 1)).toBeLessThan(cv === 0 ? 0.03 : 0.1);
        expect(outputPerSec / requestsPerSec).toBeCloseTo(200, -1);
      }
    },
  );

  test("counts the end of a benchmark that says how many it sent, as its clock does", () => {
    const of = (sent?: number): number =>
      serve(replicaOf(served()), memoryOf(served()), { kind: "concurrency", requests: 64, sent }).outputPerSec;
    expect(of(96) / of()).toBeLessThan(0.9);
    expect(of(6400) / of()).toBeGreaterThan(0.97);
  });

  test("serves each request alone where they come hardly ever", () => {
    const run = served();
    const rare = of(run, { kind: "rate", perSec: 1e-4 });
    const solo = of(run, { kind: "concurrency", requests: 1 });
    expect(mean(rare.ttftSec) / mean(solo.ttftSec)).toBeCloseTo(1, 2);
    expect(mean(rare.tpotSec) / mean(solo.tpotSec)).toBeCloseTo(1, 2);
    expect(mean(rare.queueSec)).toBe(0);
    expect(rare.boundBy).toBe("demand");
  });

  test("never lets tokens or first tokens come sooner where more users ask", () => {
    const run = served();
    const at = [1, 4, 16, 64, 256].map((requests) => of(run, { kind: "concurrency", requests }));
    for (const [index, more] of at.slice(1).entries()) {
      // Contexts are rounded to a sixteenth of an octave.
      expect(mean(more.tpotSec)).toBeGreaterThan(mean(at[index]!.tpotSec) * 0.98);
      expect(mean(more.ttftSec)).toBeGreaterThan(mean(at[index]!.ttftSec) * 0.99);
      expect(more.outputPerSec).toBeGreaterThan(at[index]!.outputPerSec);
    }
  });

  test("delivers what is offered below capacity, and never more than capacity", () => {
    const run = served();
    const { requestsPerSec: capacity } = saturated(replicaOf(run), memoryOf(run));
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 3, noNaN: true }), (share) => {
        const { requestsPerSec } = of(run, { kind: "rate", perSec: share * capacity });
        expect(requestsPerSec).toBeLessThanOrEqual(capacity * 1.0001);
        if (share < 1) expect(requestsPerSec).toBeCloseTo(share * capacity, 9);
      }),
      { numRuns: 8 },
    );
  });

  test("holds requests back for room, for the engine's limit or not at all, and says which", () => {
    const burst = { kind: "all-at-once", requests: 400 } as const;
    expect(of(served({ maxRunning: 16 }), burst).boundBy).toBe("scheduler");
    const long = { inputTokens: { mean: 20_000, cv: 0 }, outputTokens: { mean: 2000, cv: 0 } };
    expect(of(served(long), burst).boundBy).toBe("kv");
    expect(of(served(), { kind: "concurrency", requests: 8 }).boundBy).toBe("demand");
  });

  test("counts the wave that a benchmark starts with, which is most of its first tokens' time", () => {
    const run = served({ inputTokens: { mean: 4000, cv: 0 } });
    const bench = of(run, { kind: "concurrency", requests: 64, sent: 512 });
    const service = of(run, { kind: "concurrency", requests: 64 });
    const solo = of(run, { kind: "concurrency", requests: 1 });
    expect(mean(bench.ttftSec)).toBeGreaterThan(mean(service.ttftSec));
    expect(mean(bench.ttftSec) / mean(solo.ttftSec)).toBeGreaterThan(2.8);
  });

  test("gives the tokens of a draft that are accepted in the same step", () => {
    const plain = of(served(), { kind: "concurrency", requests: 1 });
    const drafted = of(served({ speculation: { draftTokens: 3, acceptedPerStep: 1.5 } }), {
      kind: "concurrency",
      requests: 1,
    });
    expect(mean(plain.tpotSec) / mean(drafted.tpotSec)).toBeGreaterThan(1.7);
    expect(mean(plain.tpotSec) / mean(drafted.tpotSec)).toBeLessThan(2.5);
  });

  test("reads prompts before it decodes in engines that do, so that the tokens of others wait", () => {
    const load = { kind: "concurrency", requests: 32 } as const;
    const run = { inputTokens: { mean: 8000, cv: 0.3 }, outputTokens: { mean: 200, cv: 0.5 } };
    const { tpotSec } = of(served({ ...run, engine: "sglang" }), load);
    const alone = of(served({ ...run, engine: "sglang" }), { kind: "concurrency", requests: 1 });
    expect(mean(tpotSec)).toBeGreaterThan(3 * mean(alone.tpotSec));
  });
});

describe("lengths of requests", () => {
  test("have the mean and the scatter that is asked for, exponential at a coefficient of one", () => {
    for (const cv of [0.1, 0.5, 1]) {
      const drawn = requestLengths({ mean: 1000, cv }, { count: 4000, which: "output", least: 1 });
      const average = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
      const spread = Math.sqrt(drawn.reduce((sum, each) => sum + (each - average) ** 2, 0) / drawn.length);
      expect(average).toBeCloseTo(1000, -1);
      expect(Math.abs(spread / 1000 / cv - 1)).toBeLessThan(0.1);
    }
    const chat = requestLengths({ mean: 1000, cv: 1 }, { count: 4000, which: "output", least: 1 });
    expect(chat.filter((each) => each > 1000).length / 4000).toBeCloseTo(Math.exp(-1), 2);
  });
});
