import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Trace, TraceOptions } from "../../domain/trace.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { flagWords, resolveRun, RUN_FLAGS } from "../run-flags.ts";
import { TRACE_FLAGS, traceFor } from "../trace-flags.ts";

const Options = z.strictObject({ ...RUN_FLAGS, ...TraceOptions.shape, ...TRACE_FLAGS });

/** `tunewright plan trace`: the peak of one GPU, traced in the user's own Python. */
export default defineCommand({
  description:
    "Trace one real training step in your own Python, on fake tensors: no weights, no data, no GPU and no network. The peak is that of the versions you have installed, by instant and by kind, beside the closed form of plan memory.",
  args: [],
  options: Options,
  groups: RUN_FLAG_GROUPS,
  output: Trace,
  examples: [
    "plan trace --model Qwen/Qwen2.5-7B --method lora --gpu L40S --python venv",
    "plan trace --model config.json --method full --batch-sequences 1 --python venv --json",
  ],
  run: async (io, flags, given) => {
    const { runLine } = await import("../../plan/run/training-text.ts");
    const { traceText } = await import("../../programme/trace/trace-text.ts");
    const run = await resolveRun(io, flags, given);
    const trace = await traceFor(io, { ...run, asked: flags.model! }, flags);
    if ("refused" in trace) throw new Failure("bad_input", trace.refused, { hint: trace.hint });
    for (const each of run.notUnderstood) io.note(`warning: not understood in the configuration: ${each}`);
    return {
      json: trace,
      text: () => `${runLine(run.spec.model, run.spec, run.gpu.id)}\n\n${traceText(trace)}`,
      next: commandLine([
        "plan",
        "memory",
        ...flagWords({ flags, given }, [...Object.keys(RUN_FLAGS), "python"]),
        "--trace",
      ]),
    };
  },
});
