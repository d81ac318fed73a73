import { spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isSystemError } from "../../../base/failure.ts";
import { isProcessAlive, processFacts } from "../../../base/process-alive.ts";

const WRAPPER = fileURLToPath(new URL("./wrapper/wrap.mjs", import.meta.url));

const Process = z.object({ pid: z.int().positive(), started: z.string().nullable() });

const Exit = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  error: z.string().nullable(),
  endedMs: z.number(),
});

/** How a trainer ended; `error` where it could not be started. */
export type TrainerExit = z.infer<typeof Exit>;

/** What one attempt runs. `env` is written to a file: it holds no secret. */
export type LaunchOrder = { argv: readonly string[]; env: Readonly<Record<string, string>>; cwd: string };

/** What can be seen of an attempt from its files and the process table. */
export type AttemptSight = {
  /** A wrapper took it; it is never started a second time. */
  isClaimed: boolean;
  /** Wrapper or trainer runs. */
  isAlive: boolean;
  exit: TrainerExit | undefined;
};

/**
 * Starts an attempt under a wrapper that outlives this process. Repeatable: of several wrappers in one folder, the first
 * runs the trainer and the others end.
 *
 * @param secrets  variables that are passed on and written nowhere
 */
export async function submitLocal(
  folder: string,
  order: LaunchOrder,
  secrets: Readonly<Record<string, string>> = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, "launch.json"), JSON.stringify(order, null, 2));
  const wrapper = spawn(process.execPath, [WRAPPER, folder], {
    detached: true,
    stdio: "ignore",
    cwd: folder,
    env: { ...process.env, ...secrets },
  });
  wrapper.on("error", () => undefined); // seen as an attempt that nobody claims
  wrapper.unref();
}

/** Looks at an attempt. A pid that another process has by now counts as ended. */
export async function observeLocal(folder: string): Promise<AttemptSight> {
  // exit.json last: a trainer that ends in between is seen as alive once more, never as lost
  const wrapper = await readJson(join(folder, "wrapper.json"), Process);
  const trainer = await readJson(join(folder, "trainer.json"), Process);
  const isAlive = isSame(wrapper) || isSame(trainer);
  return { isClaimed: wrapper !== undefined, isAlive, exit: await readJson(join(folder, "exit.json"), Exit) };
}

/** Sends a signal to the process group of the trainer; false where it does not run. */
export async function signalLocal(folder: string, signal: NodeJS.Signals): Promise<boolean> {
  const trainer = await readJson(join(folder, "trainer.json"), Process);
  if (trainer === undefined || !isSame(trainer)) return false;
  try {
    process.kill(-trainer.pid, signal);
    return true;
  } catch (error) {
    if (isSystemError(error, "ESRCH")) return false;
    throw error;
  }
}

function isSame(known: z.infer<typeof Process> | undefined): boolean {
  if (known === undefined || !isProcessAlive(known.pid)) return false;
  return known.started === null || (processFacts(known.pid)?.started ?? known.started) === known.started;
}

async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
