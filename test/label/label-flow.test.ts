import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { DisputeList, Invitation, LabelItems, LabelSession } from "../../src/domain/label-work.ts";
import type { LabelReport, SealedTask } from "../../src/domain/label-report.ts";
import { runHere } from "../cli/run-here.ts";
import { startTestServer, type TestServer } from "../server/start-test-server.ts";
import { labelProgramme } from "./label-programme.ts";

let dir: string;
let server: TestServer;
let clock = Date.parse("2026-11-02T09:00:00Z");

beforeAll(async () => {
  dir = await labelProgramme({ rows: 10, task: "doubleShare: 1\n" });
  server = await startTestServer(undefined, { now: () => new Date(clock) });
});
afterAll(async () => {
  await server.end();
  await rm(dir, { recursive: true });
});

/** Somebody with a session. */
type Person = { cookie: string; session: LabelSession };

async function signIn(name: string, role: string): Promise<Person> {
  const invitation = (await server.call("POST /api/v1/labels/tone/invitations", { name, role })).json as Invitation;
  const response = await fetch(`${server.url}/api/v1/label/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: invitation.path.split("#")[1] }),
  });
  expect(response.status).toBe(200);
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  return { cookie, session: (await response.json()) as LabelSession };
}

async function as({ cookie }: Person, route: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  return server.call(route, body, { cookie });
}

async function answerAll(
  person: Person,
  choose: (item: number, place: number) => string,
  prefix: string,
): Promise<number[]> {
  const done: number[] = [];
  for (let round = 0; round < 20; round++) {
    const { items } = (await as(person, "POST /api/v1/label/tone/items", { limit: 4 })).json as LabelItems;
    if (items.length === 0) break;
    for (const { item } of items) {
      clock += 60_000;
      const key = `${prefix}-answer-${item}`;
      const body = { key, item, version: 1, answer: choose(item, done.length), activeMs: 30_000 };
      expect((await as(person, "POST /api/v1/label/tone/answers", body)).status).toBe(200);
      done.push(item);
    }
  }
  return done;
}

describe("a labelling task from its file to labelled rows", () => {
  let ada: Person;
  let ben: Person;
  let eve: Person;

  test("the file is loaded by the command into the server that owns the state", async () => {
    const env = { TUNEWRIGHT_URL: server.url };
    const { code, stdout, stderr } = await runHere(["-C", dir, "data", "label", "create", "tone.yaml", "--json"], {
      env,
    });
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      task: "tone",
      version: 1,
      rows: 10,
      added: 10,
      doubled: 10,
      refused: [],
    });
    const again = await runHere(["-C", dir, "data", "label", "create", "tone.yaml", "--json"], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ version: 1, isNew: false, rows: 10, added: 0 });
  });

  test("an invitation works once, and an annotator may do nothing but label", async () => {
    ada = await signIn("Ada", "annotator");
    ben = await signIn("Ben", "annotator");
    eve = await signIn("Eve", "adjudicator");
    expect(ada.session.tasks).toMatchObject([{ task: "tone", role: "annotator", version: 1 }]);
    const { path } = (await server.call("POST /api/v1/labels/tone/invitations", { name: "Zoe", role: "annotator" }))
      .json as Invitation;
    const token = path.split("#")[1];
    expect((await server.call("POST /api/v1/label/session", { token })).status).toBe(200);
    expect((await server.call("POST /api/v1/label/session", { token })).status).toBe(400);
    expect((await as(ada, "GET /api/v1/labels/tone")).status).toBe(403);
    expect((await as(ada, "GET /api/v1/runs")).status).toBe(403);
    expect((await as(ada, "POST /api/2.0/mlflow/experiments/create", { name: "x" })).status).toBe(403);
    expect((await server.call("POST /api/v1/label/tone/items", { limit: 1 })).status).toBe(401);
    const zoe = await signIn("Zoe", "annotator");
    const { items } = (await as(zoe, "POST /api/v1/label/tone/items", { limit: 1 })).json as LabelItems;
    const left = { key: "zoe-answer-1", item: items[0]!.item, version: 1, answer: "calm", activeMs: 1_000 };
    await server.call("POST /api/v1/labels/tone/removals", { name: "Zoe" });
    expect((await as(zoe, "POST /api/v1/label/tone/answers", left)).status).toBeGreaterThanOrEqual(400);
    expect((await as(zoe, "POST /api/v1/label/tone/items", { limit: 1 })).status).toBeGreaterThanOrEqual(400);
  });

  test("rows are kept for one, answers come back once, and the annotator's own rows only", async () => {
    const { items } = (await as(ada, "POST /api/v1/label/tone/items", { limit: 2 })).json as LabelItems;
    expect(items).toHaveLength(2);
    expect(Object.keys(items[0]!.fields)).toEqual(["text"]);
    const { item } = items[0]!;
    const body = { key: "ada-answer-1", item, version: 1, answer: "calm", activeMs: 90_000 };
    clock += 60_000;
    const kept = await as(ada, "POST /api/v1/label/tone/answers", body);
    expect(kept.json).toEqual({ isRepeat: false, isExtra: false, done: 1 });
    expect((await as(ada, "POST /api/v1/label/tone/answers", body)).json).toMatchObject({ isRepeat: true, done: 1 });
    const second = { ...body, key: "ada-answer-2" };
    expect((await as(ada, "POST /api/v1/label/tone/answers", second)).status).toBe(400);
    const stolen = { ...body, item: items[1]!.item };
    expect((await as(ben, "POST /api/v1/label/tone/answers", stolen)).status).toBe(400);
    const unknown = { ...body, key: "ada-answer-3", item: items[1]!.item, answer: "happy" };
    expect((await as(ada, "POST /api/v1/label/tone/answers", unknown)).status).toBe(400);
    const undone = await as(ada, "POST /api/v1/label/tone/undo", { key: "ada-answer-1" });
    expect(undone.json).toMatchObject({ item });
    expect((await as(ada, "POST /api/v1/label/tone/decisions", { ...body, reason: "x" })).status).toBe(400);
  });

  test("two label all rows, the adjudicator sees answers without names and decides", async () => {
    expect(await answerAll(ada, () => "calm", "ada-all")).toHaveLength(10);
    const ofBen = await answerAll(ben, (_item, place) => (place < 3 ? "angry" : "calm"), "ben");
    expect(ofBen).toHaveLength(10);
    const json = (await as(eve, "GET /api/v1/label/tone/disputes")).json as DisputeList;
    expect(json.open).toBe(3);
    expect(JSON.stringify(json)).not.toMatch(/Ada|Ben/);
    expect(json.disputes[0]!.answers.map(({ answer }) => String(answer)).toSorted()).toEqual(["angry", "calm"]);
    for (const [index, { item }] of json.disputes.entries()) {
      const answer = index === 2 ? null : "angry";
      const body = { key: `eve-decision-${item}`, item, answer, reason: `reason ${index}`, activeMs: 60_000 };
      expect((await as(eve, "POST /api/v1/label/tone/decisions", body)).status).toBe(200);
      expect((await as(eve, "POST /api/v1/label/tone/decisions", body)).json).toMatchObject({ isRepeat: true });
    }
  });

  test("the report has agreement, active time and cost", async () => {
    const { json } = (await server.call("GET /api/v1/labels/tone")) as { json: LabelReport };
    expect(json.counts).toMatchObject({ rows: 10, open: 0, agreed: 7, disputed: 0, decided: 2, unresolved: 1 });
    const percent = json.agreement!.metrics.find(({ name }) => name === "percent-agreement");
    expect(percent!.value).toBeCloseTo(0.7, 12);
    const people = Object.fromEntries(json.members.map((member) => [member.name, member]));
    // Ada: the answer that was taken back (no more than the minute since the row was given) and ten of 30 s.
    expect(people["Ada"]).toMatchObject({ answers: 10, activeSec: 360, costUsd: "4.50" });
    expect(people["Ben"]).toMatchObject({ answers: 10, activeSec: 300, costUsd: "3.75" });
    expect(people["Eve"]).toMatchObject({ answers: 2, skips: 1, activeSec: 180, costUsd: "2.25" });
    expect(json.cost).toMatchObject({ totalUsd: "10.50", perLabelUsd: "1.1667", postedUsd: "0.00" });
  });

  test("a seal has the hash of its file, and its work is in the ledger once", async () => {
    const env = { TUNEWRIGHT_URL: server.url };
    const sealed = await runHere(["-C", dir, "data", "label", "seal", "tone", "--by", "QA", "--json"], { env });
    expect(sealed.code).toBe(0);
    const seal = JSON.parse(sealed.stdout) as SealedTask["seal"];
    expect(seal).toMatchObject({ seal: 1, version: 1, rows: 10, labelled: 9, unresolved: 1, totalUsd: "10.50" });
    const again = await runHere(["-C", dir, "data", "label", "seal", "tone", "--by", "QA", "--json"], { env });
    expect(JSON.parse(again.stdout)).toEqual(seal);
    const { json } = (await server.call("GET /api/v1/ledger")) as {
      json: { entries: { memo: string; lines: { account: string; amount: string }[] }[] };
    };
    const lines = json.entries.flatMap((entry) => entry.lines).filter(({ account }) => account.startsWith("data:"));
    expect(lines.map(({ amount }) => amount).toSorted()).toEqual(["2.25", "3.75", "4.50"]);
    expect(new Set(lines.map(({ account }) => account))).toEqual(new Set(["data:labelling:tone"]));
  });

  test("data run joins the labels by row id, drops what is unresolved, and lineage has the hash of the seal", async () => {
    const run = await runHere(["data", "run", dir, "--executor", "inline", "--json"]);
    expect(run.stderr).not.toContain("error");
    const { stages } = JSON.parse(run.stdout) as { stages: { stage: string; dropped: unknown }[] };
    expect(stages.at(-1)).toMatchObject({ stage: "labels", dropped: [{ reason: "unresolved", rows: 1 }] });
    const rows = (await readFile(join(dir, "curated.jsonl"), "utf8")).trim().split("\n");
    expect(rows).toHaveLength(9);
    const tones = rows.map((row) => (JSON.parse(row) as { tone: string }).tone);
    expect(tones.filter((tone) => tone === "angry")).toHaveLength(2);
    const seal = JSON.parse(await readFile(join(dir, "labels/tone/1.json"), "utf8")) as { sha256: string };
    const lineage = await runHere(["data", "lineage", dir, "--json"]);
    const stage = (JSON.parse(lineage.stdout) as { stages: { files: Record<string, string> }[] }).stages.at(-1)!;
    expect(stage.files["labels/tone/1.jsonl"]).toBe(seal.sha256);
  });

  test("labels that were changed after the seal are refused", async () => {
    const path = join(dir, "labels/tone/1.jsonl");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"answer":"calm"', '"answer":"upset"'));
    const run = await runHere(["data", "run", dir, "--executor", "inline", "--yes"]);
    expect(run.code).toBe(5);
    expect(run.stderr).toContain("checksum mismatch");
    await writeFile(path, text);
  });
});
