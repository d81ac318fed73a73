import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { skyScheduler } from "../../src/launch/schedulers/skypilot/scheduler.ts";
import { TrainingTarget } from "../../src/domain/training-target.ts";
import { shellAttempt, untilEnded } from "./shell-attempt.ts";

const address = process.env["SKYPILOT_API_SERVER_ENDPOINT"] ?? "";
const why = "needs SKYPILOT_API_SERVER_ENDPOINT of a server without a cloud: skypilot[kubernetes], sky api start";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-sky-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

function scheduler(over: object): ReturnType<typeof skyScheduler> {
  const target = TrainingTarget.parse({ scheduler: "skypilot", address, ...over });
  if (target.scheduler !== "skypilot") throw new Error("not SkyPilot");
  return skyScheduler(target, {});
}

describe.skipIf(address === "")(`SkyPilot's own API server (${why})`, () => {
  test("takes a task that we render, and says what is wrong with another", async () => {
    expect(await scheduler({ resources: { cpus: "1+" } }).check()).toMatchObject([{ check: "skypilot", ok: true }]);
    const [wrong] = await scheduler({ resources: { use_sprot: true } }).check();
    expect(wrong).toMatchObject({ ok: false, detail: expect.stringContaining("did you mean 'use_spot'") });
    const [volume] = await scheduler({ resources: { cpus: "1+" }, volumes: { "/data": "none" } }).check();
    expect(volume).toMatchObject({ ok: false, detail: expect.stringContaining("Volume none not found") });
  });

  test("takes a submission once, and the attempt fails with its words where there is no cloud", async () => {
    const sky = scheduler({ resources: { cpus: "1+" } });
    const { attempt, order } = shellAttempt(folder, "true");
    expect(await sky.observe(attempt)).toMatchObject({ isClaimed: false });
    await sky.submit(attempt, order, {});
    expect((await sky.observe(attempt)).isClaimed).toBe(true);
    await sky.submit(attempt, order, {});
    const { exit } = await untilEnded(sky, attempt);
    expect(exit!.error).toMatch(/^SkyPilot: .+/);
    expect(await sky.signal(attempt, "SIGTERM")).toBe(false);
  });

  test("that does not answer leaves an attempt unreachable", async () => {
    const gone = scheduler({ address: "http://127.0.0.1:9" });
    const { attempt } = shellAttempt(folder, "true");
    expect(await gone.observe(attempt)).toMatchObject({ unreachable: expect.stringContaining("no SkyPilot API") });
  });
});
