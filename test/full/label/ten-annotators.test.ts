import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LabelReport } from "../../../src/domain/label-report.ts";
import type { Invitation, LabelItems } from "../../../src/domain/label-work.ts";
import { AnswerQueue, type AnswerStorage } from "../../../src/web/answer-queue.ts";
import { ApiError } from "../../../src/web/api.ts";
import { runCli } from "../../cli/run-cli.ts";
import { labelProgramme } from "../../label/label-programme.ts";
import { serveProcess, type ServeProcess } from "../../server/serve-process.ts";

const ROWS = 1_000;
const PEOPLE = 10;
const KILLS = 3;

/** Storage of a browser for a page. */
function storage(): AnswerStorage {
  const held = new Map<string, string>();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => void held.set(name, value),
    removeItem: (name) => void held.delete(name),
    key: (index) => [...held.keys()][index] ?? null,
    get length() {
      return held.size;
    },
  };
}

let dir: string;
let server: ServeProcess;
let port: number;

beforeAll(async () => {
  dir = await labelProgramme({ rows: ROWS, task: "doubleShare: 1\n" });
  server = await serveProcess(dir);
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  await server.kill("SIGKILL");
  await rm(dir, { recursive: true, force: true });
});

async function post(path: string, body: object, cookie = ""): Promise<{ response: Response; json: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(300_000),
  });
  const json: unknown = await response.json();
  if (!response.ok) throw new ApiError(response.status, JSON.stringify(json), null);
  return { response, json };
}

async function report(): Promise<LabelReport> {
  return (await (await fetch(`http://127.0.0.1:${port}/api/v1/labels/tone`)).json()) as LabelReport;
}

/** One annotator as the page works: rows are kept, answers go to the queue, which sends until all are acknowledged. */
async function annotate(name: string, acknowledged: Map<string, number>): Promise<{ refused: number }> {
  const invitation = (await post("/labels/tone/invitations", { name, role: "annotator" })).json as Invitation;
  const { response } = await post("/label/session", { token: invitation.path.split("#")[1] });
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  const queue = new AnswerQueue({
    owner: `${name}:tone`,
    storage: storage(),
    send: async (outgoing) => {
      const { json } = await post("/label/tone/answers", outgoing.body, cookie);
      acknowledged.set(outgoing.body.key, outgoing.body.item);
      return json as Awaited<ReturnType<ConstructorParameters<typeof AnswerQueue>[0]["send"]>>;
    },
    wait: (ms) => sleep(Math.min(ms, 500)),
    onChange: () => undefined,
  });
  for (let empty = 0; empty < 3;) {
    const items = await post("/label/tone/items", { limit: 8 }, cookie)
      .then(({ json }) => (json as LabelItems).items)
      .catch((error: unknown) => {
        if (error instanceof ApiError) throw error;
        return undefined; // the server is gone: the page asks again
      });
    if (items === undefined || items.length === 0) {
      if (items !== undefined) empty += 1;
      await sleep(200);
      continue;
    }
    empty = 0;
    for (const { item } of items) {
      const answer = (item * 7 + name.length) % 5 === 0 ? "upset" : "calm";
      const key = `${name}-${item}-${acknowledged.size}`;
      queue.add({ kind: "answers", body: { key, item, version: 1, answer, reason: null, activeMs: 1_000 } });
      await sleep(1);
    }
    await queue.flush();
  }
  return { refused: queue.refused.length };
}

describe("ten annotators at once", () => {
  test(`${2 * ROWS} answers while the server is killed: nothing acknowledged is lost, nothing is there twice`, async () => {
    const created = await runCli(["-C", dir, "data", "label", "create", "tone.yaml"]);
    expect(created.code, created.stderr).toBe(0);
    const acknowledged = new Map<string, number>();
    const work = { isDone: false };
    const killing = (async () => {
      for (let kill = 1; kill <= KILLS; kill++) {
        while (!work.isDone && acknowledged.size < (kill * 2 * ROWS) / (KILLS + 1)) await sleep(10);
        await server.kill("SIGKILL");
        server = await serveProcess(dir, port);
      }
    })();
    const people = Array.from({ length: PEOPLE }, (_, index) => annotate(`Person ${index}`, acknowledged));
    const ended = await Promise.all(people);
    work.isDone = true;
    await killing;
    expect(ended.map(({ refused }) => refused)).toEqual(Array.from({ length: PEOPLE }, () => 0));
    const { counts, members } = await report();
    const kept = members.reduce((sum, { answers }) => sum + answers, 0);
    expect(counts.open).toBe(0);
    expect(counts.extra).toBe(0);
    expect(kept).toBe(2 * ROWS);
    expect(acknowledged.size).toBe(2 * ROWS);
  });
});
