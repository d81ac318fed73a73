import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { checkWatch } from "../../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { measuredRequests } from "../../../src/programme/watch/traffic-folder.ts";
import { unpackedVector } from "../../../src/watch/hashed-vector.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { json } from "../../curate/judge/judge-stub.ts";
import { startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { longTest } from "../../long-suite.ts";

const NOW = Date.parse("2026-11-02T00:00:00Z");

/** Vectors of an endpoint: meaning is which of three subjects a text names, whatever its words. */
const SUBJECTS: readonly RegExp[] = [/order|parcel|delivery/i, /refund|money back/i, /password|sign in/i];

let dir: string;
let endpoint: TestEndpoint;
let size = 4;
beforeAll(async () => {
  endpoint = await startEndpoint((response, _nth, body) => {
    const data = (body["input"] as string[]).map((text, index) => ({
      index,
      embedding: [...SUBJECTS.map((subject) => Number(subject.test(text))), ...Array<number>(size - 3).fill(0.1)],
    }));
    json(response, 200, { data, usage: { prompt_tokens: 10, total_tokens: 10 } });
  });
  dir = await mkdtemp(join(tmpdir(), "tunewright-embedded-"));
  await mkdir(join(dir, "watch"));
  await writeFile(
    join(dir, "watch/embedding.yaml"),
    `version: 1\nsource: { url: "${endpoint.url}", model: subjects, usdPerMtokInput: "1" }\n`,
  );
  await writeFile(join(dir, "watch/m.yaml"), "version: 1\nreference: { from: 2026-08-03, to: 2026-09-27 }\n");
});
afterAll(async () => {
  await endpoint.close();
  await rm(dir, { recursive: true, force: true });
});

const ask = ["Where is my order?", "When does the parcel arrive?", "I want a refund", "Give me my money back"];

async function load(name: string, [from, to, more]: readonly [number, number, object?], prompts: readonly string[]) {
  const rows: string[] = [];
  for (let week = from; week < to; week++) {
    for (let k = 0; k < 100; k++) {
      const time = new Date(Date.parse("2026-08-03T01:00:00Z") + (week * 7 * 100 + k * 7) * 864_000).toISOString();
      rows.push(
        JSON.stringify({
          id: `${name}-${week}-${k}`,
          time,
          prompt: prompts[k % prompts.length],
          answer: "Yes.",
          ...more,
        }),
      );
    }
  }
  await writeFile(join(dir, name), rows.join("\n"));
  return importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, name), shown: name }],
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW,
  });
}

test("prompts get the vectors of the source that watch/embedding.yaml names, and the import says what they cost", async () => {
  const found = await load("a.jsonl", [0, 8, { reference_answer: "Where is the parcel? Yes, an order." }], ask);
  expect(found.embedder).toBe("subjects (endpoint)");
  expect(Number(found.embeddingUsd)).toBeGreaterThan(0);
  const [first] = await measuredRequests(dir);
  expect(first!.embedder).toBe("subjects (endpoint), 4 numbers");
  const vector = unpackedVector(first!.embedding!);
  expect(vector).toHaveLength(4);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
  expect(first!.similarity).toBeLessThan(0.2); // "Yes." names no subject
});

longTest("other words for the same subjects are no drift, other subjects are", async () => {
  await load("same.jsonl", [8, 10], ["Is the delivery late?", "My parcel, where?", "Refund please", "Money back, now"]);
  const same = await checkWatch(dir, "m", NOW);
  const signal = same.check.signals.find((entry) => entry.signal === "input")!;
  expect(same.check.embedding).toBe("subjects (endpoint), 4 numbers");
  expect(signal.state).toBe("steady");
  await load("other.jsonl", [10, 13], ["I forgot my password", "I cannot sign in", "Where is my order?"]);
  const other = await checkWatch(dir, "m", NOW);
  expect(other.check.signals.find((entry) => entry.signal === "input")!.state).toBe("alarm");
});

longTest("vectors of another length are excluded from the distance, and the check says so", async () => {
  size = 5;
  await load("longer.jsonl", [8, 9], ["I forgot my password for good"]);
  const { check } = await checkWatch(dir, "m", NOW);
  expect(check.notes).toContain(
    "100 requests excluded from the distance: their vectors come from subjects (endpoint), 5 numbers, those of the reference from subjects (endpoint), 4 numbers",
  );
});

test("a wrong field names its line", async () => {
  await writeFile(join(dir, "watch/embedding.yaml"), "version: 1\nsource: {}\nshare: 2\n");
  const failure = await catchFailureAsync(() => load("b.jsonl", [0, 1], ask));
  expect(failure.message).toContain("watch/embedding.yaml, line 3, share:");
});
