import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { isSystemError } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { LoggedValue, Progress, Verdict } from "./engine.ts";
import { safetensorsProblem } from "./safetensors-check.ts";
import { checkpointsOf } from "./trl/checkpoints.ts";

/** Bytes read from the end of a log to find the current step. */
const TAIL_BYTES = 65_536;

const TrainerState = z.object({
  global_step: z.int(),
  log_history: z.array(z.record(z.string(), z.unknown())),
});

/**
 * Verifies the output of the transformers Trainer in a folder that contains the adapter itself. The number of steps is
 * taken from the newest state file, because only some libraries write one at the end.
 *
 * @source `trainer_state.json` of transformers; an exit status does not show how far a run came
 */
export async function verifyOutput(out: string, maxSteps: number): Promise<Verdict> {
  const state = await newestState(out);
  if (state === undefined) return { unverified: "it wrote no trainer_state.json" };
  if (state.global_step < maxSteps) return { unverified: `it stopped at step ${state.global_step} of ${maxSteps}` };
  const weights = join(out, "adapter_model.safetensors");
  const problem = await safetensorsProblem(weights);
  if (problem !== undefined) return { unverified: `adapter_model.safetensors cannot be loaded: ${problem}` };
  if ((await parsedFile(join(out, "adapter_config.json"))) === undefined) {
    return { unverified: "its adapter has no valid adapter_config.json" };
  }
  return { modelSha256: await hashFile(weights) };
}

/** Values logged by the Trainer, read from its newest state file. */
export async function loggedOutput(out: string): Promise<LoggedValue[]> {
  const state = await newestState(out);
  return (state?.log_history ?? []).flatMap(({ step, ...values }) =>
    typeof step !== "number"
      ? []
      : Object.entries(values).flatMap(([key, value]) => (typeof value === "number" ? [{ key, step, value }] : [])),
  );
}

/** Progress printed by the Trainer: the progress bar's `12/30 [`, and the last `{'loss': 1.2, ...}`. */
export async function printedProgress(jobFolder: string): Promise<Progress | undefined> {
  const attempts = await namesIn(join(jobFolder, "attempts"));
  const newest = attempts
    .map(Number)
    .filter(Number.isInteger)
    .toSorted((a, b) => b - a)[0];
  if (newest === undefined) return undefined;
  const path = join(jobFolder, "attempts", String(newest), "log.txt");
  const text = await tailOf(path);
  const bar = [...(text ?? "").matchAll(/(\d+)\/\d+ \[\d/g)].at(-1);
  if (bar === undefined) return undefined;
  const loss = [...text!.matchAll(/'loss': '?([\w.+-]+)'?/g)].at(-1)?.[1];
  return {
    step: Number(bar[1]),
    isFinite: loss === undefined || Number.isFinite(Number(loss)),
    timeMs: (await stat(path)).mtimeMs,
  };
}

async function newestState(out: string): Promise<z.infer<typeof TrainerState> | undefined> {
  const [newest] = await checkpointsOf(out);
  const states = await Promise.all(
    [out, ...(newest === undefined ? [] : [join(out, newest)])].map((folder) =>
      parsedFile(join(folder, "trainer_state.json")),
    ),
  );
  return states
    .flatMap((value) => TrainerState.safeParse(value).data ?? [])
    .toSorted((a, b) => b.global_step - a.global_step)[0];
}

/** A JSON file written by Python, which may contain NaN; undefined if it is missing or incomplete. */
async function parsedFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(
      (await readFile(path, "utf8")).replaceAll(/(?<=[:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, '"NaN"'),
    );
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  });
}

async function tailOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      await file.read(tail, 0, tail.length, size - tail.length);
      return tail.toString("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
