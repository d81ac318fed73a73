import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { RunMemory } from "../../domain/run-memory.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { DIR_FLAG, flagWords, noteUnused, programmeRun, resolveRun, RUN_FLAGS } from "../run-flags.ts";
import { TRACE_FLAGS, traceOrReason } from "../trace-flags.ts";

const Options = z.strictObject({
  ...DIR_FLAG,
  ...RUN_FLAGS,
  trace: z.boolean().default(false).describe("Trace a step in your own Python too, and prefer it"),
  python: TRACE_FLAGS.python,
});

/** `tunewright plan memory`: the peak of one GPU, line by line. */
export default defineCommand({
  description:
    "Estimate the peak memory of one GPU of a training run: every term with its formula, and the allocated, reserved and device totals as ranges.",
  args: ["dir"],
  options: Options,
  groups: RUN_FLAG_GROUPS,
  output: RunMemory,
  examples: [
    "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
    "plan memory --model meta-llama/Llama-3.1-70B --method qlora --gpu-count 2 --loss-path chunked",
    "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S --trace --python venv",
    "plan memory my-programme",
  ],
  run: async (io, flags, given) => {
    const { dir } = flags;
    const { shape, gpu, calibration, notUnderstood, ...found } =
      dir === undefined ? await resolveRun(io, flags, given) : await programmeRun(io, { dir }, { flags, given });
    const { withRolloutBatch } = await import("../../plan/layout/rollout-batch.ts");
    const spec = withRolloutBatch(found.spec);
    const { checkRun } = await import("../../plan/layout/check-run.ts");
    const { trainMemory } = await import("../../plan/memory/memory.ts");
    const { adviceText } = await import("../../plan/advice/advice-text.ts");
    const { memoryText, runLine } = await import("../../plan/run/training-text.ts");
    checkRun(shape, spec, gpu);
    if (dir === undefined) noteUnused(io, spec, { flags, given });
    const memory = trainMemory({ shape, spec, gpu, calibration });
    const { largest, remedies } = await adviceOf({ shape, spec, gpu, calibration });
    const named = { asked: flags.model ?? spec.model, shape, spec, gpu, dir };
    const trace = flags.trace ? await traceOrReason(io, named, flags) : null;
    const { traceBesideText } = await import("../../programme/trace/trace-text.ts");
    for (const each of notUnderstood) io.note(`warning: not understood in the configuration: ${each}`);
    return {
      json: { model: spec.model, gpu: gpu.id, gpuCount: spec.gpuCount, spec, memory, largest, remedies, trace },
      text: () =>
        [
          `${runLine(spec.model, spec, gpu.id)}\n`,
          memoryText(memory),
          ...traceBesideText(trace),
          ...(memory.peak === null ? [] : ["", adviceText(largest, remedies, spec)]),
        ].join("\n"),
      next: commandLine([
        "plan",
        "time",
        ...(dir === undefined ? [] : [dir]),
        ...flagWords({ flags, given }, Object.keys(RUN_FLAGS)),
        ...(dir === undefined ? ["--rows", "10000", "--mean-tokens", "800"] : []),
      ]),
    };
  },
});

/** What of its kind fits in the GPU, and what to change where the run does not; other GPUs are those of data centres. */
async function adviceOf(run: TrainRun): Promise<Pick<RunMemory, "largest" | "remedies">> {
  const { allGpus } = await import("../../catalog/gpus.ts");
  const { largestRun } = await import("../../plan/advice/largest-run.ts");
  const { remediesFor } = await import("../../plan/advice/remedies.ts");
  const gpus = allGpus().filter(({ consumer }) => !consumer);
  return { largest: largestRun(run), remedies: remediesFor(run, gpus) };
}
