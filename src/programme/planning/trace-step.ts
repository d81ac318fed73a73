import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import * as z from "zod";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { TRACE_FIELDS } from "../../domain/run-request.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Trace, TraceOptions } from "../../domain/trace.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { traceCacheOf } from "../trace/trace-cache.ts";
import { traceRun } from "../trace/trace-run.ts";

/** A run, and the model as named by the user. */
type NamedRun = { asked: string; shape: ModelShape; spec: RunSpec; gpu: Gpu; dir?: string | undefined };

/** Traces one step of a run; TUNEWRIGHT_PYTHON replaces a request without `python`. */
export async function traceStep(
  context: Context,
  run: NamedRun,
  request: Readonly<Record<string, unknown>>,
): Promise<Trace | Refusal> {
  const { cwd, env } = context;
  const how = z.strictObject(TRACE_FIELDS).parse(pick(request, Object.keys(TRACE_FIELDS)));
  const named = how.python ?? env["TUNEWRIGHT_PYTHON"] ?? "python3";
  context.progress(`tracing one step of ${run.shape.id}`);
  return traceRun({
    ...run,
    options: TraceOptions.parse(pick(request, Object.keys(TraceOptions.shape))),
    place: {
      python: await placeOf(named, cwd),
      env,
      timeoutSeconds: how.timeoutSeconds,
      memoryLimitGib: how.memoryLimitGib,
    },
    folder: resolve(cwd, run.dir ?? "."),
    hubCache: hubCacheOf(env),
    cache: how.cache ? traceCacheOf(env, run.dir === undefined ? undefined : resolve(cwd, run.dir)) : undefined,
    note: context.note,
  });
}

/** A path relative to the folder of the request, if such a file or folder exists; otherwise a name on the PATH. */
async function placeOf(named: string, cwd: string): Promise<string> {
  const path = resolve(cwd, named);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || /[/\\]/.test(named) ? path : named;
}

/**
 * A trace in addition to another result: a failure of the trace becomes a refusal, so that the result remains valid.
 */
export async function traceOrReason(
  context: Context,
  run: NamedRun,
  request: Readonly<Record<string, unknown>>,
): Promise<Trace | Refusal> {
  try {
    return await traceStep(context, run, request);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "bad_input") throw error;
    return { refused: error.message, hint: error.hint ?? "tunewright plan trace gives the details" };
  }
}

function pick(request: Readonly<Record<string, unknown>>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => request[field] !== undefined).map((field) => [field, request[field]]),
  );
}
