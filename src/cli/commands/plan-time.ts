import { commandLine } from "../../base/command-line.ts";
import { RunPlan } from "../../domain/run-plan.ts";
import { RUN_PART_FIELDS, TimeRequest } from "../../domain/run-request.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { statedWords } from "../stated-words.ts";

/** Flags that apply to any fleet. */
const OF_ANY_FLEET = Object.keys(TimeRequest.shape).filter(
  (field) =>
    !["dir", "gpu", "gpuCount", "usdPerGpuHour"].includes(field) &&
    !(field in RUN_PART_FIELDS) &&
    field !== "groupByLength",
);

/** `tunewright plan time`: estimates speed, hours and GPU-hours of one run. */
export default defineCommand({
  description:
    "Estimate how long one training run takes: FLOPs per token, tokens per second per GPU, wall hours of each part from renting the machines to storing the result, GPU-hours and their cost, as ranges.",
  args: ["dir"],
  options: TimeRequest,
  groups: RUN_FLAG_GROUPS,
  output: RunPlan,
  examples: [
    "plan time --model Qwen/Qwen2.5-7B --method lora --gpu A100 --rows 14000 --mean-tokens 900",
    "plan time my-programme",
    "plan time --model meta-llama/Llama-3.1-8B --method full --gpu H100 --gpu-count 8 --stack nemo --rows 50000 --mean-tokens 1200",
  ],
  run: async (io, request, stated) => {
    const { planTime } = await import("../../programme/planning/plan-time.ts");
    const { runTimeText } = await import("../../plan/run/training-text.ts");
    const plan = await planTime(io, { request, stated });
    const { dir } = request;
    return {
      json: plan,
      text: () => runTimeText(plan),
      next: commandLine([
        "plan",
        "fleet",
        ...(dir === undefined ? [] : [dir]),
        ...statedWords({ request, stated }, dir === undefined ? [...OF_ANY_FLEET, "groupByLength"] : OF_ANY_FLEET),
      ]),
    };
  },
});
