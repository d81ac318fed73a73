import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { WatchCheck } from "../../../src/domain/watch-check.ts";
import { type CheckedWatch, checkWatch } from "../../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
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

test("a larger share of false alarms lowers the threshold", async () => {
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
