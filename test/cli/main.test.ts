import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { COMMANDS } from "../../src/cli/registry.ts";
import { MAIN, type Ran, ROOT, runCli, runProcess } from "./run-cli.ts";
import { runHere } from "./run-here.ts";
import { colouredVerdict } from "../../src/cli/verdict-colour.ts";
import { longCases, longTest } from "../long-suite.ts";

const ESCAPE = "\u001b[";

describe("stdout is data, stderr is talk", () => {
  test("the version is that of package.json", async () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { version: string };
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("no words at all print the help", async () => {
    const help = await runHere(["--help"]);
    expect(help.stderr).toBe("");
    expect(await runCli([])).toEqual(help);
  });

  test("an answer goes to stdout, what to do next to stderr, and --quiet leaves only the answer", async () => {
    const talking = await runCli(["gpus", "list"]);
    expect(talking.code).toBe(0);
    expect(talking.stdout).toContain("H100-80GB-SXM");
    expect(talking.stdout).not.toContain("next:");
    expect(talking.stderr).toMatch(/^(next: tunewright .*\n)?$/);
    expect(await runHere(["gpus", "list", "--quiet"])).toEqual({ ...talking, stderr: "" });
  });

  test("a mistake prints nothing on stdout, and the message, an empty line and the hint on stderr", async () => {
    expect(await runHere(["gpus", "lst"])).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: unknown command "lst"\n\nhint: did you mean list?\n',
    });
  });

  test("--json prints exactly one JSON value and a newline, and nothing to do next", async () => {
    for (const argv of [
      ["gpus", "list"],
      ["models", "list"],
      ["prices", "list"],
    ]) {
      const { code, stdout, stderr } = await runHere([...argv, "--json"]);
      expect([code, stderr], argv.join(" ")).toEqual([0, ""]);
      expect(stdout.endsWith("\n")).toBe(true);
      expect(stdout.trimEnd()).not.toContain("\n");
      expect(JSON.parse(stdout)).toBeTypeOf("object");
    }
  });

  test("--json of a mistake prints it as the one JSON value, and stderr says it in words", async () => {
    const { code, stdout, stderr } = await runCli(["gpus", "show", "H999", "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        kind: "not_found",
        message: stderr.split("\n")[0]!.replace("error: ", ""),
        hint: expect.any(String) as string,
      },
    });
    expect(stdout.trimEnd()).not.toContain("\n");
    const mistyped = await runHere(["gpus", "lst", "--json"]);
    expect(JSON.parse(mistyped.stdout)).toMatchObject({ error: { kind: "bad_input" } });
  });

  test("--json of a check that did not pass prints its answer alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tunewright-json-"));
    await writeFile(join(folder, "free.csv"), "gpu,term,usd_per_gpu_hour,valid_from\nH100,on-demand,0,2026-06-01\n");
    const { code, stdout } = await runHere(["prices", "check", "--json", "free.csv", "-C", folder]);
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toHaveProperty("unexpected", 1);
    await rm(folder, { recursive: true });
  });
});

describe("the exit code says how it ended", () => {
  test.each([
    ["done", ["--help"], 0],
    ["bad input: no such command", ["xyzzy"], 2],
    ["bad input: no such flag", ["gpus", "list", "--xyzzy"], 2],
    ["bad input: not a number", ["plan", "memory", "--model", "Qwen/Qwen2.5-7B", "--lora-rank", "x"], 2],
    ["not found: no such GPU", ["gpus", "show", "H999"], 3],
    ["not found: no such model", ["models", "show", "nobody/none"], 3],
    ["not found: no such folder", ["status", "no-such-folder"], 3],
  ])("%s: %j ends with %d", async (_what, argv, code) => {
    expect((await runHere(argv)).code).toBe(code);
  });

  test.each(
    longCases(1, [
      ["SIGINT", "error: interrupted\n"],
      ["SIGTERM", "error: stopped by SIGTERM\n"],
    ] as const),
  )("%s while it works ends with 130 and says so", async (signal, said) => {
    const out = await mkdtemp(join(tmpdir(), "tunewright-interrupt-"));
    const argv = [MAIN, "feasibility", "examples/contracts", "--out", out];
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.stderr.once("data", () => child.kill(signal));
    expect(await ended).toBe(130);
    expect(stderr).toContain(said);
    expect(await readdir(out)).toEqual([]);
    await rm(out, { recursive: true });
  });
});

describe("what is written is fit for where it goes", () => {
  test("no colour codes where there is no terminal", async () => {
    const { stdout, stderr } = await runCli(["gpus", "lst"], { env: { FORCE_COLOR: "0" } });
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  longTest("control characters of the user's words are shown, never sent to the terminal", async () => {
    const { stdout, stderr } = await runCli(["gpus", "show", "evil\u001b]0;x\u0007\u009b", "--json"]);
    expect(stderr).toContain("evil\\u001b]0;x\\u0007\\u009b");
    expect(`${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n]/u);
  });

  longTest("a reader of the talk that goes away is not an error, and the files are written whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tunewright-pipe-"));
    try {
      await writeFile(join(folder, "a.jsonl"), '{"text":"mail a@b.example"}\n{"text":"none"}\n');
      const line = '"$0" "$1" data dedup a.jsonl --out b.jsonl 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}';
      const { code } = await runProcess("bash", ["-c", line, process.execPath, MAIN], { cwd: folder });
      expect(code).toBe(0);
      expect(readFileSync(join(folder, "b.jsonl"), "utf8").split("\n")).toHaveLength(3);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a reader that goes away, as head does, is no error", async () => {
    const { code, stdout, stderr } = await runProcess("bash", [
      "-o",
      "pipefail",
      "-c",
      `"$0" "$1" models list --json | head -c 10`,
      process.execPath,
      MAIN,
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toHaveLength(10);
  });

  test("--debug adds the stack, and without it there is none", async () => {
    expect((await runCli(["gpus", "show", "H999", "--debug"])).stderr).toMatch(/\n +at .+\n/);
    expect((await runHere(["gpus", "show", "H999"])).stderr).not.toMatch(/\n +at /);
  });

  test("relative paths start from -C, which what to type next keeps", async () => {
    const { code, stderr } = await runCli(["status", "contracts", "-C", "examples"]);
    expect([code, stderr]).toEqual([0, "next: tunewright -C examples feasibility contracts\n"]);
    expect((await runHere(["status", "-C", "examples/contracts"])).code).toBe(0);
    const { stderr: hint } = await runHere(["-C", "examples/contracts", "data", "redact", "data/train.jsonl"]);
    expect(hint).toContain("tunewright -C examples/contracts data redact data/train.jsonl --spans");
    expect((await runHere(["-C", "examples", "gpus", "qqq"])).stderr).toContain("see tunewright gpus --help");
  });
});

describe("on a terminal", () => {
  const hasScript = runsScript();

  test.skipIf(!hasScript)(
    "errors are coloured, but not under NO_COLOR or --no-color (needs the program script)",
    async () => {
      expect((await onTerminal("gpus lst")).stdout).toContain(ESCAPE);
      expect((await onTerminal("gpus lst", { NO_COLOR: "1" })).stdout).not.toContain(ESCAPE);
      expect((await onTerminal("gpus lst --no-color")).stdout).not.toContain(ESCAPE);
    },
  );
});

test("a verdict has its colour on a terminal alone, and not under --no-color", () => {
  const escape = String.fromCharCode(27);
  const on = (isTTY: boolean) => ({ isTTY, hasColors: () => true }) as unknown as NodeJS.WriteStream;
  expect(colouredVerdict("A\n\nNO GO\n- why", on(false), true)).not.toContain(escape);
  expect(colouredVerdict("A\n\nNO GO\n- why", on(true), false)).not.toContain(escape);
});

test("every example in the help of a command is a line that the command line understands", async () => {
  const { runProgram } = await import("../../src/cli/program.ts");
  for (const { path, load } of COMMANDS) {
    const { default: definition } = await load();
    expect(definition.examples.length, path.join(" ")).toBeGreaterThan(0);
    for (const example of definition.examples) {
      const lines = example.split(" && tunewright ");
      const command = lines.at(-1)!.replace(/^-C \S+ /, "");
      expect(command.startsWith(path.join(" ")), example).toBe(true);
      for (const line of lines) {
        const reached = await runProgram(splitWords(line), {
          version: "",
          write: () => undefined,
          io: () => {
            throw new Error("understood");
          },
        }).catch((error: unknown) => (error instanceof Error ? error.message : error));
        expect(reached, line).toBe("understood");
      }
    }
  }
});

/** Words of an example line up to a pipe, with single or double quotes taken off. */
function splitWords(line: string): string[] {
  const [command] = line.split(/ [|>] /);
  return [...command!.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain!,
  );
}

function onTerminal(line: string, env: Record<string, string> = {}): Promise<Ran> {
  return runProcess("script", ["-qec", `${process.execPath} ${MAIN} ${line}`, "/dev/null"], {
    env: { TERM: "xterm-256color", ...env }, // a bare environment names no terminal, and Node then paints nothing
  });
}

function runsScript(): boolean {
  try {
    return readFileSync("/usr/bin/script").length > 0;
  } catch {
    return false;
  }
}
