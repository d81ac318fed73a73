import { spawn } from "node:child_process";

/** Maximum size of a program's answer in bytes; a program that prints more is stopped. */
const MOST_BYTES = 4 * 2 ** 20;

/** Number of characters of a program's standard error that a message shows. */
const SHOWN = 200;

/** Input and limits of a program. */
export type AnswererRun = {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  input: string;
  timeoutMs: number;
  signal: AbortSignal;
};

/**
 * Runs a program once; its output without the last line feed is its answer. It is stopped with all processes that it
 * started when its time is over, when it prints too much, or by the signal.
 *
 * @returns the answer, or the reason why there is none: the program does not exist, fails, takes too long, prints too
 * much, or prints invalid UTF-8
 */
export function runAnswerer(
  [program = "", ...words]: readonly string[],
  { cwd, env, input, timeoutMs, signal }: AnswererRun,
): Promise<{ text: string } | { error: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    const parts: Buffer[] = [];
    let [bytes, complaint] = [0, ""];
    let stopped: string | undefined;
    const stop = (reason: string): void => {
      stopped ??= reason;
      killGroup(child.pid);
    };
    const interrupt = (): void => stop("interrupted");
    const onExit = (): void => killGroup(child.pid);
    const timer = setTimeout(() => stop(`took longer than ${timeoutMs / 1000} s`), timeoutMs);
    signal.addEventListener("abort", interrupt, { once: true });
    process.once("exit", onExit);
    child.stdin.on("error", () => undefined); // it may end without reading
    child.stdin.end(input);
    child.stdout.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) stop(`printed more than ${MOST_BYTES / 2 ** 20} MiB`);
      else parts.push(part);
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => (complaint = (complaint + part).slice(-SHOWN)));
    const settle = (result: { text: string } | { error: string }): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
      process.off("exit", onExit);
      resolve(result);
    };
    child.once("error", (error) => settle({ error: `cannot run ${program}: ${error.message}` }));
    child.once("close", (code, killedBy) => {
      if (stopped !== undefined) return settle({ error: `the program ${stopped}` });
      const said = complaint.trim() === "" ? "" : `: ${complaint.trim()}`;
      if (code !== 0) return settle({ error: `the program ended with ${code ?? killedBy}${said}` });
      settle(textIn(Buffer.concat(parts)));
    });
  });
}

function textIn(bytes: Buffer): { text: string } | { error: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "") };
  } catch {
    return { error: "the program printed text that is not UTF-8" };
  }
}

/** Kills a program with all processes that it started. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
