import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { importTraffic } from "../../../src/programme/traffic/import-traffic.ts";
import { readLangfuse } from "../../../src/programme/traffic/langfuse-observations.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00Z");

test("usage of Langfuse in another unit than tokens is skipped", () => {
  const read = (unit: string): object =>
    readLangfuse(
      {
        id: "1",
        traceId: "t",
        type: "GENERATION",
        startTime: "2026-10-05T10:00:00Z",
        usage: { input: 1000, output: 200, unit },
      },
      NOW_MS,
    );
  expect(read("TOKENS")).toMatchObject({ kind: "row", inputTokens: 1000 });
  expect(read("CHARACTERS")).toEqual({ kind: "skip", reason: "usage in characters, not in tokens" });
});

test("a bucket with tokens of no request is rejected", async () => {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-units-"));
  const path = join(dir, "usage.csv");
  const head = "start_time,end_time,model,num_model_requests,input_tokens,output_tokens";
  const rows = ["1790812800,1790899200,gpt-4o,10,5000,100", "1790899200,1790985600,gpt-4o,0,5000,100"];
  await writeFile(path, [head, ...rows].join("\n"));
  const unset = { model: undefined, from: undefined, to: undefined, days: undefined, countTokens: undefined };
  const { files, traffic } = await importTraffic([{ path, shown: "usage.csv" }], {
    ...unset,
    format: "auto",
    nowMs: NOW_MS,
  });
  await rm(dir, { recursive: true });
  expect(files[0]).toMatchObject({
    used: 1,
    rejected: [{ reason: "tokens of 0 requests: one of the two counts is wrong", rows: 1, firstLine: 3 }],
  });
  expect(traffic.requestsPerMonth).toBeCloseTo(10 * 30.4375, 3);
});
