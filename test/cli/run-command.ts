import type { Answer, CommandDefinition } from "../../src/cli/command.ts";
import type { Io } from "../../src/cli/io.ts";
import { parseOptions } from "../../src/cli/options.ts";

/**
 * Runs a command in this process, on 25 November 2026, where nobody answers and nothing is shown.
 *
 * @param where  the folder, or the folder and what is otherwise
 */
export function runCommand(
  command: CommandDefinition,
  raw: Record<string, unknown>,
  where: string | (Partial<Io> & { cwd: string }),
): Promise<Answer> {
  const io: Io = {
    out: () => undefined,
    note: () => undefined,
    progress: () => undefined,
    confirm: () => Promise.resolve(false),
    untilInterrupted: (work) => work(new AbortController().signal),
    env: {},
    now: () => new Date("2026-11-25T12:00:00Z"),
    ...(typeof where === "string" ? { cwd: where } : where),
  };
  return command.run(io, parseOptions(command, raw), new Set(Object.keys(raw)));
}
