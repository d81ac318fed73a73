import { resolve } from "node:path";

import type { Context } from "../base/context.ts";
import { FAILURES } from "../base/failure.ts";
import { visibleControls } from "../report/visible-controls.ts";
import { colouredVerdict } from "./verdict-colour.ts";

/**
 * Everything that a command may access in addition to its arguments. Tests pass a recording implementation. Notes and
 * progress are suppressed by `--quiet`.
 */
export type Io = Context & {
  /** Data on stdout, exactly as given. */
  out: (text: string) => void;
};

/** Flags accepted by every command. */
export type Globals = {
  json: boolean;
  quiet: boolean;
  color: boolean;
  yes: boolean;
  debug: boolean;
  dir: string | undefined;
};

/** The parts of a process that `Io` uses. */
export type Surroundings = Pick<NodeJS.Process, "stdin" | "stdout" | "stderr" | "env" | "cwd">;

/** The `Io` of a real process. Control characters in the output are made visible, never sent to the terminal. */
export function processIo(globals: Globals, around: Surroundings): Io {
  const { stdin, stdout, stderr, env } = around;
  let open = false;
  let lastStep = "";
  const endBar = (): void => {
    if (open) stderr.write("\r\u001b[K");
    open = false;
  };
  return {
    cwd: resolve(around.cwd(), globals.dir ?? "."),
    env,
    now: () => new Date(),
    untilInterrupted,
    out: (text) => {
      endBar();
      stdout.write(colouredVerdict(visibleControls(text), stdout, globals.color));
    },
    note: (line) => {
      endBar();
      if (!globals.quiet) stderr.write(`${visibleControls(line)}\n`);
    },
    progress: (name, fraction) => {
      const step = visibleControls(name);
      if (globals.quiet) return;
      if (stderr.isTTY) {
        stderr.write(`\r\u001b[K${bar(step, fraction, stderr.columns)}`);
        open = true;
      } else if (step !== lastStep) {
        stderr.write(`${step}\n`);
      }
      lastStep = step;
    },
    confirm: async (question) => {
      endBar();
      if (globals.yes) return true;
      if (!stdin.isTTY) return false;
      const { createInterface } = await import("node:readline/promises");
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return /^y(es)?$/i.test((await lines.question(`${visibleControls(question)} [y/N] `)).trim());
      } finally {
        lines.close();
      }
    },
  };
}

async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(FAILURES.interrupted.exit);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function bar(step: string, fraction: number | undefined, columns: number): string {
  const label = step.slice(0, Math.max(10, columns - 30));
  if (fraction === undefined) return label;
  const filled = Math.round(20 * Math.min(1, Math.max(0, fraction)));
  return `${label} ${"█".repeat(filled)}${"░".repeat(20 - filled)} ${Math.round(fraction * 100)}%`;
}
