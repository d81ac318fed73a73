import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { trl } from "../../../src/launch/engines/trl/trl.ts";
import { readExit } from "../../../src/launch/schedulers/attempt-files.ts";
import { s3Staging } from "../../../src/launch/schedulers/s3-staging.ts";
import type { PlacedAttempt } from "../../../src/launch/schedulers/scheduler.ts";
import type { Staging } from "../../../src/launch/schedulers/staging.ts";
import { startS3 } from "../../remote/s3-server.ts";

const FAKE = join(import.meta.dirname, "../../launch/fake-trainer.mjs");
const hasPython = spawnSync("python3", ["--version"]).status === 0;

let here: string;
let there: string;
let s3: Awaited<ReturnType<typeof startS3>>;
let staging: Staging;

beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), "tunewright-here-"));
  there = await mkdtemp(join(tmpdir(), "tunewright-there-"));
  s3 = await startS3(7); // every seventh request gets 503
  staging = s3Staging({ by: "s3", location: "s3://bucket/training", folder: there }, env(), 0.2);
  for (const name of ["model", "frozen"]) {
    mkdirSync(join(here, name));
    writeFileSync(join(here, name, "data.bin"), name);
  }
  mkdirSync(join(here, "jobs/4f21/attempts/1"), { recursive: true });
  writeFileSync(join(here, "jobs/4f21/config.json"), JSON.stringify({ files: [join(here, "frozen/data.bin")] }));
});
afterEach(async () => {
  await s3.close();
  for (const folder of [here, there]) await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

function env(): Record<string, string> {
  return { AWS_ENDPOINT_URL: s3.url, AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "hush" };
}

function attempt(number: number): PlacedAttempt {
  const jobFolder = join(here, "jobs/4f21");
  return {
    id: `4f21-${number}`,
    jobFolder,
    folder: join(jobFolder, "attempts", String(number)),
    spec: TrainingFile.parse({ version: 1, name: "r", model: "m", dataset: "d", maxSteps: 8, saveSteps: 2 }),
    inputs: [join(here, "model"), join(here, "frozen")],
  };
}

/** Runs an attempt as a machine does that has Python and knows no folder and no credentials of ours. */
async function started(placed: PlacedAttempt, words: readonly string[]): Promise<{ end: Promise<number | null> }> {
  const argv = [process.execPath, FAKE, placed.jobFolder, ...words];
  const [program = "", ...rest] = await staging.send(placed, { argv, env: {}, cwd: placed.jobFolder });
  const log = openSync(join(here, "target.log"), "a");
  const child = spawn(program, rest, { env: { PATH: process.env["PATH"] }, stdio: ["ignore", log, log], cwd: there });
  return { end: new Promise((resolve) => child.once("exit", resolve)) };
}

/** Brings news until the trainer has come to a step. Throws where it ended before it. */
async function untilStep(placed: PlacedAttempt, step: number, end: Promise<number | null>): Promise<void> {
  let code: number | null | undefined;
  void end.then((status) => (code = status));
  for (;;) {
    const ended = code; // what it reported last is read once more
    await staging.bringNews(placed);
    if (((await trl.progress(placed.jobFolder))?.step ?? 0) >= step) return;
    if (ended !== undefined)
      throw new Error(`it ended with ${ended}: ${readFileSync(join(here, "target.log"), "utf8")}`);
    await sleep(50);
  }
}

describe.skipIf(!hasPython)("an attempt whose files go through a bucket (needs python3)", () => {
  test("finds its inputs, reports while it runs, and its model comes back", async () => {
    const placed = attempt(1);
    const { end } = await started(placed, ["good", "30"]);
    await untilStep(placed, 1, end);
    expect(await end).toBe(0);
    await staging.bringAll(placed);
    expect(await trl.verify(placed.jobFolder, 30)).toMatchObject({ modelSha256: expect.any(String) as string });
    expect(await readExit(placed.folder)).toMatchObject({ code: 0 });
    // paths in what was sent are those of the target, and what the trainer reads is there
    const [sent] = (JSON.parse(readFileSync(join(there, "4f21-1/config.json"), "utf8")) as { files: string[] }).files;
    expect(sent!.startsWith(`${there}/4f21-1/inputs/frozen-`)).toBe(true);
    expect(readFileSync(sent!, "utf8")).toBe("frozen");
  });

  test("is asked to stop by an object, and the next attempt goes on elsewhere from its checkpoint", async () => {
    const first = attempt(1);
    const { end } = await started(first, ["good", "100000"]);
    await untilStep(first, 4, end);
    await staging.askStop(first);
    expect(await end).toBe(75);
    await staging.bringAll(first);
    const checkpoint = (await trl.newestCheckpoint(first.jobFolder))!;
    const step = Number(/checkpoint-(\d+)$/.exec(checkpoint)![1]);
    expect(step).toBeGreaterThanOrEqual(4);
    await rm(there, { recursive: true, maxRetries: 20 });
    mkdirSync(there);
    const second = attempt(2);
    const next = await started(second, ["good", String(step + 2), "--resume", checkpoint]);
    expect(await next.end, readFileSync(join(here, "target.log"), "utf8")).toBe(0);
    await staging.bringAll(second);
    expect(await trl.verify(second.jobFolder, step + 2)).toMatchObject({ modelSha256: expect.any(String) as string });
    expect(existsSync(join(there, "4f21-2/out", `checkpoint-${step}`))).toBe(true);
  });

  test("does not send a model that is on the target, and names its path there", async () => {
    const target = { by: "s3", location: "s3://bucket/there", folder: there, modelPath: "/models/base" } as const;
    const placed = attempt(1);
    writeFileSync(join(placed.jobFolder, "config.json"), JSON.stringify({ model: join(here, "model") }));
    await s3Staging(target, env(), 0.2).send(placed, { argv: ["true"], env: {}, cwd: "/" });
    const keys = [...s3.objects.keys()].filter((key) => key.includes("there/"));
    expect(keys.filter((key) => key.includes("/inputs/model-"))).toEqual([]);
    expect(keys.some((key) => key.includes("/inputs/frozen-"))).toBe(true);
    const config = keys.find((key) => key.endsWith("/config.json"))!;
    expect(JSON.parse(s3.objects.get(config)!.toString())).toEqual({ model: "/models/base" });
  });

  test("sends an input once, and holds no key of ours in any object", async () => {
    await staging.send(attempt(1), { argv: ["true"], env: {}, cwd: "/" });
    const inputs = (): string[] => [...s3.objects.keys()].filter((key) => key.includes("/inputs/"));
    const before = inputs();
    await staging.send(attempt(2), { argv: ["true"], env: {}, cwd: "/" });
    expect(inputs()).toEqual(before);
    for (const content of s3.objects.values()) expect(content.includes("hush")).toBe(false);
    expect(readdirSync(there)).toEqual([]);
  });
});
