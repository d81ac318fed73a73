import { commandLine } from "../../base/command-line.ts";
import { RunMemory } from "../../domain/run-memory.ts";
import { MemoryRequest, RUN_FIELDS } from "../../domain/run-request.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { statedWords } from "../stated-words.ts";

/** `tunewright plan memory`: itemises the peak memory of one GPU. */
export default defineCommand({
  description:
    "Estimate the peak memory of one GPU of a training run: every term with its formula, and the allocated, reserved and device totals as ranges.",
  args: ["dir"],
  options: MemoryRequest,
  groups: RUN_FLAG_GROUPS,
  output: RunMemory,
  examples: [
    "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
    "plan memory --model meta-llama/Llama-3.1-70B --method qlora --gpu-count 2 --loss-path chunked",
    "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S --trace --python venv",
    "plan memory my-programme",
  ],
  run: async (io, request, stated) => {
    const { planMemory } = await import("../../programme/planning/plan-memory.ts");
    const { runMemoryText } = await import("../../programme/planning/run-memory-text.ts");
    const answer = await planMemory(io, { request, stated });
    const { dir } = request;
    return {
      json: answer,
      text: () => runMemoryText(answer),
      next: commandLine([
        "plan",
        "time",
        ...(dir === undefined ? [] : [dir]),
        ...statedWords({ request, stated }, Object.keys(RUN_FIELDS)),
        ...(dir === undefined ? ["--rows", "10000", "--mean-tokens", "800"] : []),
      ]),
    };
  },
});
