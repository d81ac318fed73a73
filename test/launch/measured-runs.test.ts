import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { findJob } from "../../src/programme/training/job-rows.ts";
import { measuredRuns } from "../../src/programme/training/measured-runs.ts";
import { dataFolder, openStore, type Store } from "../../src/store/open-store.ts";
import { queuedJob } from "./queued-job.ts";

let folder: string;
let store: Store;
let out: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-measured-"));
  const id = await queuedJob(folder);
  store = await openStore({ dataDir: dataFolder(folder) }, () => new Date());
  out = join((await findJob(store, id)).folder, "out");
  mkdirSync(out, { recursive: true });
  await store.write((db) => db.updateTable("jobs").set({ state: "done-verified" }).execute());
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("what a finished run measured", () => {
  test("is the tokens of its newest steps over their median time, and its peak of memory", async () => {
    // steps 6 to 10 take 2 s each but one, which saved a checkpoint: 300 tokens in 2 s
    const recent = [6, 7, 8, 9, 10].map((step, index) => [step, 100 + [0, 2, 4, 15, 17][index]!]);
    const progress = { step: 10, loss: 1, time: 117, recent, peak_bytes: 3 * 2 ** 30 };
    writeFileSync(join(out, "progress.json"), JSON.stringify(progress));
    const lines = [6, 7, 8, 9, 10].map((step) => JSON.stringify({ step, values: { num_tokens: 300 * step } }));
    writeFileSync(join(out, "metrics.jsonl"), `${lines.join("\n")}\n`);
    const { rows, csv, skipped } = await measuredRuns(store, { model: "HuggingFaceTB/SmolLM2-135M" });
    expect([rows, skipped]).toEqual([1, []]);
    const [row] = parseCsv(csv, "measured-runs.csv").rows;
    expect(row!.fields).toMatchObject({
      model: "HuggingFaceTB/SmolLM2-135M",
      method: "lora",
      stack: "hf-trl",
      lora_rank: "16",
      memory_kind: "allocated",
      peak_mem_gib: "3.000",
      tokens_per_s_per_gpu: "150.0",
    });
  });

  test("is nothing where its trainer reported neither, and then says so", async () => {
    const { rows, skipped } = await measuredRuns(store, { model: "m" });
    expect(rows).toBe(0);
    expect(skipped).toMatchObject([{ reason: expect.stringContaining("reported neither") as string }]);
  });
});
