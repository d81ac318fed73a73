import { describe, expect, test } from "vitest";

import { quantileSorted } from "../../../src/base/quantile.ts";
import type { LoadTestRequest } from "../../../src/domain/loadtest-request.ts";
import type { LatencySummary, LoadTestResult, OfferedLoad } from "../../../src/domain/loadtest-result.ts";
import { arrivalTimes } from "../../../src/loadtest/arrivals.ts";
import { judgeInRealTime, measureStub } from "../../loadtest/measure-stub.ts";
import { type Served, simulateSlots } from "../../loadtest/simulate-slots.ts";
import type { StubConfig } from "../../loadtest/start-stub.ts";

/** 32 slots and answers of 21 tokens in the mean: 0.8 s each, 40 a second. */
const SERVICE = { slots: 32, prefillMs: 400, perTokenMs: 20 };

/** The arrivals of a test through the slots of its stub, by arithmetic. */
function simulated(requests: readonly LoadTestRequest[], { stall, ...service }: StubConfig): Served[] {
  const arrivals = requests.map(({ dueSec, outputTokens }) => ({ atMs: 1000 * dueSec, tokens: outputTokens }));
  const at = stall === undefined ? {} : { stall: { atMs: arrivals[stall.atRequest]!.atMs, ms: stall.ms } };
  return simulateSlots(arrivals, { ...service, ...at });
}

type Row = { figure: string; simulated: number; measured: number };

/** The mean and the quantiles of a latency, measured and simulated. */
function rowsOf({ latency }: LoadTestResult, served: readonly Served[], name: "ttft" | "tpot" | "e2e"): Row[] {
  const values = served.map((each) => each[`${name}Ms`]).filter((value) => value !== null);
  const sorted = values.toSorted((a, b) => a - b);
  const row = (figure: keyof LatencySummary, simulated: number): Row => ({
    figure: `${name} ${figure}`,
    simulated,
    measured: latency[name][figure] as number,
  });
  return [
    row("mean", sorted.reduce((sum, each) => sum + each, 0) / sorted.length),
    ...([50, 90, 95, 99] as const).map((percent) => row(`p${percent}`, quantileSorted(sorted, percent / 100))),
  ];
}

/** The service has one pace of tokens: what its high quantiles hold is the lateness of this machine. */
const IS_NOISE = new Set(["tpot p95", "tpot p99"]);

/** Prints what was measured in addition to what was simulated, and holds the one to the other. */
function expectWithin3Percent(title: string, rows: readonly Row[]): void {
  const line = ({ figure, simulated, measured }: Row): string =>
    `  ${figure.padEnd(9)} ${simulated.toFixed(1).padStart(8)} ${measured.toFixed(1).padStart(8)}  ${(100 * (measured / simulated - 1)).toFixed(1).padStart(5)} %\n`;
  process.stdout.write(`${title}\n  ms       simulated measured\n${rows.map(line).join("")}`);
  for (const { figure, simulated, measured } of rows) {
    if (!IS_NOISE.has(figure)) expect(Math.abs(measured / simulated - 1), figure).toBeLessThan(0.03);
  }
}

describe.concurrent("measured latencies are those of the same arrivals through the same slots", () => {
  test.for([
    ["Poisson arrivals at 95 % of capacity", { mode: "poisson", rate: 38, seconds: 9 }],
    ["even arrivals at 125 % of capacity, where the queue grows", { mode: "constant", rate: 50, seconds: 6 }],
  ] as const)("%s", async ([title, load], context) => {
    await judgeInRealTime(
      context,
      () => measureStub(SERVICE, { outputTokens: 21, outputCv: 0.2, ...load }),
      ({ result, requests }) => {
        expect(result.counts).toMatchObject({ sent: requests.length, ok: requests.length });
        const served = simulated(requests, SERVICE);
        const rows = (["ttft", "tpot", "e2e"] as const).flatMap((name) => rowsOf(result, served, name));
        expectWithin3Percent(`${title}: ${requests.length} requests`, rows);
      },
    );
  });

  test("chunks of four tokens: TPOT is that of tokens, gaps are those of chunks", async (context) => {
    const config = { ...SERVICE, tokensPerChunk: 4 };
    await judgeInRealTime(
      context,
      () => measureStub(config, { mode: "constant", rate: 20, seconds: 4, outputTokens: 21 }),
      ({ result, requests }) => {
        const rows = rowsOf(result, simulated(requests, config), "tpot");
        const gap = { figure: "itl p50", simulated: 4 * SERVICE.perTokenMs, measured: result.latency.itl.p50! };
        expectWithin3Percent("four tokens per chunk", [...rows, gap]);
        expect(result.tokensPerChunk).toBeCloseTo(21 / 6, 6);
        expect(result.countedBy).toBe("usage");
      },
    );
  });
});

describe.concurrent("what is offered, and what comes back", () => {
  test("Poisson arrivals are those of the seed, and are sent when they are due", async (context) => {
    await judgeInRealTime(
      context,
      () => measureStub(SERVICE, { rate: 30, seconds: 4, outputTokens: 4, seed: 42 }),
      ({ result, requests }) => {
        const times = arrivalTimes({ perSec: 30, arrivals: "poisson" }, 42);
        for (const { dueSec } of requests) expect(dueSec).toBeCloseTo(times.next().value, 5);
        expect(result.latency.queueDelay.p50).toBeLessThan(5); // the tail is the machine's: bench/loadtest.md
      },
    );
  });

  test("output at a held concurrency is that of full slots, and Little's law holds", async (context) => {
    const config = { slots: 4, prefillMs: 100, perTokenMs: 20 }; // 0.4 s for 16 tokens
    const window = { seconds: 6, warmup: 0.2, tail: 0.2 };
    await judgeInRealTime(
      context,
      () => measureStub(config, { mode: "concurrent", concurrency: 12, outputTokens: 16, ...window }),
      ({ result }) => {
        process.stdout.write(
          `output ${result.outputTokensPerSec} tok/s of 160, Little's-law residual ${result.littleResidual}\n`,
        );
        expect(Math.abs(result.outputTokensPerSec! / ((4 * 16) / 0.4) - 1)).toBeLessThan(0.03);
        expect(Math.abs(result.littleResidual! - 1)).toBeLessThan(0.03);
        expect(result.running.peak).toBe(12);
      },
    );
  });
});

const rateIn = (load: OfferedLoad): number => (load.kind === "rate" ? load.perSec : Number.NaN);

describe.concurrent("the capacity under an SLO", () => {
  const config = { slots: 16, prefillMs: 160, perTokenMs: 16 }; // 0.32 s for 11 tokens: 50 a second

  test("of even arrivals is slots over service time", async (context) => {
    const search = {
      findCapacity: true,
      slo: { ttftMs: 220 },
      arrivals: "constant",
      rate: 45,
      precision: 0.03,
      maxSeconds: 55, // of an attempt: a busy machine may send the search to and fro
    } as const;
    await judgeInRealTime(
      context,
      () => measureStub(config, { ...search, requests: 160, outputTokens: 11 }),
      ({ result }) => {
        const { ratePerSec, failsAtPerSec } = result.sloCapacity!;
        process.stdout.write(`capacity ${ratePerSec} to ${failsAtPerSec} requests/s of 50\n`);
        expect(Math.abs(ratePerSec! / 50 - 1)).toBeLessThan(0.03);
        expect(failsAtPerSec! / ratePerSec!).toBeLessThan(1.031);
      },
    );
  });

  test("of Poisson arrivals: at each rate that is tried the same share keeps it as in the simulation", async (context) => {
    const slo = { ttftMs: 240 };
    const search = { findCapacity: true, slo, attainment: 0.9, rate: 30, precision: 0.1, seed: 3, maxSeconds: 55 };
    await judgeInRealTime(
      context,
      () => measureStub(config, { ...search, seconds: 4, outputTokens: 11 }),
      ({ result, requests }) => {
        const kept = result.points.map((point, index) => {
          const served = simulated(
            requests.filter((request) => request.point === index),
            config,
          );
          const share = served.filter(({ ttftMs }) => ttftMs <= slo.ttftMs).length / served.length;
          return { rate: rateIn(point.load), measured: point.goodput!.attainment!, simulated: share };
        });
        process.stdout.write(`${kept.map((each) => JSON.stringify(each)).join("\n")}\n`);
        const { ratePerSec, failsAtPerSec } = result.sloCapacity!;
        const sharesAt = (rate: number | null): number[] =>
          kept.filter((each) => each.rate === rate).map(({ simulated: share }) => share);
        const found = sharesAt(ratePerSec);
        expect(found.reduce((sum, each) => sum + each, 0) / found.length).toBeGreaterThan(search.attainment - 0.03);
        const grows = result.points.some(
          ({ load, queueGrows }) => rateIn(load) === failsAtPerSec && queueGrows === true,
        );
        expect(grows || Math.min(...sharesAt(failsAtPerSec)) < search.attainment + 0.03).toBe(true);
        for (const { measured, simulated } of kept) expect(Math.abs(measured - simulated)).toBeLessThan(0.03);
      },
    );
  });
});

describe.concurrent("a stall of the server (coordinated omission)", () => {
  const config = { slots: 16, prefillMs: 30, perTokenMs: 10, stall: { atRequest: 100, ms: 2000 } };
  const show = (name: string, { latency: { ttft } }: LoadTestResult): void => {
    const figures = [ttft.p50, ttft.p90, ttft.p95, ttft.p99, ttft.max].map((ms) => ms?.toFixed(0).padStart(6));
    process.stdout.write(`${name.padEnd(12)} n ${ttft.n}, TTFT p50 p90 p95 p99 max, ms: ${figures.join("")}\n`);
  };

  test("shows in full in an open loop", async (context) => {
    await judgeInRealTime(
      context,
      () => measureStub(config, { mode: "constant", rate: 50, seconds: 8, outputTokens: 2 }),
      ({ result, requests }) => {
        show("open loop", result);
        const rows = rowsOf(result, simulated(requests, config), "ttft");
        expectWithin3Percent(
          "open loop through a stall of 2 s",
          rows.filter(({ simulated }) => simulated > 100), // 3 % of 30 ms is less than timers are worth
        );
        expect(result.latency.ttft.p90).toBeGreaterThan(1000);
        expect(result.latency.ttft.p99).toBeGreaterThan(1900);
      },
    );
  });

  test("hardly shows in a closed loop, which sends nothing meanwhile", async (context) => {
    await judgeInRealTime(
      context,
      () => measureStub(config, { mode: "concurrent", concurrency: 8, seconds: 8, outputTokens: 2 }),
      ({ result }) => {
        show("closed loop", result);
        expect(result.latency.ttft.p99).toBeLessThan(150);
        expect(result.latency.ttft.max).toBeGreaterThan(1900);
      },
    );
  });
});
