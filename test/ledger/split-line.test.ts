import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseMoney } from "../../src/base/money.ts";
import type { BilledRun, BilledRuns } from "../../src/ledger/classify.ts";
import type { BillLine } from "../../src/ledger/focus.ts";
import { splitLine } from "../../src/ledger/split-line.ts";

const HOUR_MS = 3_600_000;

/** A run on the machine `node`, alive in these hours. */
const runOf = (id: string, ...alive: [fromHour: number, toHour: number][]): BilledRun => ({
  id,
  resources: ["node"],
  allocation: null,
  alive: alive.map(([from, to]) => ({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS })),
  isFailed: id.startsWith("failed"),
});
const runsOf = (...runs: BilledRun[]): BilledRuns => ({
  byId: new Map(runs.map((run) => [run.id, run])),
  byResource: new Map([["node", runs]]),
  withAllocation: [],
});
const lineOf = (from: number, to: number, usd: string): BillLine => ({
  line: 1,
  billedPico: parseMoney(usd),
  effectivePico: parseMoney(usd) / 2n,
  startMs: from * HOUR_MS,
  endMs: to * HOUR_MS,
  chargeCategory: "Usage",
  service: "EC2",
  serviceCategory: "Compute",
  resource: "Node",
  description: "",
  sku: "",
  account: "",
  invoice: "",
  tags: {},
  currency: "USD",
  commitmentStatus: "",
  capacityStatus: "",
  chargedHours: null,
});
const shown = (line: BillLine, runs: BilledRuns): [string, string | null, bigint, string][] =>
  splitLine(line, runs).map(({ class: name, runId, billedPico, why }) => [name, runId, billedPico, why]);

describe("a line of a machine", () => {
  test("of a day is shared by the hours of its runs; hours without one are between or around them", () => {
    const runs = runsOf(runOf("a", [2, 8]), runOf("failed b", [12, 14]));
    const usd = (text: string): bigint => parseMoney(text);
    expect(shown(lineOf(0, 24, "24.00"), runs)).toEqual([
      ["around-run", "failed b", usd("10"), "10 of 24 hours: the machine of a run, before or after it was alive"],
      ["run", "a", usd("6"), "6 of 24 hours: the machine of the run, while it was alive"],
      ["between-runs", "a", usd("4"), "4 of 24 hours: the machine, between run a and failed b"],
      ["around-run", "a", usd("2"), "2 of 24 hours: the machine of a run, before or after it was alive"],
      ["failed-run", "failed b", usd("2"), "2 of 24 hours: the machine of the run, while it was alive"],
    ]);
  });

  test("that charges for fewer hours than its time has no more idle hours than it charges for", () => {
    const runs = runsOf(runOf("a", [2, 8]));
    const charged = (chargedHours: number | null): [string, bigint][] =>
      splitLine({ ...lineOf(0, 24, "24.00"), chargedHours }, runs).map(({ class: name, billedPico }) => [
        name,
        billedPico,
      ]);
    expect(charged(6)).toEqual([["run", parseMoney("24")]]);
    expect(charged(8)).toEqual([
      ["run", parseMoney("18")],
      ["around-run", parseMoney("6")],
    ]);
    expect(charged(24)).toEqual(charged(null));
    expect(charged(8 * 24)).toEqual(charged(null)); // hours of eight GPUs
    expect(charged(0)).toEqual([["run", parseMoney("24")]]); // neither hours nor an end is stated
  });

  test("of an hour belongs to the run in it, also where it was alive for a part of it", () => {
    expect(shown(lineOf(3, 4, "2.00"), runsOf(runOf("a", [3.25, 3.5])))).toEqual([
      ["run", "a", parseMoney("2"), "the machine of the run, while it was alive"],
    ]);
  });

  test("of an hour with two runs is shared by their time in it", () => {
    const parts = shown(lineOf(3, 4, "1.00"), runsOf(runOf("a", [3, 3.25]), runOf("b", [3.25, 4])));
    expect(parts.map(([, id, pico]) => [id, pico])).toEqual([
      ["b", parseMoney("0.75")],
      ["a", parseMoney("0.25")],
    ]);
  });

  test("is the sum of its parts to the last digit, and a day is its 24 hours", () => {
    const stretch = fc
      .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 40 }))
      .map(([from, length]): [number, number] => [from / 4, (from + length) / 4]);
    const usd = fc.integer({ min: -10_000, max: 10_000 }).map((cents) => (cents / 100).toFixed(2));
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 4 }), usd, (stretches, amount) => {
        const runs = runsOf(...stretches.map((alive, index) => runOf(`r${index}`, alive)));
        const line = lineOf(0, 24, amount);
        const parts = splitLine(line, runs);
        expect(parts.reduce((sum, { billedPico }) => sum + billedPico, 0n)).toBe(line.billedPico);
        expect(parts.reduce((sum, { effectivePico }) => sum + effectivePico, 0n)).toBe(line.effectivePico);
        const hourly = new Map<string, number>();
        for (let hour = 0; hour < 24; hour++) {
          for (const part of splitLine(lineOf(hour, hour + 1, "1.00"), runs)) {
            const key = part.class === "run" ? part.runId! : part.class;
            hourly.set(key, (hourly.get(key) ?? 0) + Number(part.billedPico) / 1e12);
          }
        }
        const daily = new Map<string, number>();
        for (const part of splitLine(lineOf(0, 24, "24.00"), runs)) {
          const key = part.class === "run" ? part.runId! : part.class;
          daily.set(key, (daily.get(key) ?? 0) + Number(part.billedPico) / 1e12);
        }
        expect([...daily.keys()].toSorted()).toEqual([...hourly.keys()].toSorted());
        for (const [key, hours] of daily) expect(hours).toBeCloseTo(hourly.get(key)!, 5);
      }),
      { numRuns: 60, seed: 16 },
    );
  });
});
