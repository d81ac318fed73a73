import type { Context } from "../../base/context.ts";
import { allGpus } from "../../catalog/gpus.ts";
import type { RunMemory } from "../../domain/run-memory.ts";
import type { MemoryRequest, Stated } from "../../domain/run-request.ts";
import { largestRun } from "../../plan/advice/largest-run.ts";
import { remediesFor } from "../../plan/advice/remedies.ts";
import { checkRun } from "../../plan/layout/check-run.ts";
import { withRolloutBatch } from "../../plan/layout/rollout-batch.ts";
import { trainMemory, type TrainRun } from "../../plan/memory/memory.ts";
import { statedRun, unusedFields } from "./stated-run.ts";

/**
 * The peak memory of one GPU for a run or for a programme's training, what fits, and what to change if it does not.
 *
 * @throws Failure bad_input for a run that no library can train; as `statedRun` and `programmeRun`
 */
export async function planMemory(context: Context, asked: Stated<MemoryRequest>): Promise<RunMemory> {
  const { request } = asked;
  const { dir } = request;
  const { shape, gpu, calibration, notUnderstood, ...found } =
    dir === undefined ? await statedRun(context, asked) : await ofProgramme(context, dir, asked);
  const run: TrainRun = { shape, spec: withRolloutBatch(found.spec), gpu, calibration };
  const { spec } = run;
  checkRun(shape, spec, gpu);
  if (dir === undefined) for (const warning of unusedFields(spec, asked)) context.note(warning);
  const memory = trainMemory(run);
  const { largest, remedies } = adviceOf(run);
  const named = { asked: request.model ?? spec.model, shape, spec, gpu, dir };
  const trace = request.trace ? await traced(context, named, request) : null;
  for (const field of notUnderstood) context.note(`warning: not understood in the configuration: ${field}`);
  return { model: spec.model, gpu: gpu.id, gpuCount: spec.gpuCount, spec, memory, largest, remedies, trace };
}

async function ofProgramme(context: Context, dir: string, asked: Stated<MemoryRequest>) {
  const { programmeRun } = await import("./programme-run.ts");
  return programmeRun(context, { dir }, asked);
}

async function traced(
  context: Context,
  run: {
    asked: string;
    shape: TrainRun["shape"];
    spec: TrainRun["spec"];
    gpu: TrainRun["gpu"];
    dir?: string | undefined;
  },
  request: MemoryRequest,
): Promise<RunMemory["trace"]> {
  const { traceOrReason } = await import("./trace-step.ts");
  return traceOrReason(context, run, request);
}

/**
 * The largest run of its kind that fits on the GPU, and what to change if the run does not; other GPUs are data-centre
 * products.
 */
function adviceOf(run: TrainRun): Pick<RunMemory, "largest" | "remedies"> {
  const gpus = allGpus().filter(({ consumer }) => !consumer);
  return { largest: largestRun(run), remedies: remediesFor(run, gpus) };
}
