import { spawn } from "node:child_process";

/** Number of characters kept from the end of a program's output. */
const KEPT = 16_384;

/** Runs a program without input until it ends, and returns its exit status with the end of its output. */
export function runProgram(
  [program = "", ...rest]: readonly string[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<{ code: number | string; text: string }> {
  return new Promise((resolve) => {
    let text = "";
    const child = spawn(program, rest, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => (text = (text + part).slice(-KEPT)));
    }
    child.once("error", (error) => resolve({ code: error.message, text }));
    child.once("close", (code, signal) => resolve({ code: code ?? signal ?? "unknown", text }));
  });
}
