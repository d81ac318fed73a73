import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TrainingJob } from "../../src/domain/training-job.ts";
import { sshScheduler } from "../../src/launch/schedulers/ssh/scheduler.ts";
import { copyFromHost } from "../../src/remote/ssh-host.ts";
import { runProcess } from "../cli/run-cli.ts";
import { serveProcess } from "../server/serve-process.ts";
import { shellAttempt, untilEnded } from "./shell-attempt.ts";
import { hasSshd, type SshServer, SSHD_NEEDED, sshServer } from "./ssh-server.ts";
import {
  ask,
  hasMlflow,
  hasTrl,
  loggedSteps,
  PYTHON,
  tinyFolder,
  TRL_NEEDED,
  untilJob,
  untilStep,
} from "./tiny-folder.ts";

let folder: string;
let server: SshServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-ssh-"));
  if (!hasSshd) return;
  server = await sshServer(join(folder, "ssh"));
  await server.start();
});
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

describe.skipIf(!hasSshd)(`an attempt on a host that is reached by SSH (${SSHD_NEEDED})`, () => {
  const target = (): Parameters<typeof sshScheduler>[0] => ({
    scheduler: "ssh",
    host: "target",
    configFile: server.configFile,
    folder: join(folder, "remote"),
  });

  test("gets its inputs under the paths of the host, and a secret that is written nowhere", async () => {
    const scheduler = sshScheduler(target());
    expect(await scheduler.check()).toMatchObject([{ check: "ssh", ok: true }]);
    const { attempt, order } = shellAttempt(
      folder,
      'grep -q remote/inputs/model- "$CONFIG" && mkdir -p out && printf %s "$SECRET" | wc -c > out/length.jsonl && exit 7',
    );
    const secret = "s3cret-of-the-tracker";
    await scheduler.submit(attempt, order, { SECRET: secret });
    expect((await untilEnded(scheduler, attempt)).exit).toMatchObject({ code: 7, error: null });
    await scheduler.collect(attempt);
    expect(readFileSync(join(attempt.jobFolder, "out", "length.jsonl"), "utf8").trim()).toBe(String(secret.length));
    const found = await runProcess("grep", ["-rl", secret, folder]);
    expect(found.stdout).toBe("");
  });

  test("shows its last step also if it wrote two of the same length within a second", async () => {
    const [there, here] = [join(folder, "there"), join(folder, "here")];
    mkdirSync(there);
    for (const step of ["3991", "4000"]) {
      writeFileSync(join(there, "progress.json"), step);
      utimesSync(join(there, "progress.json"), 1_796_000_000, 1_796_000_000);
      await copyFromHost(target(), { from: `${there}/`, to: `${here}/`, filters: ["+ /progress.json", "- *"] });
      expect(readFileSync(join(here, "progress.json"), "utf8")).toBe(step);
    }
  });

  test("that is submitted twice runs once", async () => {
    const scheduler = sshScheduler(target());
    const { attempt, order } = shellAttempt(folder, "echo started >> out/starts.jsonl; sleep 1");
    await Promise.all([scheduler.submit(attempt, order, {}), scheduler.submit(attempt, order, {})]);
    await untilEnded(scheduler, attempt);
    await scheduler.collect(attempt);
    expect(readFileSync(join(attempt.jobFolder, "out", "starts.jsonl"), "utf8")).toBe("started\n");
  });

  test("is unreachable, and not lost, while the host does not answer", async () => {
    const scheduler = sshScheduler(target());
    const { attempt, order } = shellAttempt(folder, "trap 'exit 75' TERM; while :; do sleep 0.1; done");
    await scheduler.submit(attempt, order, {});
    await server.stop();
    expect(await scheduler.observe(attempt)).toMatchObject({
      unreachable: expect.stringContaining("cannot be reached"),
    });
    await expect(scheduler.collect(attempt)).rejects.toThrow("cannot be reached");
    await server.start();
    expect(await scheduler.observe(attempt)).toMatchObject({ isAlive: true, exit: undefined });
    expect(await scheduler.signal(attempt, "SIGTERM")).toBe(true);
    expect((await untilEnded(scheduler, attempt)).exit).toMatchObject({ code: 75 });
    expect(await scheduler.signal(attempt, "SIGTERM")).toBe(false);
  });

  test.skipIf(!hasMlflow)(
    `logs to a server live, with the token of its run (${TRL_NEEDED})`,
    { timeout: 1_800_000 },
    async () => {
      const { configFile } = server;
      const dir = await tinyFolder({ target: "box", python: PYTHON, maxSteps: "20", saveSteps: "10" });
      const serving = await serveProcess(dir);
      const place = `host: target, configFile: ${configFile}, folder: ${join(folder, "remote")}`;
      writeFileSync(
        join(dir, "targets.yaml"),
        `version: 1\ntargets:\n  box: { scheduler: ssh, ${place}, tracker: "${serving.url}" }\n`,
      );
      await ask(dir, "train start");
      const job = await untilJob(dir, ({ state }) => state === "done-verified");
      const { params } = (await ask(dir, `runs show ${job.runId}`)) as { params: { key: string; value: string }[] };
      // the client of MLFlow logs the arguments of the trainer; an import of its files knows none
      expect(params).toContainEqual({ key: "max_steps", value: "20" });
      const order = readFileSync(join(job.folder, "attempts", "1", "launch.json"), "utf8");
      expect(order).toContain(serving.url);
      expect(order).not.toContain("tw_run");
      expect(await serving.kill("SIGTERM")).toBe(0);
      rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
    },
  );

  test.skipIf(!hasTrl)(
    `trains on: the host goes away for a while, then the trainer is killed (${TRL_NEEDED})`,
    { timeout: 1_800_000 },
    async () => {
      const { configFile } = server;
      const host = `{ scheduler: ssh, host: target, configFile: ${configFile}, folder: ${join(folder, "remote")} }`;
      const dir = await tinyFolder(
        { target: "box", python: PYTHON, maxSteps: "4000", saveSteps: "200" },
        `version: 1\ntargets:\n  box: ${host}\n`,
      );
      const running = ask(dir, "train start");
      await untilStep(dir, 60);
      await server.stop();
      const lost = await untilJob(dir, ({ state }) => state === "unreachable");
      expect(lost.attempts).toHaveLength(1);
      await server.start();
      const back = await untilJob(dir, ({ state, step }) => state === "running" && (step ?? 0) > lost.step!);
      expect(back.attempts).toHaveLength(1);
      const remote = join(folder, "remote", "jobs", back.id, "attempts", "1", "trainer.json");
      process.kill((JSON.parse(readFileSync(remote, "utf8")) as { pid: number }).pid, "SIGKILL");
      const job = TrainingJob.parse(await running);
      expect(job).toMatchObject({ state: "done-verified", step: 4000, attempts: [{ exitSignal: "SIGKILL" }, {}] });
      expect(new Set(loggedSteps(job)).size).toBe(4000);
      rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
    },
  );
});
