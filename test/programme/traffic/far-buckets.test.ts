import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importTraffic, type TrafficOptions } from "../../../src/programme/traffic/import-traffic.ts";

const ALL: TrafficOptions = {
  format: "auto",
  model: undefined,
  from: undefined,
  to: undefined,
  days: undefined,
  nowMs: Date.parse("2026-11-25T00:00:00Z"),
  countTokens: undefined,
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-far-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("a bucket that ends thousands of years after its start is rejected, and the others are used", async () => {
  const bucket = (start: string, end: string): object => ({
    object: "bucket",
    start_time: start,
    end_time: end,
    results: [
      { object: "organization.usage.completions.result", input_tokens: 10, output_tokens: 5, num_model_requests: 2 },
    ],
  });
  const page = {
    object: "page",
    data: [
      bucket("2026-10-01T00:00:00Z", "9999-12-31T00:00:00Z"),
      bucket("2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z"),
    ],
  };
  const path = join(dir, "far.json");
  await writeFile(path, JSON.stringify(page));
  const { files } = await importTraffic([{ path, shown: "far.json" }], ALL);
  expect(files[0]).toMatchObject({
    rows: 2,
    used: 1,
    rejected: [{ reason: "end_time is more than a year after start_time" }],
  });
});
