import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Failure } from "../../base/failure.ts";
import { executableOf } from "../training/preflight.ts";
import { runProgram } from "./run-program.ts";

const PYTHON_FILES = new URL("../../launch/export/python/", import.meta.url);

/** Path of one of our Python files. */
export function pythonFile(name: string): string {
  return fileURLToPath(new URL(name, PYTHON_FILES));
}

/**
 * Runs one of our Python files, or one of the user's, to its end.
 *
 * @returns the last line of its output
 * @throws Failure check_failed without a Python; outside with its last line
 */
export async function runPython(
  { python: named, programmeDir }: { python: string | undefined; programmeDir: string },
  words: readonly string[],
): Promise<string> {
  const executable = executableOf(named, programmeDir);
  if (executable === undefined) {
    throw new Failure("check_failed", "no Python is named that could merge and convert", {
      hint: "set TUNEWRIGHT_PYTHON, or training.python in programme.yaml, to one with peft and gguf",
    });
  }
  const [file = "", ...rest] = words;
  const script = file.includes("/") ? file : pythonFile(file);
  const env = { HF_HUB_OFFLINE: "1" };
  const { code, text } = await runProgram([executable, script, ...rest], { cwd: programmeDir, env });
  if (code === 0) return lastLine(text);
  throw new Failure("outside", `${file} ended with ${code}: ${lastLine(text)}`, {
    hint: `${executable} -m pip install peft gguf`,
  });
}

/** Size of a file in MB, as text. */
export async function sizeOf(path: string): Promise<string> {
  return `${((await stat(path)).size / 1e6).toFixed(1)} MB`;
}

/** The last line of a program's output, 300 characters at most, without the next command that ours suggest. */
export function lastLine(text: string): string {
  return (
    text
      .split("\n")
      .findLast((line) => line.trim() !== "" && !line.startsWith("next: "))
      ?.slice(0, 300) ?? "it printed nothing"
  );
}
