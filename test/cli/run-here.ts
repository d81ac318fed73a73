import { runLine } from "../../src/cli/run-line.ts";
import type { Surroundings } from "../../src/cli/io.ts";
import { type Ran, ROOT } from "./run-cli.ts";

/**
 * Runs a command line in this process, as `runCli` does in one of its own, which takes half a second to start. What the
 * process itself does (signals, pipes, colours) is for `runCli` alone.
 */
export async function runHere(
  argv: readonly string[],
  { cwd = ROOT, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    isTTY: false,
    write: (text: string) => {
      ran[name] += text;
      return true;
    },
  });
  const around = { stdin: { isTTY: false }, stdout: stream("stdout"), stderr: stream("stderr"), env, cwd: () => cwd };
  ran.code = await runLine([...argv, "--no-color"], around as unknown as Surroundings);
  return ran;
}
