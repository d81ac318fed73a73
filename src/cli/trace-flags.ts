import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../base/failure.ts";
import type { Refusal } from "../domain/estimate.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { RunSpec } from "../domain/run-spec.ts";
import { type Trace, TraceOptions } from "../domain/trace.ts";
import type { Io } from "./io.ts";

/** Flags of where and how long a trace may run. */
export const TRACE_FLAGS = {
  python: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Python with torch, transformers and peft: an executable or a virtual environment; python3 where left out",
    ),
  timeoutSeconds: z.int().min(1).max(86_400).default(600).describe("Seconds after which a trace is stopped"),
  memoryLimitGib: z.number().min(1).max(1024).default(16).describe("Host memory that a trace may use, in GiB"),
  cache: z.boolean().default(true).meta({
    description: "Earlier traces are read and kept",
    whenOff: "Trace again, and keep nothing",
  }),
};

/** A run and the model as the user named it. */
type NamedRun = { asked: string; shape: ModelShape; spec: RunSpec; gpu: Gpu; dir?: string | undefined };

/** Traces a run by the flags; TUNEWRIGHT_PYTHON stands for `--python`. */
export async function traceFor(io: Io, run: NamedRun, flags: Record<string, unknown>): Promise<Trace | Refusal> {
  const { traceRun } = await import("../programme/trace/trace-run.ts");
  const { traceCacheOf } = await import("../programme/trace/trace-cache.ts");
  const { hubCacheOf } = await import("../programme/data/find-tokenizer.ts");
  const given = z.strictObject(TRACE_FLAGS).parse(pick(flags, Object.keys(TRACE_FLAGS)));
  const named = given.python ?? io.env["TUNEWRIGHT_PYTHON"] ?? "python3";
  io.progress(`tracing one step of ${run.shape.id}`);
  return traceRun({
    ...run,
    options: TraceOptions.parse(pick(flags, Object.keys(TraceOptions.shape))),
    place: {
      python: await placeOf(named, io.cwd),
      env: io.env,
      timeoutSeconds: given.timeoutSeconds,
      memoryLimitGib: given.memoryLimitGib,
    },
    folder: resolve(io.cwd, run.dir ?? "."),
    hubCache: hubCacheOf(io.env),
    cache: given.cache ? traceCacheOf(io.env, run.dir === undefined ? undefined : resolve(io.cwd, run.dir)) : undefined,
    note: io.note,
  });
}

/** A path from the folder that the command runs in, where there is such a file or folder; else a name on the PATH. */
async function placeOf(named: string, cwd: string): Promise<string> {
  const path = resolve(cwd, named);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || /[/\\]/.test(named) ? path : named;
}

/** The same, where a trace comes on top of an answer: what keeps it from being made is its answer, and no failure. */
export async function traceOrReason(io: Io, run: NamedRun, flags: Record<string, unknown>): Promise<Trace | Refusal> {
  try {
    return await traceFor(io, run, flags);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "bad_input") throw error;
    return { refused: error.message, hint: error.hint ?? "tunewright plan trace says more" };
  }
}

function pick(flags: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => flags[field] !== undefined).map((field) => [field, flags[field]]));
}
