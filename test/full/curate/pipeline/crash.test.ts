import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { MAIN, runCli, runProcess } from "../../../cli/run-cli.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";
import { leftIn, PROGRAMME, rawLines } from "../../../curate/pipeline/tree.ts";

const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(1200) };
const RUN = ["data", "run", "--shard-rows", "120", "--workers", "2", "--quiet", "--executor"];
const EXECUTORS = ["inline", "threads", "processes"] as const;

/** Rounds of the loop: `TUNEWRIGHT_KILLS=200` for a longer one. */
const ROUNDS = Number(process.env["TUNEWRIGHT_KILLS"] ?? 20);

const whole = async (): Promise<{ left: Record<string, string>; ms: number }> => {
  const dir = await folderOf(FILES);
  const started = performance.now();
  expect((await runCli([...RUN, "threads"], { cwd: dir })).code).toBe(0);
  return { left: leftIn(dir), ms: performance.now() - started };
};

/** Starts a run and kills it after so many milliseconds, where it has not ended by then. */
async function killedAfter(ms: number, executor: string, cwd: string): Promise<"killed" | "done"> {
  const child = spawn(process.execPath, [MAIN, ...RUN, executor], { cwd, stdio: "ignore" });
  const ended = new Promise<"killed" | "done">((resolve) => {
    child.once("close", (_code, signal) => resolve(signal === "SIGKILL" ? "killed" : "done"));
  });
  await Promise.race([ended, sleep(ms)]);
  child.kill("SIGKILL");
  return ended;
}

describe("a run that is cut off", () => {
  test(`by kill -9 at any moment, ${ROUNDS} times, leaves what the next one makes whole, to the same bytes`, async () => {
    const run = await whole();
    const { left } = run;
    let { ms } = run;
    const dir = await folderOf(FILES);
    let kills = 0;
    const isEnough = (): boolean => kills > ROUNDS / 3;
    for (let round = 0; round < ROUNDS || (!isEnough() && round < 6 * ROUNDS); round++) {
      const executor = EXECUTORS[round % 3]!;
      // From before the first file to the last, whatever the machine: a run over what is left takes less than a whole one.
      const end = await killedAfter(((round * 0.618) % 1) * ms, executor, dir);
      if (end === "killed") kills += 1;
      else {
        expect(leftIn(dir)).toEqual(left);
        rmSync(join(dir, ".tunewright"), { recursive: true });
        rmSync(join(dir, "curated.jsonl"));
        if (round >= ROUNDS) ms *= 0.8; // the machine is faster now than it was
      }
    }
    expect(isEnough(), `${kills} kills`).toBe(true);
    const last = await runCli([...RUN, "threads"], { cwd: dir });
    expect(last.stderr).toBe("");
    expect(leftIn(dir)).toEqual(left);
  });

  test("by a full disk says so, and goes on where it stopped when there is room", async ({ skip }) => {
    const { left } = await whole();
    const dir = await mkdtemp(join(tmpdir(), "tunewright-full-"));
    const mounted = await runProcess("mount", ["-t", "tmpfs", "-o", "size=700k", "tmpfs", dir]).catch(() => ({
      code: 1,
    }));
    if (mounted.code !== 0) {
      await rm(dir, { recursive: true });
      skip("a small disk can only be mounted by root");
    }
    try {
      const source = await folderOf(FILES);
      await runProcess("cp", [join(source, "programme.yaml"), join(source, "data.jsonl"), dir]);
      const full = await runCli([...RUN, "threads"], { cwd: dir });
      expect(full).toMatchObject({ code: 6, stderr: expect.stringContaining("the disk is full") as string });
      await runProcess("mount", ["-o", "remount,size=64m", dir]);
      expect((await runCli([...RUN, "threads"], { cwd: dir })).code).toBe(0);
      expect(leftIn(dir)).toEqual(left);
    } finally {
      await runProcess("umount", [dir]);
      await rm(dir, { recursive: true });
    }
  });
});
