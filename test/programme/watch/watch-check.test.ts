import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkWatch } from "../../../src/programme/watch/check-watch.ts";
import { forgettable } from "../../../src/programme/watch/forget/forget-requests.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { initWatch } from "../../../src/programme/watch/init-watch.ts";
import { postAlarms } from "../../../src/programme/watch/post-alarms.ts";
import { lastChecks, markAlarm, recordCheck } from "../../../src/programme/watch/watch-records.ts";
import { measuredRequests, textsOfRequests, trafficFolder } from "../../../src/programme/watch/traffic-folder.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { checkText } from "../../../src/watch/check-text.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";
import { longTest } from "../../long-suite.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-watch-"));
  const traffic = madeUpTraffic({ from: "2026-08-24", weeks: 13, perWeek: 60, refusals: { week: 10, share: 0.4 } });
  await writeFile(join(dir, "requests.jsonl"), traffic);
  // Surrogates, and so lengths, follow from the key: a fixed one.
  await mkdir(join(dataFolder(dir), "watch"), { recursive: true });
  await writeFile(join(dataFolder(dir), "watch/redaction.key"), "07".repeat(32), { mode: 0o600 });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const load = (name: string, sample = 1) =>
  importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, name), shown: name }],
    sample,
    sliceField: undefined,
    env: {},
    nowMs: NOW,
  });

describe("an import of requests", () => {
  test("stores each request once, however often it is read", async () => {
    const first = await load("requests.jsonl");
    expect(first.files[0]).toMatchObject({ rows: 780, imported: 780, known: 0, rejected: [] });
    const again = await load("requests.jsonl");
    expect(again.files[0]).toMatchObject({ rows: 780, imported: 0, known: 780 });
    expect(again.stored.rows).toBe(780);
  });

  test("names the line of what it cannot use, and stores no personal data", async () => {
    await writeFile(
      join(dir, "mixed.jsonl"),
      [
        JSON.stringify({
          time: "2026-09-01T10:00:00Z",
          prompt: "I am Maria Jones, maria.jones@example.org",
          answer: "Hello Maria Jones",
        }),
        "{ no json",
        JSON.stringify({ prompt: "What time is it?", answer: "Ten." }),
        JSON.stringify({ time: "2036-09-01", prompt: "From the future", answer: "Yes." }),
        JSON.stringify({ time: "2026-09-01", answer: "An answer to nothing." }),
        JSON.stringify({ time: "2026-09-01", prompt: "Slow", answer: "Yes.", latency_ms: -4 }),
        JSON.stringify({ time: "2026-09-01", prompt: "Rated", answer: "Yes.", feedback: "hm" }),
      ].join("\n"),
    );
    const found = await load("mixed.jsonl");
    expect(found.files[0]).toMatchObject({ rows: 7, imported: 1 });
    expect(found.files[0]!.rejected.map(({ firstLine }) => firstLine)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(found.redacted.map(({ entity }) => entity)).toEqual(expect.arrayContaining(["EMAIL_ADDRESS", "PERSON"]));
    const folder = trafficFolder(dir);
    for (const name of await readdir(folder)) {
      expect((await readFile(join(folder, name))).toString("latin1")).not.toContain("maria.jones");
    }
  });

  test("says what is wrong where no row can be used", async () => {
    await writeFile(join(dir, "empty.jsonl"), '{"prompt":"no time"}\n');
    const failure = await catchFailureAsync(() => load("empty.jsonl"));
    expect(failure).toMatchObject({
      kind: "bad_input",
      hint: "empty.jsonl, line 1: no time: expected a field such as timestamp or time",
    });
  });
});

describe("a check of the traffic", () => {
  test("finds the refusals that rose in November, since when and from which answers", async () => {
    await initWatch(dir, "support", NOW);
    const { check } = await checkWatch(dir, "support", NOW);
    const [alarm] = check.alarms.filter(({ signal }) => signal === "refusal");
    expect(alarm).toMatchObject({ since: "2026-11-02", isOver: false, unit: "share" });
    expect(alarm!.interval.low).toBeGreaterThan(0.1);
    expect(alarm!.examples.after[0]!.answer).toContain("I cannot assist");
    expect(check.signals.filter(({ state }) => state === "alarm").map(({ signal }) => signal)).toEqual(
      expect.arrayContaining(["refusal"]),
    );
    expect(check.signals.find(({ signal }) => signal === "latency")!.state).toBe("steady");
    await expect(checkText({ ...check, marks: [] })).toMatchFileSnapshot("../../golden/watch/check.txt");
  });

  test("is put on record once, and a mute ends its alarm until its day", async () => {
    const store = await openStore({ dataDir: dataFolder(dir) }, () => new Date(NOW));
    try {
      const { check } = await checkWatch(dir, "support", NOW);
      const first = await recordCheck(store, { programme: "p", check });
      expect(first.raised).toEqual(check.alarms.map(({ id }) => id));
      expect((await recordCheck(store, { programme: "p", check })).raised).toEqual([]);
      for (const { id } of check.alarms) {
        await markAlarm(store, { programme: "p", kind: "mute", alarm: id, reason: "wanted", until: "2026-12-31" }, NOW);
      }
      const [last] = await lastChecks(store, "p");
      expect(last!.signals.map(({ state }) => state)).not.toContain("alarm");
      expect(last!.marks).toHaveLength(check.alarms.length);
      const unknown = await catchFailureAsync(() =>
        markAlarm(store, { programme: "p", kind: "mute", alarm: "00000000", reason: "none", until: null }, NOW),
      );
      expect(unknown.kind).toBe("not_found");
    } finally {
      await store.close();
    }
  });

  test("refuses to alarm on a reference of a few rows, and says why", async () => {
    await writeFile(join(dir, "watch/short.yaml"), "version: 1\nreference: { from: 2026-09-07, to: 2026-10-04 }\n");
    const { check } = await checkWatch(dir, "short", NOW);
    expect(check.threshold).toBeNull();
    expect(check.alarms).toEqual([]);
    expect(check.notes[0]).toContain("no alarm can be raised: the reference has 4 weeks");
    expect(check.signals.every(({ state }) => state === "too-short")).toBe(true);
    expect(check.signals.find(({ signal }) => signal === "refusal")!.detectable).toBeGreaterThan(0);
  });

  test("names the line of a wrong field", async () => {
    await writeFile(
      join(dir, "watch/wrong.yaml"),
      "version: 1\nreference: { from: 2026-09-07, to: 2026-10-04 }\nbatch: month\n",
    );
    const failure = await catchFailureAsync(() => checkWatch(dir, "wrong", NOW));
    expect(failure.message).toContain("watch/wrong.yaml, line 3, batch:");
  });
});

longTest("a user is forgotten: requests, texts and examples, and nobody else", async () => {
  const found = await forgettable({ programmeDir: dir, user: "user-3", id: undefined, before: undefined });
  expect(found.ids.length).toBeGreaterThan(3);
  const all = (await measuredRequests(dir)).map(({ id }) => id);
  await found.forget(new Date(NOW));
  const left = (await measuredRequests(dir)).map(({ id }) => id);
  expect(left).toEqual(all.filter((id) => !found.ids.includes(id)));
  expect((await textsOfRequests(dir, new Set(all))).size).toBe(left.length);
  const again = await forgettable({ programmeDir: dir, user: "user-3", id: undefined, before: undefined });
  expect(again).toMatchObject({ ids: [], texts: 0, queued: 0 });
});

test("a webhook gets the alarm without texts of users", async () => {
  const { check } = await checkWatch(dir, "support", NOW);
  let body = "";
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => response.end());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    expect(await postAlarms(`http://127.0.0.1:${port}/hook`, check.alarms)).toBeUndefined();
    const posted = JSON.parse(body) as { alarms: { id: string }[] };
    expect(posted.alarms.map(({ id }) => id)).toEqual(check.alarms.map(({ id }) => id));
    expect(body).not.toContain("cannot assist");
  } finally {
    server.close();
  }
});
