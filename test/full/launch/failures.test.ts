import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type TrainingJob, TrainingPreflight } from "../../../src/domain/training-job.ts";
import { ROOT, runCli } from "../../cli/run-cli.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder } from "../../launch/training-folder.ts";

const MAIN = join(ROOT, "dist/cli/main.js");
const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-failures-"));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

const start = (python: string): ChildProcess =>
  spawn(process.execPath, [MAIN, "-C", folder, "train", "start", "--yes", "--python", python], { stdio: "ignore" });
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));

async function answer(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await runCli(["-C", folder, ...words, "--json", "--yes"]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

async function onlyJob(): Promise<TrainingJob | undefined> {
  const { jobs } = (await answer("train", "list")) as { jobs?: TrainingJob[] };
  return jobs?.[0];
}

const startsOf = ({ folder: place }: Pick<TrainingJob, "folder">): number =>
  readFileSync(join(place, "starts.txt"), "utf8").trim().split("\n").length;

/** Whether the first attempt of the only job has a file. */
function attemptFile(name: string): boolean {
  const jobs = join(folder, ".tunewright/jobs");
  const [id] = existsSync(jobs) ? readdirSync(jobs) : [];
  return id !== undefined && existsSync(join(jobs, id, "attempts/1", name));
}

describe("a run", () => {
  test("that prints a gigabyte keeps the end of its log, and a small file", async () => {
    await trainingFolder(folder, { maxSteps: 4 });
    const job = (await answer("train", "start", "--python", await fakePython(folder, "torrent"))) as TrainingJob;
    expect(job.state).toBe("done-verified");
    const log = join(job.folder, "attempts/1/log.txt");
    expect(statSync(log).size).toBeLessThanOrEqual(64 * 2 ** 20 + 2 ** 16);
    const { text } = (await answer("train", "logs", job.id)) as { text: string };
    expect(text).toContain("the end of the log");
  });

  test.skipIf(!hasPrlimit)(
    "whose disk is full during a save fails with what the system said, and goes on from the checkpoint before (needs prlimit)",
    async () => {
      await trainingFolder(folder, { maxSteps: 10 });
      const python = await fakePython(folder, "fat");
      const limited = join(folder, "python-limited");
      writeFileSync(
        limited,
        `#!/bin/sh\n[ -e "${folder}/room" ] && exec "${python}" "$@"\nexec prlimit --fsize=500000 "${python}" "$@"\n`,
      );
      await chmod(limited, 0o755);
      const failed = (await answer("train", "start", "--python", limited)) as TrainingJob;
      expect(failed.state).toBe("failed-code");
      expect(failed.reason).toMatch(/EFBIG|ENOSPC|file too large/i);
      writeFileSync(join(folder, "room"), "");
      await answer("train", "resume", failed.id);
      await answer("train", "supervise");
      const job = (await answer("train", "show", failed.id)) as TrainingJob;
      expect(job.state).toBe("done-verified");
      // the checkpoint of step 4 was cut off in the middle
      expect(job.attempts.at(-1)!.resumedFrom).toMatch(/checkpoint-2$/);
      expect(readdirSync(join(job.folder, "out")).some((name) => /checkpoint-4.+/.test(name))).toBe(true);
    },
  );

  test("that is interrupted by SIGINT at any time is taken up, and its trainer was started once", async () => {
    await trainingFolder(folder, { maxSteps: 40 });
    const python = await fakePython(folder, "good");
    const moments = [
      () => existsSync(join(folder, ".tunewright")),
      () => existsSync(join(folder, ".tunewright/jobs")),
      () => attemptFile("launch.json"),
      () => attemptFile("trainer.json"),
      () => attemptFile("../../out/checkpoint-2"),
      () => attemptFile("../../out/trainer_state.json"),
    ];
    for (const [index, isReached] of moments.entries()) {
      await rm(join(folder, ".tunewright"), { recursive: true, force: true, maxRetries: 20 });
      const child = start(python);
      const end = ended(child);
      while (!isReached() && child.exitCode === null) await sleep(5);
      child.kill("SIGINT");
      expect([0, 130], `moment ${index}`).toContain(await end);
      const queued = await onlyJob().catch(() => undefined); // before it was queued
      if (queued === undefined) continue;
      await answer("train", "supervise");
      const job = (await onlyJob())!;
      expect(job.state, `moment ${index}`).toBe("done-verified");
      expect(startsOf(job), `moment ${index}`).toBe(1);
    }
  });

  test("with two supervisors has one trainer, and one that remains takes over at once", async () => {
    await trainingFolder(folder, { maxSteps: 200 });
    const first = start(await fakePython(folder, "good"));
    const firstEnd = ended(first);
    while (!attemptFile("trainer.json")) await sleep(20);
    const second = spawn(process.execPath, [MAIN, "-C", folder, "train", "supervise"], { stdio: "ignore" });
    const secondEnd = ended(second);
    await sleep(1500);
    first.kill("SIGKILL");
    await firstEnd;
    expect(await secondEnd).toBe(0);
    const job = (await onlyJob())!;
    expect(job.state).toBe("done-verified");
    expect(startsOf(job)).toBe(1);
  });

  test.each([
    { fault: "missing", script: undefined, said: /python: .* does not run/ },
    { fault: "without the packages", script: 'echo "{\\"python\\":\\"3.11.7\\"}"', said: /trl: is not installed/ },
    {
      fault: "with an old package",
      script: 'echo "{\\"python\\":\\"3.11.7\\",\\"trl\\":\\"0.9.1\\"}"',
      said: /trl: 0\.9\.1 is older than/,
    },
  ])("whose Python is $fault is refused before it is queued", async ({ script, said }) => {
    await trainingFolder(folder);
    const python = join(folder, "python-faulty");
    if (script !== undefined) {
      writeFileSync(python, `#!/bin/sh\n${script}\n`);
      await chmod(python, 0o755);
    }
    const { stdout, code } = await runCli(["-C", folder, "train", "start", "--yes", "--json", "--python", python]);
    expect(code).toBe(5);
    const { checks } = TrainingPreflight.parse(JSON.parse(stdout));
    const wrong = checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
    expect(wrong.join("\n")).toMatch(said);
    expect(existsSync(join(folder, ".tunewright/jobs"))).toBe(false);
  });

  test("goes on unharmed where a server finds its port taken", async () => {
    await trainingFolder(folder, { maxSteps: 60 });
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const first = start(await fakePython(folder, "good"));
    const firstEnd = ended(first);
    while (!attemptFile("trainer.json")) await sleep(20);
    const { port } = blocker.address() as AddressInfo;
    const { stderr, code } = await runCli(["-C", folder, "serve", "--port", String(port)]);
    blocker.close();
    expect(code).not.toBe(0);
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain("--port 0");
    expect(await firstEnd).toBe(0);
    const job = (await onlyJob())!;
    expect(job.state).toBe("done-verified");
    expect(startsOf(job)).toBe(1);
  });

  test("on a target whose scheduler is not installed is refused before it is queued", async () => {
    await trainingFolder(folder, { target: "cluster", python: "python3" });
    writeFileSync(join(folder, "targets.yaml"), "version: 1\ntargets:\n  cluster: { scheduler: slurm }\n");
    const { stdout, code } = await runCli(["-C", folder, "train", "start", "--yes", "--json"], {
      env: { PATH: "/nowhere" },
    });
    expect(code).toBe(5);
    expect(stdout).toContain("is not installed on this machine");
    expect(existsSync(join(folder, ".tunewright/jobs"))).toBe(false);
  });
});
