import { existsSync, readFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { traceBytes } from "./trace-bytes.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const PATH = new URL("../../../shared/data/ledger/mlflow_3.11_wire_transcript.jsonl", import.meta.url);

/** One recorded request of the official client, and the official server's answer to it. */
type Line = { scenario: string; seq: number; method: string; url: string; req: unknown; status: number; res: unknown };

/**
 * Differences from the official server that are meant: it shows SQL in a message, and stores infinite values as the
 * largest double. `describe` masks the second; messages are compared without SQL.
 */
const LARGEST = Number.MAX_VALUE;

/** The record has no bytes of the trace, only their number: these are of the same span. */
const TRACE_HEADERS = { "content-type": "application/x-protobuf", "x-mlflow-experiment-id": "1" };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.end());

const isThere = existsSync(PATH);

describe.skipIf(!isThere)("the recorded requests of MLflow 3.11 (skipped without ../shared)", () => {
  test("get the same status, code and shape as from the official server", async () => {
    const lines = readFileSync(PATH, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const ids = new Map<string, string>();
    const differing: string[] = [];
    for (const line of lines) {
      const { status, body } = await replay(line, ids);
      learnIds(line.res, body, ids);
      const [ours, official] = [shape(body), shape(line.res)];
      const wanted = `${line.status} ${messageOf(line.res)} ${JSON.stringify(official)}`;
      const got = `${status} ${messageOf(masked(body, ids))} ${JSON.stringify(ours)}`;
      if (got !== wanted)
        differing.push(
          `${line.scenario} ${line.seq} ${line.method} ${line.url}\n  official ${wanted}\n  ours     ${got}`,
        );
    }
    expect(lines.length).toBe(171);
    expect(differing).toEqual([]);
    expect(server.log).toEqual([]);
  });
});

async function replay(line: Line, ids: ReadonlyMap<string, string>): Promise<{ status: number; body: unknown }> {
  const { method } = line;
  const bytes = /^<(\d+) bytes (.*)>$/.exec(typeof line.req === "string" ? line.req : "");
  const response = await fetch(server.url + renamed(line.url, ids), { method, ...sent(line, bytes, ids) });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

/** Headers and body of a request; of bytes the record holds only the number and the type. */
function sent({ req }: Line, bytes: RegExpExecArray | null, ids: ReadonlyMap<string, string>): RequestInit {
  if (bytes === null) {
    const headers = { "content-type": "application/json" };
    return req === "" ? {} : { headers, body: renamed(JSON.stringify(req), ids) };
  }
  const [, count, type] = bytes;
  if (type === "application/x-protobuf") return { headers: TRACE_HEADERS, body: Uint8Array.from(traceBytes()) };
  return { headers: { "content-type": type! }, body: "x".repeat(Number(count)) };
}

function renamed(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replaceAll(/[\da-f]{32}/g, (id) => ids.get(id) ?? id);
}

/** Pairs the ids that the official server made up with ours: those at the same place of the same answer. */
function learnIds(official: unknown, ours: unknown, ids: Map<string, string>): void {
  if (typeof official === "string" && typeof ours === "string") {
    const [theirs, own] = [official.match(/[\da-f]{32}/g) ?? [], ours.match(/[\da-f]{32}/g) ?? []];
    for (const [index, id] of theirs.entries()) if (own[index] !== undefined && !ids.has(id)) ids.set(id, own[index]);
  } else if (official !== null && typeof official === "object" && ours !== null && typeof ours === "object") {
    for (const [key, value] of Object.entries(official)) learnIds(value, (ours as Record<string, unknown>)[key], ids);
  }
}

/** An answer with our ids put back to those of the record. */
function masked(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  const back = new Map([...ids].map(([theirs, own]) => [own, theirs]));
  return JSON.parse(JSON.stringify(value).replaceAll(/[\da-f]{32}/g, (id) => back.get(id) ?? id)) as unknown;
}

function messageOf(value: unknown): string {
  if (value === null || typeof value !== "object" || !("error_code" in value)) return "";
  const { error_code, message } = value as { error_code: string; message: string };
  return `${error_code}: ${message.replace(/ Error: \(sqlite3[\s\S]*/, "")}`;
}

/** Types of a value at every depth; lists of keyed things by their key. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => ({ item: shape(item), key: keyOf(item) }));
    return items.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item, key }) => [key, item]);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, shape(inner)]),
    );
  }
  if (value === LARGEST || value === "Infinity") return "infinite";
  if (value === -LARGEST || value === "-Infinity") return "infinite";
  return typeof value;
}

function keyOf(item: unknown): string {
  const key = item !== null && typeof item === "object" && "key" in item ? item.key : "";
  return typeof key === "string" ? key : "";
}
