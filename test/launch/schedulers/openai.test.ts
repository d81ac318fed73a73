import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { type OpenaiTarget, TrainingTarget } from "../../../src/domain/training-target.ts";
import { hostedNews, hostedSteps, openai } from "../../../src/launch/engines/openai/openai.ts";
import { openaiScheduler } from "../../../src/launch/schedulers/openai/scheduler.ts";
import type { PlacedAttempt, Scheduler } from "../../../src/launch/schedulers/scheduler.ts";
import { fineTuningServer, type FineTuningServer, KEY } from "./fine-tuning-server.ts";

let provider: FineTuningServer;
let root: string;
let attempt: PlacedAttempt;
const ORDER = { argv: ["POST"], env: {}, cwd: "/" };
const ROWS = '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."}]}\n'.repeat(5);

const spec = TrainingFile.parse({
  version: 1,
  name: "hosted",
  engine: "openai",
  model: "gpt-4.1-mini-2025-04-14",
  dataset: "frozen",
  maxSteps: 1,
  saveSteps: 1,
  hosted: { epochs: 2, usdPerMillionTokens: "5", suffix: "support" },
});

function target(over: object = {}): OpenaiTarget {
  const parsed = TrainingTarget.parse({ scheduler: "openai", address: provider.url, ...over });
  if (parsed.scheduler !== "openai") throw new Error("not a provider");
  return parsed;
}

const scheduler = (over: object = {}): Scheduler => openaiScheduler(target(over), { OPENAI_API_KEY: KEY });

beforeAll(async () => {
  provider = await fineTuningServer();
  root = mkdtempSync(join(tmpdir(), "tunewright-hosted-"));
});
afterAll(() => {
  provider.server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  provider.jobs.length = 0;
  provider.files.length = 0;
  provider.calls.length = 0;
  Object.assign(provider.faults, { statuses: [], hasEvents: true, cancelsByDelete: false });
  const jobFolder = mkdtempSync(join(root, "job-"));
  await mkdir(join(jobFolder, "data"));
  const rows = join(jobFolder, "data", "rows.jsonl");
  writeFileSync(rows, ROWS);
  const config = openai.render({ spec, modelDir: "unused", datasetFiles: [rows] });
  writeFileSync(join(jobFolder, "config.json"), JSON.stringify(config));
  attempt = { id: "4f21ab90c3de-1", jobFolder, folder: join(jobFolder, "attempts", "1"), spec, inputs: [] };
});

describe("an attempt at a provider", () => {
  test("is submitted once, however often it is asked for, and its rows are uploaded once", async () => {
    const api = scheduler();
    expect(await api.observe(attempt)).toMatchObject({ isClaimed: false });
    await api.submit(attempt, ORDER, {});
    await api.submit(attempt, ORDER, {});
    expect(provider.jobs.map(({ request }) => request)).toEqual([
      {
        model: "gpt-4.1-mini-2025-04-14",
        training_file: "file-1",
        seed: 0,
        suffix: "support-tw-4f21ab90c3de-1",
        metadata: { tunewright: "4f21ab90c3de-1" },
        method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 2, batch_size: 4 } } },
      },
    ]);
    expect(provider.files).toMatchObject([{ content: ROWS }]);
    await api.submit({ ...attempt, id: "4f21ab90c3de-2", folder: join(attempt.jobFolder, "attempts/2") }, ORDER, {});
    expect(provider.jobs).toHaveLength(2);
    expect(provider.files).toHaveLength(1);
  });

  test("whose answer to the submission was lost is found, and not created again", async () => {
    provider.faults.dropsAnswerOfCreate = true;
    await expect(scheduler().submit(attempt, ORDER, {})).rejects.toThrow("nothing answers");
    expect((await scheduler().observe(attempt)).isClaimed).toBe(true);
    await scheduler().submit(attempt, ORDER, {});
    expect(provider.jobs).toHaveLength(1);
  });

  test("is found behind many other jobs, by its name where a server keeps no metadata", async () => {
    await scheduler().submit(attempt, ORDER, {});
    provider.jobs[0]!.request.metadata = null;
    const [own] = provider.jobs;
    for (let other = 0; other < 230; other++) {
      provider.jobs.push({ ...own!, id: `other-${other}`, request: { ...own!.request, suffix: "other" } });
    }
    rmSync(attempt.folder, { recursive: true });
    await scheduler().submit(attempt, ORDER, {});
    expect(provider.jobs).toHaveLength(231);
    expect(provider.calls.filter((call) => call === "POST /fine_tuning/jobs")).toHaveLength(1);
  });

  test("is sent in the older form to a server that knows no other", async () => {
    await scheduler({ hyperparameters: "top-level" }).submit(attempt, ORDER, {});
    expect(provider.jobs[0]!.request).toMatchObject({ hyperparameters: { n_epochs: 2, batch_size: 4 } });
    expect(provider.jobs[0]!.request).not.toHaveProperty("method");
  });

  test.each([
    { status: "validating_files", sight: { isAlive: true, phase: "queued" } },
    { status: "queued", sight: { isAlive: true, phase: "queued" } },
    { status: "running", sight: { isAlive: true, exit: undefined } },
    { status: "paused", sight: { isAlive: true, exit: undefined } },
    { status: "a state of tomorrow", sight: { isAlive: true, exit: undefined } },
    { status: "succeeded", sight: { isAlive: false, exit: { code: 0 } } },
    { status: "cancelled", sight: { isAlive: false, exit: { code: 1 } } },
    { status: "failed", code: "exceeded_quota", sight: { isAlive: false, exit: { code: 1 } } },
    { status: "failed", code: "invalid_training_file", sight: { isAlive: false, exit: { code: 2 } } },
  ])("that the provider reports as $status $code is seen as such", async ({ status, code, sight }) => {
    await scheduler().submit(attempt, ORDER, {});
    const error = code === undefined ? null : { code, message: `because of ${code}`, param: null };
    Object.assign(provider.jobs[0]!, { status, error });
    expect(await scheduler().observe(attempt)).toMatchObject({ isClaimed: true, ...sight });
    if (code !== undefined) expect(readFileSync(join(attempt.folder, "log.txt"), "utf8")).toContain(code);
  });

  test.each([429, 500, 503])("is unreachable, not lost, while the provider answers %i", async (status) => {
    await scheduler().submit(attempt, ORDER, {});
    provider.faults.statuses = [status];
    expect((await scheduler().observe(attempt)).unreachable).toContain(String(status));
    expect((await scheduler().observe(attempt)).unreachable).toBeUndefined();
  });

  test("shows its curve and its checkpoints, in the order of its steps", async () => {
    await scheduler().submit(attempt, ORDER, {});
    Object.assign(provider.jobs[0]!, {
      status: "running",
      events: [
        { message: "Step 2/4", type: "metrics", data: { step: 2, train_loss: 1.5, total_steps: 4 } },
        { message: "Step 1/4", type: "metrics", data: { step: 1, train_loss: 2.5, total_steps: 4 } },
        { message: "Created", type: "message" },
      ],
      checkpoints: [{ step: 2, metrics: { step: 2, valid_loss: 1.75 } }],
    });
    await scheduler().observe(attempt);
    expect(await openai.logged(attempt.jobFolder)).toEqual([
      { key: "train_loss", step: 1, value: 2.5 },
      { key: "train_loss", step: 2, value: 1.5 },
      { key: "valid_loss", step: 2, value: 1.75 },
    ]);
    expect(await openai.progress(attempt.jobFolder)).toMatchObject({ step: 2, loss: 1.5 });
    expect((await hostedNews(attempt.jobFolder))!.checkpoints).toEqual([
      { step: 2, modelId: "gpt-4.1-mini-2025-04-14:2" },
    ]);
  });

  test("is watched on a server without events, and cancelled on one that takes DELETE", async () => {
    await scheduler().submit(attempt, ORDER, {});
    Object.assign(provider.faults, { hasEvents: false, cancelsByDelete: true });
    provider.jobs[0]!.status = "running";
    expect(await scheduler().observe(attempt)).toMatchObject({ isAlive: true });
    expect(await scheduler().signal(attempt, "SIGTERM")).toBe(true);
    expect(provider.jobs[0]!.status).toBe("cancelled");
    expect(await scheduler().signal(attempt, "SIGKILL")).toBe(false);
  });

  test("is verified only if it succeeded and its model answers", async () => {
    await scheduler().submit(attempt, ORDER, {});
    const verdict = async (state: object): Promise<unknown> => {
      Object.assign(provider.jobs[0]!, state);
      await scheduler().collect(attempt);
      return openai.verify(attempt.jobFolder, 4);
    };
    expect(await verdict({ status: "running" })).toEqual({ unverified: "the provider reports it as running" });
    expect(await verdict({ status: "succeeded" })).toEqual({ unverified: "the provider named no model" });
    expect(await verdict({ fine_tuned_model: "ft:gpt-4.1-mini:acme::1" })).toEqual({
      modelId: "ft:gpt-4.1-mini:acme::1",
    });
    expect((await hostedNews(attempt.jobFolder))!.answer).toBe("Hi.");
  });

  test("keeps its key out of every file", async () => {
    await scheduler().submit(attempt, ORDER, {});
    await scheduler().collect(attempt);
    const files = readdirSync(attempt.jobFolder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name), "utf8"), name).not.toContain(KEY);
    }
  });
});

test("a provider that refuses the key is a failed check with its words", async () => {
  const [found] = await openaiScheduler(target(), {}).check();
  expect(found).toMatchObject({ ok: false, detail: expect.stringContaining("Incorrect API key") });
  expect(await scheduler().check()).toMatchObject([{ ok: true }]);
});

test.each([
  { rows: 10, batchSequences: 4, epochs: 3, expected: { maxSteps: 9, saveSteps: 3 } },
  { rows: 8, batchSequences: 4, epochs: 1, expected: { maxSteps: 2, saveSteps: 2 } },
  { rows: 0, batchSequences: 4, epochs: 2, expected: { maxSteps: 2, saveSteps: 1 } },
])("$epochs epochs over $rows rows in batches of $batchSequences", ({ rows, batchSequences, epochs, expected }) => {
  expect(hostedSteps({ hosted: { ...spec.hosted!, epochs }, batchSequences }, rows)).toEqual(expected);
});

test("an address that answers something else is a failed check, and no bug", async () => {
  const page = createServer((_request, response) => response.end("<html>It works!</html>"));
  await new Promise<void>((resolve) => {
    page.listen(0, "127.0.0.1", resolve);
  });
  const { port } = page.address() as AddressInfo;
  try {
    const other = scheduler({ address: `http://127.0.0.1:${port}/v1` });
    const [check] = await other.check();
    expect(check).toMatchObject({ ok: false });
    expect(check!.detail).toContain("unexpected answer: the answer");
    await expect(other.submit(attempt, ORDER, {})).rejects.toMatchObject({ kind: "outside" });
  } finally {
    page.close();
  }
});
