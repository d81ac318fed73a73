import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import type { LaunchOrder, PlacedAttempt } from "./scheduler.ts";

const WRAPPER = fileURLToPath(new URL("./wrapper/attempt.py", import.meta.url));

/** Name of the wrapper file in the folder of an attempt. */
export const WRAPPER_FILE = "attempt.py";

/** Name of the file by which a running attempt gets an earlier limit than that of its order: `{"runMs": ...}`. */
export const LIMIT_FILE = "limit.json";

const Process = z.object({
  pid: z.int().positive(),
  started: z.string().nullable(),
  /** Start of the trainer by the clock of its machine, ms; absent for a wrapper. */
  startedMs: z.number().optional(),
});

/** End of a trainer as recorded by the wrapper. */
export const Exit = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  error: z.string().nullable(),
  endedMs: z.number(),
});

/** A process as recorded by the wrapper of an attempt. */
export type AttemptProcess = z.infer<typeof Process>;

/** End of the trainer as seen by the wrapper; undefined if it has not ended. */
export function readExit(folder: string): Promise<z.infer<typeof Exit> | undefined> {
  return readJson(join(folder, "exit.json"), Exit);
}

/** Wrapper or trainer process of an attempt; undefined if it has not been started. */
export function readProcess(folder: string, who: "wrapper" | "trainer"): Promise<AttemptProcess | undefined> {
  return readJson(join(folder, `${who}.json`), Process);
}

/**
 * Requests, through a file, that the wrapper of an attempt send SIGTERM to its trainer; for schedulers that cannot send
 * signals.
 */
export async function askToStop(folder: string): Promise<void> {
  await atomicWrite(join(folder, "stop"), "");
}

/**
 * Writes the command of an attempt, and the wrapper that runs it on a machine with Python but without Tunewright.
 *
 * @returns the command, without secrets
 */
export async function writeOrder(
  { folder, spec }: Pick<PlacedAttempt, "folder" | "spec">,
  order: LaunchOrder,
): Promise<[string, string, string, string]> {
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, "launch.json"), JSON.stringify(order, null, 2));
  await cp(WRAPPER, join(folder, WRAPPER_FILE));
  return [spec.python ?? "python3", join(folder, WRAPPER_FILE), "run", folder];
}

/** Reads a JSON file of an attempt; undefined if it does not exist. */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
