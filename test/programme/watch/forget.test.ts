import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import watchForget from "../../../src/cli/commands/watch-forget.ts";
import { sha256 } from "../../../src/base/hash.ts";
import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import { verifyFrozen } from "../../../src/curate/freeze/verify-frozen.ts";
import { readRedactionKey } from "../../../src/curate/pii/operators/redaction-key.ts";
import { DeletionLine } from "../../../src/domain/deletion-record.ts";
import { LabelTaskSpec } from "../../../src/domain/label-task.ts";
import { WatchForget } from "../../../src/domain/watch-forget.ts";
import { deletionEvidence } from "../../../src/programme/comply/evidence/deletion-evidence.ts";
import { readTestsetLock, writeTestsetLock } from "../../../src/programme/folder/testset-lock.ts";
import { addTaskRows, createTaskVersion, showTask } from "../../../src/programme/labels/manage-tasks.ts";
import { forgettable } from "../../../src/programme/watch/forget/forget-requests.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { judgedFolder, writeVerdicts } from "../../../src/programme/watch/judged-requests.ts";
import { tracedRows } from "../../../src/programme/watch/traced-rows.ts";
import { measuredRequests, trafficKey } from "../../../src/programme/watch/traffic-folder.ts";
import { withdrawVersion } from "../../../src/programme/watch/forget/withdraw-versions.ts";
import { dataFolder, openStore, type Store } from "../../../src/store/open-store.ts";
import { logSpans } from "../../../src/track/traces/log-spans.ts";
import { spanRows } from "../../../src/track/traces/span-rows.ts";
import { runCommand } from "../../cli/run-command.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

let dir: string;
/** Requests of three users, some in a queue, a frozen version, a task, verdicts and traces. */
async function prepare(): Promise<void> {
  dir = await mkdtemp(join(tmpdir(), "tunewright-forget-"));
  const store = await openStore({ dataDir: dataFolder(dir) }, () => NOW);
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const span = (user: string, k: number) => ({
    traceId: String(k).padStart(32, "0"),
    spanId: String(k).padStart(16, "0"),
    parentSpanId: "",
    name: "chat",
    startTimeUnixNano: String(BigInt(NOW.getTime() - k * 86_400_000) * 1_000_000n),
    endTimeUnixNano: String(BigInt(NOW.getTime() - k * 86_400_000) * 1_000_000n),
    attributes: [
      attribute("user.id", user),
      attribute("gen_ai.prompt.0.content", `order ${k}`),
      attribute("gen_ai.completion.0.content", "Yes."),
    ],
    events: [],
    status: { code: 0, message: "" },
  });
  const spans = [1, 2, 3].map((k) => span(k === 2 ? "u_1" : "u-1", k));
  await logSpans(store, { experimentId: "0", spans: spanRows(spans, (text) => text) });
  const rows = Array.from({ length: 12 }, (_, k) => ({
    id: `r${k}`,
    user: `u-${k % 3}`,
    time: `2026-10-${String(k + 1).padStart(2, "0")}T10:00:00Z`,
    prompt: `Where is order ${k}?`,
    answer: "On its way.",
  }));
  await writeFile(join(dir, "requests.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  await importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, "requests.jsonl"), shown: "requests.jsonl" }],
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW.getTime(),
  });
  const queued = rows.slice(0, 6).map(({ id, prompt, answer, time }) => ({
    id,
    messages: [
      { role: "user", content: prompt },
      { role: "assistant", content: answer },
    ],
    reasons: ["refusal"],
    day: time.slice(0, 10),
    model: null,
    slice: null,
    source: "watch:support",
  }));
  await mkdir(join(dir, "watch/queues"), { recursive: true });
  const lines = queued.map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(dir, "watch/queues/support.jsonl"), lines.join(""));
  // A row of another source has the id of a request: it is not one. Spaces show that rows stay byte for byte.
  await writeFile(join(dir, "cases.jsonl"), `${lines.join("")}{"id": "r1",  "source": "handwritten"}\n`);
  await writeFile(join(dir, "one.jsonl"), lines[1]!);
  for (const [name, file] of [
    ["v1", "cases.jsonl"],
    ["lone", "one.jsonl"],
  ] as const) {
    await mkdir(join(dir, "frozen"), { recursive: true });
    const run = { out: join(dir, "frozen", name), by: "Ada", reason: "test", now: NOW };
    const { digest } = await freezeFiles([join(dir, file)], run);
    const set = { folder: `frozen/${name}`, digest, role: "test", id: "id", licence: null, slices: [] } as const;
    await writeTestsetLock(dir, { name, set: { ...set, slices: [] } });
  }
  const pseudonym = (user: string): string =>
    readRedactionKey(trafficKey(dir), {})!.key.mac("user", user).toString("hex").slice(0, 16);
  await mkdir(join(dir, "replay"), { recursive: true });
  for (const month of ["2026-09", "2026-10"]) {
    const replayed = ["u-0", "u-1"].map((user) => ({ user: pseudonym(user), prompt: `of ${user}`, id: `x-${user}` }));
    await writeFile(join(dir, "replay.jsonl"), replayed.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const run = { out: join(dir, "replay", month), by: "Ada", reason: "replay", now: NOW, month };
    await freezeFiles([join(dir, "replay.jsonl")], run);
  }
  const spec = LabelTaskSpec.parse({
    task: "tone",
    guideline: "Choose the tone.",
    rows: { file: "cases.jsonl" },
    answer: { type: "class", labels: ["calm", "angry"] },
  });
  await createTaskVersion(store, spec, { programme: basename(dir), nowMs: NOW.getTime() });
  const none = { stratum: null, score: null, gold: null, suggestion: null };
  await addTaskRows(
    store,
    "tone",
    queued.map((fields, k) => ({ row: `row-${k}`, source: "cases.jsonl", line: k + 1, fields, wanted: 1, ...none })),
  );
  await store.close();
  await writeVerdicts(
    judgedFolder(dir, "support"),
    rows.map(({ id }) => ({ id, ungrounded: 0, model: "m", prompt: "grounded-1" })),
  );
}

async function remove(path: string): Promise<void> {
  for (const folder of ["frozen", "replay"]) {
    for (const name of await readdir(join(path, folder))) await chmod(join(path, folder, name), 0o755);
  }
  await rm(path, { recursive: true, force: true });
}

beforeAll(prepare);
afterAll(() => remove(dir));

const forget = async (raw: object): Promise<WatchForget> => {
  const io = { cwd: dir, now: () => NOW, confirm: () => Promise.resolve(true) };
  const { json, text } = await runCommand(watchForget, { ...raw }, io);
  expect(typeof text()).toBe("string");
  return WatchForget.parse(json);
};

const inStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
  const store = await openStore({ dataDir: dataFolder(dir) }, () => NOW);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

describe("watch forget", () => {
  // User u-1 asked r1, r4, r7, r10; of them r1 and r4 are in the queue, the version and the task.
  const COUNTS = { requests: 4, texts: 4, verdicts: 4, queued: 2, traces: 2, spans: 2, labelRows: 2, labels: 0 };

  test("counts first, and changes nothing", async () => {
    const counted = await forget({ user: "u-1", dryRun: true });
    expect(counted).toMatchObject({ ...COUNTS, done: false });
    expect(counted.withdrawn.map(({ version, rows }) => [version, rows])).toEqual([
      ["frozen/lone", 1],
      ["frozen/v1", 2],
      ["replay/2026-09", 1],
      ["replay/2026-10", 1],
    ]);
    expect((await measuredRequests(dir)).length).toBe(12);
    expect(await deletionEvidence(dir)).toEqual([]);
  });

  test("goes on where a run was ended after it made the new version", async () => {
    const { ids, versions } = await forgettable({ programmeDir: dir, user: "u-1", id: undefined, before: undefined });
    const held = versions.find((version) => version.dir.endsWith("v1"))!;
    const forgotten = { ids: new Set(ids), replayed: undefined };
    const made = await withdrawVersion(held, { programmeDir: dir, forgotten, now: NOW });
    expect(made.replacedBy).toBe("frozen/v1-2");
    await chmod(join(dir, "frozen/v1"), 0o755);
    await rm(join(dir, "frozen/v1/withdrawn.json")); // as if it had ended before the tombstone
    const again = await withdrawVersion(held, { programmeDir: dir, forgotten, now: NOW });
    expect(again.replacedBy).toBe("frozen/v1-2");
    expect((await readdir(join(dir, "frozen"))).toSorted()).toEqual(["lone", "v1", "v1-2"]);
    await chmod(join(dir, "frozen/v1"), 0o755);
  });

  test("deletes every copy that it names, and nothing of anybody else", async () => {
    const found = await forget({ user: "u-1" });
    expect(found).toMatchObject({ ...COUNTS, done: true });
    expect((await measuredRequests(dir)).map(({ id }) => id)).toEqual([
      "r0",
      "r2",
      "r3",
      "r5",
      "r6",
      "r8",
      "r9",
      "r11",
    ]);
    const queue = await readFile(join(dir, "watch/queues/support.jsonl"), "utf8");
    expect([...queue.matchAll(/"id":"(r\d+)"/g)].map(([, id]) => id)).toEqual(["r0", "r2", "r3", "r5"]);
    expect(await readFile(join(judgedFolder(dir, "support"), "verdicts.jsonl"), "utf8")).not.toContain('"r1"');
    const { counts } = await inStore((store) => showTask(store, "tone"));
    expect(counts.rows).toBe(4);
    const left: unknown[] = [];
    for await (const row of tracedRows({ programmeDir: dir, env: {}, now: () => NOW })) left.push(row);
    expect(left).toHaveLength(1);
    const record = await readFile(join(dir, "deletions.jsonl"), "utf8");
    expect(DeletionLine.parse(JSON.parse(record))).toMatchObject({
      at: NOW.toISOString(),
      command: "watch forget",
      what: expect.stringMatching(/^4 requests, 4 verdicts, 2 queued rows/),
      identifiersSha256: sha256('["r1","r10","r4","r7"]'),
      previous: null,
    });
    expect(record).not.toMatch(/u-1|"r1"|order/);
    expect(await deletionEvidence(dir)).toMatchObject([{ isStale: false, collectedAt: "2026-11-25" }]);
    expect(await forget({ user: "u-1" })).toMatchObject({ requests: 0, traces: 0, withdrawn: [], done: false });
  });

  test("leaves a tombstone that data verify names, a new version with the other rows byte for byte, and the lock", async () => {
    const old = await verifyFrozen(join(dir, "frozen/v1"));
    expect(old.ok).toBe(false);
    expect(old.findings).toEqual([
      expect.objectContaining({
        kind: "withdrawn",
        detail:
          "the version was withdrawn on 2026-11-25: 2 rows were forgotten (tunewright watch forget); v1-2 replaces it",
      }),
    ]);
    const next = await verifyFrozen(join(dir, "frozen/v1-2"));
    expect(next.ok).toBe(true);
    expect(next.manifest).toMatchObject({ rows: 5, after: { version: "v1", removed: 2 } });
    const rows = await readFile(join(dir, "frozen/v1-2", next.manifest!.files[0]!.file), "utf8");
    expect(rows).toContain('{"id": "r1",  "source": "handwritten"}\n');
    const { sets } = (await readTestsetLock(dir))!;
    expect(sets["v1"]).toMatchObject({ folder: "frozen/v1-2", digest: next.manifest!.digest });
    const [lone] = (await verifyFrozen(join(dir, "frozen/lone"))).findings;
    expect(lone!.detail).toContain("no version replaces it");
  });

  test("leaves replay sets without the rows of the user, of the same month", async () => {
    expect((await readdir(join(dir, "replay"))).toSorted()).toEqual(["2026-09", "2026-09-2", "2026-10", "2026-10-2"]);
    const { ok, manifest } = await verifyFrozen(join(dir, "replay/2026-10-2"));
    expect([ok, manifest]).toMatchObject([true, { kind: "replay", month: "2026-10", rows: 1 }]);
    const rows = await readFile(join(dir, "replay/2026-10-2", manifest!.files[0]!.file), "utf8");
    expect(rows).toContain("of u-0");
    expect(rows).not.toContain("of u-1");
  });

  test("by age withdraws the replay sets of months that ended before the day", async () => {
    const { withdrawn } = await forget({ before: "2026-10-01", dryRun: true });
    expect(withdrawn.map(({ version }) => version)).toEqual(["replay/2026-09-2"]);
    const one = await forget({ request: "r0", dryRun: true });
    expect(one.withdrawn.map(({ version }) => version)).toEqual(["frozen/v1-2"]);
    expect(one.notReached.join()).toContain("replay sets for --request");
  });

  test("by age also deletes traces of days before, and no later ones", async () => {
    const found = await forget({ before: "2026-10-04" });
    expect(found).toMatchObject({ requests: 2, traces: 0, done: true }); // r0 and r2; r1 is gone
    const all = await forget({ before: "2026-11-25" });
    expect(all).toMatchObject({ requests: 6, traces: 1, spans: 1 });
  });
});
