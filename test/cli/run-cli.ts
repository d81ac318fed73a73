import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Root of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The built binary: `npm test` builds it first where a source is newer. */
export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** End of a process, with its output. */
export type Ran = { code: number | null; stdout: string; stderr: string };

/** Runs the built command line as a process of its own, without a terminal and without input. */
export function runCli(
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  return runProcess(process.execPath, [MAIN, ...argv], options);
}

/** Runs any program without input and gathers what it writes. */
export function runProcess(
  program: string,
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const { NO_COLOR: _color, FORCE_COLOR: _forced, CI: _ci, ...env } = process.env; // all three decide on colour
  const child = spawn(program, argv, {
    cwd: options.cwd ?? ROOT,
    env: { ...env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...ran, code }));
  });
}
