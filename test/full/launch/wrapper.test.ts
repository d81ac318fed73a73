import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { isProcessAlive } from "../../../src/base/process-alive.ts";
import { signalLocal } from "../../../src/launch/schedulers/local/local-process.ts";
import { readExit, readProcess } from "../../../src/launch/schedulers/attempt-files.ts";
import { logEnd } from "../../../src/programme/training/log-end.ts";
import { ROOT } from "../../cli/run-cli.ts";

const SCHEDULERS = join(ROOT, "src/launch/schedulers");
const LOG_LIMIT_BYTES = 64 * 2 ** 20 + 2 ** 16;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-wrapper-"));
});
afterEach(() => {
  limit = undefined;
  return rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

let limit: object | undefined;

/** Starts a wrapper over a command. */
function wrapped(argv: readonly string[], ...trainer: string[]): ChildProcess {
  const order = { argv: trainer, env: { DONE: join(folder, "done") }, cwd: folder, limit };
  writeFileSync(join(folder, "launch.json"), JSON.stringify(order));
  const [command, ...rest] = argv;
  return spawn(command!, [...rest, folder], { stdio: "ignore", detached: true });
}

const gone = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once("exit", resolve));
const logText = async (): Promise<string> => (await logEnd(folder, 2000))?.toString() ?? "";

describe.each([
  { name: "of this machine", argv: [process.execPath, join(SCHEDULERS, "local/wrapper/wrap.mjs")] },
  { name: "of other machines", argv: ["python3", join(SCHEDULERS, "wrapper/attempt.py"), "run"] },
])("the wrapper $name", ({ argv }) => {
  test("bounds the log at every moment, whatever the trainer prints, and keeps its end and its status", async () => {
    const wrapper = wrapped(argv, "sh", "-c", "yes 'a line of the log' | head -c 90000000; echo the end; exit 7");
    const end = gone(wrapper);
    let largest = 0;
    for (let hasEnded = false; !hasEnded; await sleep(5)) {
      hasEnded = (await readExit(folder)) !== undefined;
      if (existsSync(join(folder, "log.txt"))) largest = Math.max(largest, statSync(join(folder, "log.txt")).size);
    }
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(LOG_LIMIT_BYTES);
    expect(await logText()).toMatch(/a line of the log\nthe end\n$/);
    expect(await readExit(folder)).toMatchObject({ code: 7, signal: null });
    await end;
  });

  test("that is killed -9 leaves a trainer that prints on, ends, and whose log is whole", async () => {
    const script =
      'while [ ! -e go ]; do sleep 0.05; done; yes line | head -c 1000000; echo the end; echo $? > "$DONE"';
    const wrapper = wrapped(argv, "sh", "-c", script);
    const end = gone(wrapper);
    while ((await readProcess(folder, "trainer")) === undefined) await sleep(20);
    wrapper.kill("SIGKILL");
    await end;
    writeFileSync(join(folder, "go"), "");
    while (!existsSync(join(folder, "done"))) await sleep(20);
    while (!(await logText()).endsWith("the end\n")) await sleep(20);
    // its last write succeeded: it met neither a closed pipe nor a full one
    expect(readFileSync(join(folder, "done"), "utf8")).toBe("0\n");
    expect(statSync(join(folder, "log.txt")).size).toBe(1_000_008);
    expect(existsSync(join(folder, "exit.json"))).toBe(false);
  });

  test("that is killed -9 together with its trainer leaves no process behind", async () => {
    const wrapper = wrapped(argv, "sleep", "600");
    const end = gone(wrapper);
    while ((await readProcess(folder, "trainer")) === undefined) await sleep(20);
    wrapper.kill("SIGKILL");
    process.kill(-(await readProcess(folder, "trainer"))!.pid, "SIGKILL");
    await end;
    const readers = (): string[] =>
      readdirSync("/proc").filter((pid) => {
        try {
          return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(folder);
        } catch {
          return false;
        }
      });
    await expect.poll(readers, { timeout: 120_000, interval: 200 }).toEqual([]);
  });

  test("of a trainer that is killed leaves none of its processes, in whatever session they are", async () => {
    const script = "setsid sh -c 'echo $$ > own; sleep 600; true' & sleep 600; true";
    const wrapper = wrapped(argv, "sh", "-c", script);
    const end = gone(wrapper);
    while ((await readProcess(folder, "trainer")) === undefined || !existsSync(join(folder, "own"))) await sleep(20);
    const pid = Number(readFileSync(join(folder, "own"), "utf8"));
    if (argv[0] === "python3") {
      const { status } = spawnSync("python3", [argv[1]!, "signal", folder, "SIGKILL"]);
      expect(status).toBe(0);
    } else expect(await signalLocal(folder, "SIGKILL")).toBe(true);
    await end;
    await expect.poll(() => isProcessAlive(pid), { timeout: 120_000 }).toBe(false);
  });

  test.each([
    {
      what: "asks its trainer to stop before the limit of the attempt",
      trap: "trap 'exit 75' TERM",
      how: { code: 75 },
      leastMs: 2000,
    },
    { what: "kills at the limit one that does not", trap: "trap '' TERM", how: { signal: "SIGKILL" }, leastMs: 4000 },
  ])("$what", async ({ trap, how, leastMs }) => {
    limit = { runMs: 4000, graceMs: 2000 };
    const begunMs = Date.now();
    const end = gone(wrapped(argv, "sh", "-c", `${trap}; while true; do sleep 0.1; done`));
    await end;
    const exit = await readExit(folder);
    expect(exit).toMatchObject(how);
    expect(exit!.endedMs - begunMs).toBeGreaterThanOrEqual(leastMs - 100);
  });

  test("that is killed -9 before the limit of its attempt leaves nothing that runs after it", async () => {
    limit = { runMs: 5000, graceMs: 1000, startedMs: Date.now() };
    const wrapper = wrapped(argv, "sh", "-c", "trap '' TERM; while true; do sleep 0.1; done");
    const end = gone(wrapper);
    while ((await readProcess(folder, "trainer")) === undefined) await sleep(20);
    wrapper.kill("SIGKILL");
    await end;
    const { pid } = (await readProcess(folder, "trainer"))!;
    expect(isProcessAlive(pid)).toBe(true);
    await expect.poll(() => isProcessAlive(pid), { timeout: 120_000, interval: 200 }).toBe(false);
  });

  test("ends the attempt with its trainer, though a process that it left still prints", async () => {
    const wrapper = wrapped(
      argv,
      "sh",
      "-c",
      "(while [ ! -e go ]; do sleep 0.05; done; echo from the child) & echo the end",
    );
    const end = gone(wrapper);
    while ((await readExit(folder)) === undefined) await sleep(20);
    expect(await logText()).toBe("the end\n");
    writeFileSync(join(folder, "go"), "");
    await end;
    while (!(await logText()).endsWith("from the child\n")) await sleep(20);
  });

  test("of a command that does not exist says so", async () => {
    const wrapper = wrapped(argv, "/no/python");
    const end = gone(wrapper);
    await end;
    expect((await readExit(folder))?.error).toMatch(/ENOENT|No such file/);
  });
});
