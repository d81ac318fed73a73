import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { WatchCheck } from "../../../src/domain/watch-check.ts";
import { type CheckedWatch, checkWatch } from "../../../src/programme/watch/check-watch.ts";
import type { WatchImport } from "../../../src/domain/watch-import.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { longTest } from "../../long-suite.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

/** 8 weeks of 120 requests: two models in turn, and two regions. */
const TRAFFIC = madeUpTraffic({ from: "2026-09-28", weeks: 8, perWeek: 120 })
  .trim()
  .split("\n")
  .map((line, k): object => ({
    ...(JSON.parse(line) as object),
    model: `support-${(k % 2) + 1}`,
    slice: k % 3 === 0 ? "north" : "south",
  }));

/** A reference that is too short to alarm, so that no threshold is simulated. */
const BASE: Readonly<Record<string, unknown>> = {
  version: 1,
  reference: { from: "2026-09-28", to: "2026-11-01" },
  signals: ["refusal"],
};

let dir: string;
let base: CheckedWatch;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-watch-fields-"));
  await mkdir(join(dir, "watch"));
  await writeFile(join(dir, "requests.jsonl"), TRAFFIC.map((row) => JSON.stringify(row)).join("\n"));
  await importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, "requests.jsonl"), shown: "requests.jsonl" }],
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW,
  });
  const labels = TRAFFIC.map((row, k) => ({ ...row, declined: k % 20 === 0 ? "yes" : "no" }));
  await writeFile(join(dir, "labels.jsonl"), labels.map((row) => JSON.stringify(row)).join("\n"));
  base = await checked({});
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The check of the monitor with some fields changed; JSON is YAML. */
async function checked(fields: object): Promise<CheckedWatch> {
  await writeFile(join(dir, "watch/m.yaml"), JSON.stringify({ ...BASE, ...fields }));
  return checkWatch(dir, "m", NOW);
}

const names = ({ signals }: Pick<WatchCheck, "signals">): string[] =>
  signals.map(({ signal, slice }) => (slice === null ? signal : `${signal} ${slice.by} ${slice.value}`));
const declined = { file: "labels.jsonl", field: "declined", positive: ["yes"] };

type Reading = (checked: CheckedWatch) => unknown;

test.each<[string, object, Reading, unknown, unknown]>([
  ["reference", { reference: { from: "2026-09-28", to: "2026-10-25" } }, ({ check }) => check.reference.batches, 5, 4],
  ["batch", { batch: "day" }, ({ check }) => [check.batch, check.reference.batches], ["week", 5], ["day", 35]],
  ["model", { model: "support-2" }, ({ check }) => check.reference.rows, 600, 300],
  ["signals", { signals: ["latency", "cost"] }, ({ check }) => names(check), ["refusal"], ["latency", "cost"]],
  [
    "slices",
    { slices: ["slice"] },
    ({ check }) => names(check),
    ["refusal"],
    ["refusal", "refusal slice north", "refusal slice south"],
  ],
  [
    "labels.refusal",
    { labels: { refusal: declined } },
    ({ check }) => check.signals[0]!.corrected?.labels,
    undefined,
    600,
  ],
  [
    "labels.refusal.positive",
    { labels: { refusal: { ...declined, positive: ["yes", "no"] } } },
    ({ check }) => check.signals[0]!.reference > 0.9,
    false,
    true,
  ],
  ["webhook", { webhook: "https://example.com/hook" }, ({ webhook }) => webhook, undefined, "https://example.com/hook"],
])("the field %s changes the check", async (...[, fields, read, before, after]) => {
  expect(read(base)).toEqual(before);
  expect(read(await checked(fields))).toEqual(after);
});

longTest("a larger share of false alarms lowers the threshold", async () => {
  const reference = { from: "2026-09-28", to: "2026-11-22" };
  const threshold = async (falseAlarms: number): Promise<number> =>
    (await checked({ reference, falseAlarms })).check.threshold!;
  expect(await threshold(0.3)).toBeLessThan(await threshold(0.05));
});

test("the format decides which answers count as formatted", async () => {
  const share = async (format: unknown): Promise<number> =>
    (await checked({ signals: ["format"], format })).check.signals[0]!.reference;
  expect(await share("json")).toBe(0);
  expect(await share({ pattern: "^Certainly" })).toBeGreaterThan(0.9);
  expect((await checked({ signals: ["format"] })).check.notWatched).toEqual([
    { what: "answers in format", reason: "no format is given" },
  ]);
});

test("the sample limits the rows whose distance is computed, and no others", async () => {
  const rows = async (sample: number): Promise<number[]> =>
    (await checked({ signals: ["refusal", "input"], sample })).check.signals.map(({ batches }) => batches[0]!.rows);
  const [all, some] = [await rows(2_000), await rows(80)];
  expect(some[0]).toBe(all[0]);
  expect(some[1]).toBeLessThan(all[1]!);
});

test("texts older than the retention are deleted, and the check says so", async () => {
  expect(base.check.notes.join()).not.toContain("texts older");
  const { check } = await checked({ retentionDays: 1 });
  expect(check.notes.join()).toContain("texts older than 1 day were deleted: 1 part");
});

/** Imports rows into a folder of their own, and checks all signals of 13 weeks, the last ones watched. */
async function importedAndChecked(
  rows: readonly object[],
  { slices = [], ...how }: { sample?: number; sampleSlices?: ReadonlyMap<string, number>; slices?: string[] },
  { signals, again }: { signals?: string[]; again?: readonly object[] } = {},
): Promise<{ imported: WatchImport; check: CheckedWatch["check"] }> {
  const own = await mkdtemp(join(tmpdir(), "tunewright-watch-sample-"));
  try {
    await mkdir(join(own, "watch"));
    await writeFile(join(own, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    const files = [{ path: join(own, "rows.jsonl"), shown: "rows.jsonl" }];
    if (again !== undefined) {
      await writeFile(join(own, "again.jsonl"), again.map((row) => JSON.stringify(row)).join("\n"));
      files.push({ path: join(own, "again.jsonl"), shown: "again.jsonl" });
    }
    const imported = await importRequests({
      programmeDir: own,
      files,
      sample: 1,
      sliceField: undefined,
      env: {},
      nowMs: NOW,
      ...how,
    });
    const reference = { from: "2026-08-24", to: "2026-10-18" };
    await writeFile(join(own, "watch/m.yaml"), JSON.stringify({ version: 1, reference, slices, signals }));
    return { imported, check: (await checkWatch(own, "m", NOW)).check };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

const WEEKS = Array.from({ length: 13 }, (_, week) => Date.parse("2026-08-24T00:00:00Z") + week * 7 * 86_400_000);

test("exports of usage, which have no texts, are watched by latency and cost alone", async () => {
  const spend = (week: number, k: number): object => {
    const start = WEEKS[week]! + k * 3_600_000;
    const slow = week < 10 ? 1 : 2;
    return {
      request_id: `r${week}-${k}`,
      call_type: "acompletion",
      model: "support-1",
      spend: 0.0004 + (k % 5) * 0.0001,
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      startTime: new Date(start).toISOString(),
      endTime: new Date(start + slow * (800 + 40 * (k % 11))).toISOString(),
    };
  };
  const rows = WEEKS.flatMap((_, week) => Array.from({ length: 60 }, (_row, k) => spend(week, k)));
  const failed = { ...spend(0, 99), prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, status: "failure" };
  const { imported, check } = await importedAndChecked([...rows, failed], {});
  expect(imported.files[0]).toMatchObject({ imported: 780, withoutText: 780 });
  expect(imported.files[0]!.rejected.map(({ reason }) => reason)).toEqual(["the call failed"]);
  expect(check.requests).toBe(780);
  expect(names(check)).toEqual(["latency", "cost"]);
  expect(check.alarms.map(({ signal, since }) => [signal, since])).toEqual([["latency", "2026-11-02"]]);
  expect(check.signals[0]!.reference).toBeCloseTo(0.98, 1);
});

longTest("a slice that is imported more often than others changes no rate but its own", async () => {
  const rows = WEEKS.flatMap((start, week) =>
    Array.from({ length: 400 }, (_, k) => {
      const slice = k % 10 === 0 ? "refunds" : "orders";
      const isRefusal = slice === "refunds" ? k % 50 !== 0 : k % 20 === 1;
      return {
        id: `r${week}-${k}`,
        time: new Date(start + k * 1_500_000).toISOString(),
        slice,
        prompt: `Where is order ${k}?`,
        answer: isRefusal ? "I'm sorry, but I cannot assist with that request." : "It is on its way.",
      };
    }),
  );
  const sampleSlices = new Map([["refunds", 1]]);
  const { imported, check } = await importedAndChecked(rows, { sample: 0.25, sampleSlices, slices: ["slice"] });
  expect(imported).toMatchObject({ sample: 0.25, slices: [{ slice: "refunds", share: 1 }] });
  const of = (name: string): number => check.signals[names(check).indexOf(name)]!.reference;
  // 4 of 5 refunds and 1 of 18 orders are declined: 13 % of all; of the stored rows it would be a third.
  expect(of("refusal slice refunds")).toBeCloseTo(0.8, 10);
  expect(Math.abs(of("refusal") - 0.13)).toBeLessThan(0.03);
  expect(check.notes.join()).toContain("slices were imported at different shares");
});

describe("sums of usage, as OpenAI exports them", () => {
  /** The buckets of 13 weeks: fewer requests on a weekend, twice as many and with longer answers from week 10 on. */
  const days = Array.from({ length: 13 * 7 }, (_, day) => {
    const start = WEEKS[0]! / 1000 + day * 86_400;
    const isLate = day >= 70;
    const requests = (isLate ? 2 : 1) * ((day % 7 > 4 ? 20 : 100) + ((day * 7) % 11));
    const result = {
      object: "organization.usage.completions.result",
      input_tokens: 500 * requests,
      input_cached_tokens: 0,
      output_tokens: (isLate ? 150 : 100) * requests + 40 * (day % 3),
      num_model_requests: requests,
      project_id: null,
      model: "gpt-4o-2024-08-06",
      batch: false,
    };
    return { object: "bucket", start_time: start, end_time: start + 86_400, results: [result] };
  });
  const requests = days.reduce((sum, { results }) => sum + results[0]!.num_model_requests, 0);

  test("give the number of requests and their mean cost at list prices, and nothing about answers", async () => {
    const { imported, check } = await importedAndChecked(days, {}, { signals: ["volume", "cost"] });
    expect(imported.files[0]).toMatchObject({ rows: 91, imported: 91, buckets: 91, withoutText: 0, rejected: [] });
    expect(imported.stored).toEqual({ rows: 0, buckets: 91, from: "2026-08-24", to: "2026-11-22" });
    expect(names(check)).toEqual(["cost", "volume"]);
    const causeOf = (name: string): string => check.alarms.find(({ signal }) => signal === name)!.cause;
    expect(check.alarms.map(({ since }) => since)).toEqual(["2026-11-02", "2026-11-02"]);
    expect(causeOf("cost")).toContain("the serving changed");
    expect(causeOf("volume")).toContain("more or fewer requests are sent");
    // 500 input tokens at 2.50 USD and about 100 output tokens at 10 USD per million.
    expect(check.signals[0]!.reference).toBeCloseTo(0.00225, 4);
    expect(check.alarms.find(({ signal }) => signal === "volume")!.change).toBeGreaterThan(0.6);
    expect(check.notes.join()).toContain(`91 sums of usage with ${requests.toLocaleString("en-US")} requests`);
  });

  test("are watched by cost alone where no signal is named, and the check says what is not", async () => {
    const { check } = await importedAndChecked(days, {});
    expect(names(check)).toEqual(["cost"]);
    expect(check.notes.join()).toContain("name volume in signals");
  });

  test("count once: again in the same file, in a second import, and in hours of a day that is there", async () => {
    const [first] = days;
    const hour = { ...first!, end_time: first!.start_time + 3600 };
    const later = { ...first!, start_time: NOW / 1000 - 3600, end_time: NOW / 1000 + 3600 };
    const long = { ...first!, end_time: first!.start_time + 7 * 86_400 };
    const { imported } = await importedAndChecked([...days, first!], {}, { again: [...days, hour, later, long] });
    expect(imported.files.map(({ imported: taken, known }) => [taken, known])).toEqual([
      [91, 1],
      [0, 91],
    ]);
    expect(imported.files[1]!.rejected.map(({ reason }) => reason)).toEqual([
      "usage of its day was imported in sums of another length or grouping: its requests would count twice",
      "its bucket has not ended: import it again when it has",
      "a bucket of more than a day: the days of its requests are unknown",
    ]);
  });
});
