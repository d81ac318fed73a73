import type { Answer, CommandDefinition } from "../../src/cli/command.ts";
import type { Io } from "../../src/cli/io.ts";
import { parseOptions } from "../../src/cli/options.ts";

/** Runs a command in this process, in a folder of its own, on 25 November 2026, where nothing is asked and nothing is shown. */
export function runCommand(command: CommandDefinition, raw: Record<string, unknown>, cwd: string): Promise<Answer> {
  const io: Io = {
    out: () => undefined,
    note: () => undefined,
    progress: () => undefined,
    confirm: () => Promise.resolve(false),
    untilInterrupted: (work) => work(new AbortController().signal),
    cwd,
    env: {},
    now: () => new Date("2026-11-25T12:00:00Z"),
  };
  return command.run(io, parseOptions(command, raw), new Set(Object.keys(raw)));
}
