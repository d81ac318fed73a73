import { commandLine } from "../../base/command-line.ts";
import { RUN_FIELDS, TraceRequest } from "../../domain/run-request.ts";
import { Trace } from "../../domain/trace.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { statedWords } from "../stated-words.ts";

/** `tunewright plan trace`: traces the peak memory of one GPU in the user's own Python. */
export default defineCommand({
  description:
    "Trace one real training step in your own Python, on fake tensors: no weights, no data, no GPU and no network. The peak is that of your installed versions, by instant and by kind, compared with the formula of plan memory.",
  args: [],
  options: TraceRequest,
  groups: RUN_FLAG_GROUPS,
  output: Trace,
  examples: [
    "plan trace --model Qwen/Qwen2.5-7B --method lora --gpu L40S --python venv",
    "plan trace --model config.json --method full --batch-sequences 1 --python venv --json",
  ],
  run: async (io, request, stated) => {
    const { planTrace } = await import("../../programme/planning/plan-trace.ts");
    const { runLine } = await import("../../plan/run/training-text.ts");
    const { traceText } = await import("../../programme/trace/trace-text.ts");
    const { trace, spec, gpu } = await planTrace(io, { request, stated });
    return {
      json: trace,
      text: () => `${runLine(spec.model, spec, gpu)}\n\n${traceText(trace)}`,
      next: commandLine([
        "plan",
        "memory",
        ...statedWords({ request, stated }, [...Object.keys(RUN_FIELDS), "python"]),
        "--trace",
      ]),
    };
  },
});
