import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { TraceRequest, Stated } from "../../domain/run-request.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Trace } from "../../domain/trace.ts";
import { statedRun } from "./stated-run.ts";
import { traceStep } from "./trace-step.ts";

/** A trace and its run. */
export type TracedRun = { trace: Trace; spec: RunSpec; gpu: string };

/**
 * The peak of one GPU, traced in the user's own Python.
 *
 * @throws Failure bad_input for a run that cannot be traced; as `statedRun` and `traceRun`
 */
export async function planTrace(context: Context, asked: Stated<TraceRequest>): Promise<TracedRun> {
  const { request } = asked;
  const { shape, spec, gpu, notUnderstood } = await statedRun(context, asked);
  const trace = await traceStep(context, { shape, spec, gpu, asked: request.model! }, request);
  if ("refused" in trace) throw new Failure("bad_input", trace.refused, { hint: trace.hint });
  for (const field of notUnderstood) context.note(`warning: not understood in the configuration: ${field}`);
  return { trace, spec, gpu: gpu.id };
}
