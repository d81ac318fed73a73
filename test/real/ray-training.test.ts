import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TrainingJob } from "../../src/domain/training-job.ts";
import { rayScheduler } from "../../src/launch/schedulers/ray/scheduler.ts";
import { shellAttempt, untilEnded } from "./shell-attempt.ts";
import { ask, hasTrl, loggedSteps, PYTHON, tinyFolder, TRL_NEEDED } from "./tiny-folder.ts";

const address = process.env["RAY_API_SERVER_ADDRESS"] ?? "";
const why = "needs RAY_API_SERVER_ADDRESS of a cluster with ray[default] on this machine";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-ray-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const id = (): string => randomBytes(6).toString("hex");

describe.skipIf(address === "")(`an attempt as a job of Ray (${why})`, () => {
  const scheduler = rayScheduler({ scheduler: "ray", staging: { by: "shared" }, address, cpus: 0.5 }, {});

  test("runs once, however often it is submitted, and ends as its wrapper saw it", async () => {
    expect(await scheduler.check()).toMatchObject([{ check: "ray", ok: true }]);
    const { attempt, order } = shellAttempt(folder, "echo started >> out/starts.txt; exit 7", id());
    await scheduler.submit(attempt, order, {});
    await scheduler.submit(attempt, order, {});
    const sight = await untilEnded(scheduler, attempt);
    expect(sight).toMatchObject({ exit: { code: 7, error: null }, cut: undefined });
    expect(sight.endedMs! - sight.startedMs!).toBeGreaterThan(0);
    expect(readFileSync(join(attempt.jobFolder, "out", "starts.txt"), "utf8")).toBe("started\n");
  });

  test("has longer for its checkpoint than the 3 s after which Ray itself would kill it", async () => {
    const script = "trap 'sleep 6; touch out/saved; exit 75' TERM; touch out/ready; while :; do sleep 0.1; done";
    const { attempt, order } = shellAttempt(folder, script, id());
    await scheduler.submit(attempt, order, {});
    while (!existsSync(join(attempt.jobFolder, "out", "ready"))) await sleep(100);
    expect(await scheduler.signal(attempt, "SIGTERM")).toBe(true);
    expect((await untilEnded(scheduler, attempt)).exit).toMatchObject({ code: 75 });
    expect(existsSync(join(attempt.jobFolder, "out", "saved"))).toBe(true);
    expect(await scheduler.signal(attempt, "SIGTERM")).toBe(false);
  });

  test("that is stopped by others is told from one that failed", async () => {
    const { attempt, order } = shellAttempt(folder, "trap '' TERM; touch out/ready; while :; do sleep 0.1; done", id());
    await scheduler.submit(attempt, order, {});
    while (!existsSync(join(attempt.jobFolder, "out", "ready"))) await sleep(100);
    expect(await scheduler.signal(attempt, "SIGKILL")).toBe(true);
    const { exit, cut } = await untilEnded(scheduler, attempt);
    expect(cut === "cancelled" || exit?.signal === "SIGKILL").toBe(true);
  });

  test("is unreachable where nothing answers, and is given no secret", async () => {
    const { attempt, order } = shellAttempt(folder, "true", id());
    const gone = rayScheduler(
      { scheduler: "ray", staging: { by: "shared" }, address: "http://127.0.0.1:9", cpus: 1 },
      {},
    );
    expect(await gone.observe(attempt)).toMatchObject({ unreachable: expect.stringContaining("nothing answers") });
    await expect(scheduler.submit(attempt, order, { TOKEN: "x" })).rejects.toThrow("no secret");
  });

  test.skipIf(!hasTrl)(
    `trains with TRL to a verified model (${TRL_NEEDED})`,
    async () => {
      const dir = await tinyFolder(
        { target: "cluster", python: PYTHON },
        `version: 1\ntargets:\n  cluster: { scheduler: ray, address: ${address} }\n`,
      );
      const job = TrainingJob.parse(await ask(dir, "train start"));
      expect(job).toMatchObject({ state: "done-verified", step: 30, target: "cluster" });
      expect(loggedSteps(job)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
    },
    1_800_000,
  );
});
