import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Failure } from "../../base/failure.ts";

/** Python and folder in which the traced program runs, and its time limit. */
export type PythonPlace = {
  /** An executable, or the folder of a virtual environment. */
  python: string;
  env: Readonly<Record<string, string | undefined>>;
  timeoutSeconds: number;
};

/** A program that answers a request on its standard input with one line of JSON. */
export type PythonProgram = {
  /** Absolute path. */
  path: string;
  /** Description of the script, for messages. */
  what: string;
  /** Remedies for a timeout and for a failure. */
  hints: { timeout: string; failure: string };
};

/** The program that traces a step. */
const TRACE: PythonProgram = {
  path: fileURLToPath(new URL("./python/trace_step.py", import.meta.url)),
  what: "trace",
  hints: {
    timeout: "a trace of 70B parameters takes about a minute on one core; --timeout-seconds allows more",
    failure: "versions that are known to trace: torch 2.6 or newer, transformers 4.48 or newer, peft 0.14 or newer",
  },
};

/** Maximum output of a program on either stream, in characters: a trace has about two thousand, losses twenty each. */
const MAX_OUTPUT = 2 ** 20;

/** Number of error lines that are shown. */
const SHOWN_LINES = 6;

const INSTALL = "pip install torch transformers peft";

/** The executable in a virtual environment's folder; any other path is unchanged. */
async function executableOf(python: string): Promise<string> {
  const info = await stat(python).catch(() => undefined);
  if (!info?.isDirectory()) return python;
  const inside = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
  const path = join(python, inside);
  if (await stat(path).catch(() => undefined)) return path;
  throw new Failure("outside", `${python} is not a virtual environment: it has no ${inside}`, {
    hint: `to make one: python3 -m venv ${python}; then ${INSTALL} in it`,
  });
}

/**
 * Runs a program (default: the trace) in the user's Python with a request on its standard input. The child ends with
 * this process, at its time limit, or when it prints too much; the Hub's libraries are kept offline.
 *
 * @returns the JSON value of the single line that it printed
 * @throws Failure outside if Python or a library is missing, or if it fails, takes too long or prints something else
 */
export async function runPython(
  place: PythonPlace,
  request: unknown,
  program: PythonProgram = TRACE,
): Promise<unknown> {
  const executable = await executableOf(place.python);
  const { stdout, stderr, code, signal, ended } = await runChild(executable, place, {
    input: JSON.stringify(request),
    program: program.path,
  });
  const hint = `for a Python elsewhere: --python path/to/venv; to install: ${INSTALL}`;
  const shown = stderr.trim().split("\n").slice(-SHOWN_LINES).join("\n");
  if (ended === "timeout") {
    throw new Failure("outside", `the ${program.what} took longer than ${place.timeoutSeconds} s and was stopped`, {
      hint: program.hints.timeout,
    });
  }
  if (ended === "output")
    throw new Failure("outside", `${executable} printed more output than a ${program.what} should`, { hint });
  const missing = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(stderr)?.[1];
  if (missing !== undefined) {
    throw new Failure("outside", `${executable} has no ${missing.split(".")[0]!}`, { hint });
  }
  if (code !== 0) {
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    throw new Failure("outside", `the ${program.what} in ${executable} ${how}:\n${shown}`, {
      hint: program.hints.failure,
    });
  }
  try {
    return JSON.parse(stdout) as unknown;
  } catch (error) {
    throw new Failure("outside", `${executable} did not return one line of JSON`, { hint, cause: error });
  }
}

type Ended = {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: string | null;
  ended: "itself" | "timeout" | "output";
};

function runChild(
  executable: string,
  place: PythonPlace,
  { input, program }: { input: string; program: string },
): Promise<Ended> {
  const child = spawn(executable, ["-u", program], {
    env: { ...place.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a separate process group, because the executable may be a script that starts Python
  });
  const state: Ended = { stdout: "", stderr: "", code: null, signal: null, ended: "itself" };
  const kill = (): void => killGroup(child.pid);
  const stop = (why: Ended["ended"]): void => {
    state.ended = why;
    kill();
  };
  process.once("exit", kill); // also if Ctrl-C ends this process
  const timer = setTimeout(() => stop("timeout"), place.timeoutSeconds * 1000);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (state.ended === "output") return;
    state.stdout += text;
    if (state.stdout.length > MAX_OUTPUT) stop("output");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    state.stderr = (state.stderr + text).slice(-MAX_OUTPUT);
  });
  child.stdin.on("error", () => undefined); // a child that ended early reads nothing: its exit status explains why
  child.stdin.end(input);
  return new Promise((settle, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      process.off("exit", kill);
    };
    child.once("error", (error) => {
      over();
      reject(
        new Failure("outside", `cannot run ${executable}: ${reasonOf(error)}`, {
          hint: `install Python 3.10 or newer, then ${INSTALL}; or name one: --python path/to/venv`,
          cause: error,
        }),
      );
    });
    child.once("close", (code, signal) => {
      over();
      settle({ ...state, code, signal });
    });
  });
}

/** Reason why a program did not start. */
function reasonOf(error: Error & { code?: string }): string {
  if (error.code === "ENOENT") return "the program does not exist";
  return error.code === "EACCES" ? "it is not a program, or is not executable" : error.message;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
