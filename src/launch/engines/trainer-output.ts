import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { isSystemError } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { LoggedValue, Progress, Verdict } from "./engine.ts";
import { safetensorsProblem } from "./safetensors-check.ts";
import { pythonJson } from "./python-json.ts";
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
  if ((await pythonJson(join(out, "adapter_config.json"))) === undefined) {
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

/**
 * Progress printed by the Trainer: its own progress bar, `12/30 [00:10<`, and the last `{'loss': 1.2, ...}`. Bars of other
 * work have a name in front or another total.
 *
 * @param maxSteps total of the Trainer's bar
 */
export async function printedProgress(jobFolder: string, maxSteps: number): Promise<Progress | undefined> {
  const attempts = await namesIn(join(jobFolder, "attempts"));
  const newest = attempts
    .map(Number)
    .filter(Number.isInteger)
    .toSorted((a, b) => b - a)[0];
  if (newest === undefined) return undefined;
  const path = join(jobFolder, "attempts", String(newest), "log.txt");
  const text = (await tailOf(path)) ?? "";
  const bars = [...text.matchAll(BAR)].filter(([, , total]) => Number(total) === maxSteps);
  if (bars.length === 0) return undefined;
  const last = bars.at(-1)!;
  const loss = [...text.matchAll(/'loss': '?([\w.+-]+)'?/g)].at(-1)?.[1];
  const isFinite = loss === undefined || Number.isFinite(Number(loss));
  const { mtimeMs: timeMs } = await stat(path);
  return {
    step: Number(last[1]),
    isFinite,
    timeMs,
    loss: loss === undefined || !isFinite ? undefined : Number(loss),
    recent: recentSteps(
      bars.map(([, step, , elapsed]) => ({ step: Number(step), elapsedMs: clockMs(elapsed!) })),
      timeMs,
    ),
  };
}

/** A bar without a name: percent, drawing, steps of total, elapsed time. @source tqdm 4, `format_meter` */
const BAR = /(?:^|[\r\n\]}])\s*\d+%\|[^|\r\n]*\|\s*(\d+)\/(\d+) \[((?:\d+:)+\d+)/g;

/** Number of newest reports over which the time of a step is taken. */
const RECENT = 32;

/** First and last of the newest steps with their times, from elapsed times in whole seconds; empty before two. */
export function recentSteps(steps: readonly { step: number; elapsedMs: number }[], timeMs: number): [number, number][] {
  const newest = steps.slice(-RECENT);
  const [first, last] = [newest[0], newest.at(-1)];
  if (first === undefined || last === undefined || first.step >= last.step) return [];
  return [
    [first.step, timeMs - (last.elapsedMs - first.elapsedMs)],
    [last.step, timeMs],
  ];
}

/** Milliseconds of `01:02`, `1:00:02` or `1 day, 0:00:02`. */
export function clockMs(text: string): number {
  const [, days = "0", clock = "0"] = /^(?:(\d+) days?, )?([\d:]+)/.exec(text) ?? [];
  return (Number(days) * 86_400 + clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0)) * 1000;
}

async function newestState(out: string): Promise<z.infer<typeof TrainerState> | undefined> {
  const [newest] = await checkpointsOf(out);
  const states = await Promise.all(
    [out, ...(newest === undefined ? [] : [join(out, newest)])].map((folder) =>
      pythonJson(join(folder, "trainer_state.json")),
    ),
  );
  return states
    .flatMap((value) => TrainerState.safeParse(value).data ?? [])
    .toSorted((a, b) => b.global_step - a.global_step)[0];
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
