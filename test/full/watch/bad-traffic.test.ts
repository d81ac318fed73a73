import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { RecordedCheck, type WatchCheck } from "../../../src/domain/watch-check.ts";
import type { WatchImport } from "../../../src/domain/watch-import.ts";
import { checkWatch } from "../../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { measuredRequests, trafficFolder, trafficParts } from "../../../src/programme/watch/traffic-folder.ts";
import { recordCheck } from "../../../src/programme/watch/watch-records.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCli, runProcess } from "../../cli/run-cli.ts";
import { json } from "../../curate/judge/judge-stub.ts";
import { startEndpoint } from "../../loadtest/start-endpoint.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const DAY_MS = 86_400_000;

/** A programme folder with a file of requests, a monitor of its first 9 weeks, and a fixed key. */
async function folderWith(rows: string, monitor = "reference: { from: 2026-08-24, to: 2026-10-25 }"): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-bad-traffic-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, "watch"));
  await mkdir(join(dataFolder(dir), "watch"), { recursive: true });
  await writeFile(join(dataFolder(dir), "watch/redaction.key"), "07".repeat(32), { mode: 0o600 });
  await writeFile(join(dir, "watch/m.yaml"), `version: 1\n${monitor}\n`);
  await writeFile(join(dir, "rows.jsonl"), rows);
  return dir;
}

function load(dir: string, nowMs = NOW, name = "rows.jsonl"): Promise<WatchImport> {
  const files = [{ path: join(dir, name), shown: name }];
  return importRequests({ programmeDir: dir, files, sample: 1, sliceField: undefined, env: {}, nowMs });
}

const plain = (check: Omit<WatchCheck, "marks">): object => ({ ...check, checkedAt: null });

const TRAFFIC = madeUpTraffic({ from: "2026-08-24", weeks: 13, perWeek: 60, refusals: { week: 10, share: 0.5 } });

describe("the clock", () => {
  test("set back or forward between checks changes no batch, and no alarm is raised twice", async () => {
    const dir = await folderWith(TRAFFIC);
    await load(dir);
    const store = await openStore({ dataDir: dataFolder(dir) }, () => new Date(NOW));
    onTestFinished(() => store.close());
    const first = await checkWatch(dir, "m", NOW);
    expect(first.check.alarms.map(({ signal }) => signal)).toContain("refusal");
    await recordCheck(store, { programme: "p", check: first.check });
    const early = await catchFailureAsync(() => checkWatch(dir, "m", NOW - 400 * DAY_MS));
    expect(early.message).toBe("watch/m.yaml: no week of its reference, 2026-08-24 to 2026-10-25, has ended");
    expect(early.hint).toContain("it is 2025-10-21");
    for (const days of [-21, 0, 35]) {
      const { check } = await checkWatch(dir, "m", NOW + days * DAY_MS);
      const { raised } = await recordCheck(store, { programme: "p", check });
      expect(raised, `${days} days`).toEqual([]);
      if (days === 0) expect(plain(check)).toEqual(plain(first.check));
    }
    const rows = await store.db.selectFrom("watch_alarms").select("alarm_id").orderBy("alarm_id").execute();
    expect(rows.map(({ alarm_id }) => alarm_id)).toEqual(first.check.alarms.map(({ id }) => id).toSorted());
  });

  test("set back during an import: later rows are named as future ones, and taken once it is right", async () => {
    const dir = await folderWith(TRAFFIC);
    const early = await load(dir, Date.parse("2026-09-21T00:00:00Z"));
    const [file] = early.files;
    expect(file!.imported).toBeGreaterThan(0);
    expect(file!.rejected).toHaveLength(1);
    expect(file!.rejected[0]!.reason).toContain("in the future");
    expect(file!.imported + file!.rejected[0]!.rows).toBe(780);
    const late = await load(dir);
    expect(late.files[0]).toMatchObject({ imported: file!.rejected[0]!.rows, known: file!.imported, rejected: [] });
  });
});

test("requests out of order and sent again, in one file and in two, give the check of those in order", async () => {
  const lines = TRAFFIC.trimEnd().split("\n");
  const mixed = lines.map((_, k) => lines[(k * 217) % lines.length]!); // 217 and 780 have no common divisor
  const ordered = await folderWith(TRAFFIC);
  const shuffled = await folderWith([...mixed, ...mixed.slice(0, 100)].join("\n"));
  await writeFile(join(shuffled, "again.jsonl"), mixed.slice(200, 500).join("\n"));
  await load(ordered);
  expect((await load(shuffled)).files[0]).toMatchObject({ rows: 880, imported: 780, known: 100 });
  expect((await load(shuffled, NOW, "again.jsonl")).files[0]).toMatchObject({ imported: 0, known: 300 });
  const [one, other] = [await checkWatch(ordered, "m", NOW), await checkWatch(shuffled, "m", NOW)];
  expect(plain(other.check)).toEqual(plain(one.check));
});

test("requests of 10 MB are named and left out, the others are imported", async () => {
  const huge = JSON.stringify({ time: "2026-09-01T10:00:00Z", prompt: "x".repeat(10 * 2 ** 20), answer: "Yes." });
  const dir = await folderWith(`${huge}\n${TRAFFIC}${huge}\n`);
  const [file] = (await load(dir)).files;
  expect(file).toMatchObject({ rows: 782, imported: 780, rejected: [{ rows: 2, firstLine: 1 }] });
  expect(file!.rejected[0]!.reason).toMatch(/more than|larger|longer/);
});

test("a day on which every answer refuses is an alarm of that day, and ends", async () => {
  const day = (k: number): string => new Date(Date.parse("2026-10-01T00:00:00Z") + k * DAY_MS).toISOString();
  const row = (d: number, k: number): string =>
    JSON.stringify({
      id: `${d}-${k}`,
      time: day(d),
      prompt: "Where is my order?",
      answer: d === 20 || k % 10 === 0 ? "I'm sorry, but I cannot assist with that request." : "On its way to you.",
    });
  const rows = Array.from({ length: 30 }, (_, d) => Array.from({ length: 60 }, (__, k) => row(d, k))).flat();
  const monitor = "batch: day\nreference: { from: 2026-10-01, to: 2026-10-14 }\nsignals: [refusal]";
  const dir = await folderWith(rows.join("\n"), monitor);
  await load(dir);
  const { check } = await checkWatch(dir, "m", NOW);
  expect(check.alarms).toHaveLength(1);
  expect(check.alarms[0]).toMatchObject({ signal: "refusal", raisedBy: "2026-10-21", since: "2026-10-21" });
  const [signal] = check.signals;
  expect(signal!.batches.find(({ day: of }) => of === "2026-10-21")).toMatchObject({
    value: expect.closeTo(1, 9) as number,
    isAlarm: true,
  });
});

test("an endpoint whose vectors change their length within an import ends it with what is wrong, and nothing half is stored", async () => {
  let size = 4;
  let answered = 0;
  const endpoint = await startEndpoint((response, _nth, body) => {
    if (++answered > 3) size = 5;
    const data = (body["input"] as string[]).map((text, index) => ({
      index,
      embedding: Array.from({ length: size }, (_, k) => (text.length % (k + 2)) + 0.1),
    }));
    json(response, 200, { data, usage: { prompt_tokens: 10, total_tokens: 10 } });
  });
  onTestFinished(() => endpoint.close());
  const rows = Array.from({ length: 300 }, (_, k) =>
    JSON.stringify({ id: `e${k}`, time: "2026-09-01T10:00:00Z", prompt: `Ticket number ${k}`, answer: "Yes." }),
  );
  const dir = await folderWith(rows.join("\n"));
  const source = `{ url: "${endpoint.url}", model: changing, free: true }`;
  await writeFile(join(dir, "watch/embedding.yaml"), `version: 1\nsource: ${source}\n`);
  const failure = await catchFailureAsync(() => load(dir));
  expect(failure).toMatchObject({ kind: "outside" });
  expect(failure.message).toMatch(/a vector of \d numbers after one of \d/);
  expect(await trafficParts(trafficFolder(dir))).toEqual([]);
  expect(await measuredRequests(dir)).toEqual([]);
});

test("a full disk ends an import and a check with exit code 6; with room they go on to the result of a run without it", async ({
  skip,
}) => {
  const rows = madeUpTraffic({ from: "2026-05-04", weeks: 26, perWeek: 200, refusals: { week: 20, share: 0.4 } });
  const monitor =
    "reference: { from: 2026-05-04, to: 2026-08-30 }\nsignals: [refusal, answer-length]\nretentionDays: 3650";
  const whole = await folderWith(rows, monitor);
  const disk = await mkdtemp(join(tmpdir(), "tunewright-full-disk-"));
  onTestFinished(() => rm(disk, { recursive: true, force: true }));
  const mount = await runProcess("mount", [
    "-t",
    "tmpfs",
    "-o",
    `size=${Math.ceil(rows.length / 1024) + 300}k`,
    "tmpfs",
    disk,
  ]).catch(() => ({ code: 1 }));
  if (mount.code !== 0) skip("a small disk can only be mounted by root");
  onTestFinished(async () => void (await runProcess("umount", [disk])));
  await runProcess("cp", ["-a", `${whole}/.`, disk]);
  const importing = ["watch", "import", "rows.jsonl", "--json"];
  const full = await runCli(importing, { cwd: disk });
  expect(full).toMatchObject({ code: 6, stderr: expect.stringContaining("the disk is full") as string });
  await runProcess("mount", ["-o", "remount,size=64m", disk]);
  const done = JSON.parse((await runCli(importing, { cwd: disk })).stdout) as WatchImport;
  expect(done.stored.rows).toBe(26 * 200);
  await runCli(importing, { cwd: whole });
  await runProcess("sh", ["-c", `head -c 64m /dev/zero > ${disk}/filler`]);
  const checking = ["watch", "check", "m", "--json"];
  const stopped = await runCli(checking, { cwd: disk });
  expect(stopped).toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/the disk (is full|of the database)/) as string,
  });
  await rm(join(disk, "filler"));
  const checks = await Promise.all([disk, whole].map((cwd) => runCli(checking, { cwd })));
  const [one, other] = checks.map(({ stdout }) => RecordedCheck.parse(JSON.parse(stdout)));
  expect(plain(one!.check)).toEqual(plain(other!.check));
  expect(one!.raised).toEqual(one!.check.alarms.map(({ id }) => id));
});
