import { execFile } from "node:child_process";

import { Failure, isSystemError } from "../base/failure.ts";

/** Result of a command; `code` is null if it was ended by its timeout or a signal. */
export type CommandEnd = { code: number | null; stdout: string; stderr: string };

/** Options of a command. */
export type CommandInput = {
  stdin?: string | undefined;
  /** Environment variables in addition to those of this process. */
  env?: Readonly<Record<string, string>>;
  /** Default: 30 s. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 30_000;

/** Time after the timeout at which a program that ignores SIGTERM is killed, ms. */
const KILL_MS = 2000;
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Runs a program without a shell and waits until it ends, regardless of its status.
 *
 * @throws Failure outside if there is no such program
 */
export function runCommand(
  argv: readonly string[],
  { stdin, env, timeoutMs = TIMEOUT_MS }: CommandInput = {},
): Promise<CommandEnd> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, maxBuffer: MOST_BYTES, env: { ...process.env, ...env } };
    const child = execFile(program!, args, options, (error, stdout, stderr) => {
      clearTimeout(killing);
      if (isSystemError(error, "ENOENT")) {
        const hint = `install it, or start the supervisor on a machine that has ${program}`;
        reject(new Failure("outside", `${program} is not installed on this machine`, { hint }));
        return;
      }
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ code, stdout, stderr });
    });
    const killing = setTimeout(() => child.kill("SIGKILL"), timeoutMs + KILL_MS);
    child.stdin?.on("error", () => undefined); // it ended without reading
    child.stdin?.end(stdin ?? "");
  });
}
