import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runPython } from "../../../src/programme/trace/run-python.ts";
import { runProcess, ROOT } from "../../cli/run-cli.ts";
import { longTest } from "../../long-suite.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-python-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A Python that does what a shell script says. */
async function python(name: string, script: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const place = (path: string, timeoutSeconds = 20): Parameters<typeof runPython>[0] => ({
  python: path,
  env: process.env,
  timeoutSeconds,
});

describe("what goes wrong is said with its remedy", () => {
  test("no Python", async () => {
    await expect(runPython(place(join(dir, "nowhere")), {})).rejects.toMatchObject({
      kind: "outside",
      message: expect.stringContaining("cannot run") as string,
      hint: expect.stringContaining("pip install torch transformers peft") as string,
    });
  });

  test("a folder without an environment, and a file that is not a program", async () => {
    await expect(runPython(place(dir), {})).rejects.toThrow("is not a virtual environment: it has no bin/python");
    await writeFile(join(dir, "notes.txt"), "");
    await expect(runPython(place(join(dir, "notes.txt")), {})).rejects.toThrow(
      "it is not a program, or is not executable",
    );
  });

  test("a Python without torch", async () => {
    const path = await python("bare", `echo "ModuleNotFoundError: No module named 'torch.nn'" >&2; exit 1`);
    await expect(runPython(place(path), {})).rejects.toMatchObject({
      kind: "outside",
      message: `${path} has no torch`,
      hint: expect.stringContaining("pip install torch transformers peft") as string,
    });
  });

  test("a program that fails: its last lines are shown, the first are not", async () => {
    const path = await python("broken", "for n in 1 2 3 4 5 6 7 8 9; do echo line $n >&2; done; exit 3");
    await expect(runPython(place(path), {})).rejects.toMatchObject({
      message: `the trace in ${path} ended with 3:\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9`,
    });
  });

  test("an answer that is not JSON, and an endless one", async () => {
    await expect(runPython(place(await python("chatty", "echo hello")), {})).rejects.toThrow("one line of JSON");
    await expect(runPython(place(await python("endless", "yes")), {})).rejects.toThrow("printed more output than");
  });

  longTest("one that takes too long is stopped", async () => {
    const path = await python("slow", "sleep 30; echo late");
    await expect(runPython(place(path, 1), {})).rejects.toThrow("took longer than 1 s");
  });
});

test("a folder of a virtual environment stands for its Python, which reads the request and prints the answer", async () => {
  await mkdir(join(dir, "venv/bin"), { recursive: true });
  await python("venv/bin/python", "cat");
  expect(await runPython(place(join(dir, "venv")), { probe: true })).toEqual({ probe: true });
});

test("a program that prints a warning on stderr answers all the same", async () => {
  const path = await python("warns", "echo 'FutureWarning: soon' >&2; cat");
  expect(await runPython(place(path), [1])).toEqual([1]);
});

test("the child ends with us, also where we are interrupted", async () => {
  const pidFile = join(dir, "pid");
  const path = await python("lasting", `echo $$ > ${pidFile}; exec sleep 60`);
  const main = `process.once("SIGINT", () => process.exit(130));
    const { runPython } = await import("${new URL("dist/programme/trace/run-python.js", `file://${ROOT}`).href}");
    await runPython({ python: "${path}", env: process.env, timeoutSeconds: 60 }, {});`;
  const shell = `"${process.execPath}" --input-type=module -e '${main}' & child=$!
    until [ -s ${pidFile} ]; do sleep 0.05; done
    kill -INT $child; wait $child; echo "exit $?"`;
  const ran = await runProcess("bash", ["-c", shell]);
  expect(ran.stdout).toContain("exit 130");
  const pid = (await readFile(pidFile, "utf8")).trim();
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

/** True while a process runs; one that has ended and waits for its parent does not. */
async function isAlive(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !stat.includes(") Z ");
}
