import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { CostPlan } from "../../domain/cost-plan.ts";
import { Figure } from "../../domain/figure.ts";
import { RunPlan } from "../../domain/run-plan.ts";
import { CostRequest, RUN_FIELDS, type Stated } from "../../domain/run-request.ts";
import { type Answer, defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import type { Io } from "../io.ts";
import { statedWords } from "../stated-words.ts";

/**
 * `tunewright plan cost`: estimates the cost of a programme, its payback and a comparison with its quoted budget; or
 * the cost of one run.
 */
export default defineCommand({
  description:
    "Cost a programme line by line, from data to six months of maintenance, as ranges with their chains; also show when it pays back, and check a quoted budget against its own inputs. With --model: the cost of one training run.",
  args: ["dir"],
  options: CostRequest,
  groups: RUN_FLAG_GROUPS,
  output: z
    .union([CostPlan, RunPlan, Figure])
    .describe("of a programme; of one run with only `--model`; one figure with `--explain`"),
  examples: [
    "plan cost my-programme",
    "plan cost my-programme --explain total.endToEnd",
    "plan cost --model Qwen/Qwen2.5-7B --method lora --gpu L40S --rows 14000 --mean-tokens 900",
  ],
  run: async (io, request, stated) => {
    const { isOneRun } = await import("../../programme/planning/plan-cost.ts");
    return isOneRun(request) ? runAnswer(io, { request, stated }) : programmeAnswer(io, { request, stated });
  },
});

async function runAnswer(io: Io, asked: Stated<CostRequest>): Promise<Answer<RunPlan>> {
  const { planRunCost } = await import("../../programme/planning/plan-cost.ts");
  const { runLine, runCostText } = await import("../../plan/run/training-text.ts");
  const plan = await planRunCost(io, asked);
  return {
    json: plan,
    text: () => `${runLine(plan.model, plan.spec, plan.gpu)}\n\n${runCostText(plan)}`,
    next: commandLine(["plan", "memory", ...statedWords(asked, Object.keys(RUN_FIELDS))]),
  };
}

async function programmeAnswer(io: Io, asked: Stated<CostRequest>): Promise<Answer<CostPlan | Figure>> {
  const { explainedCost, planProgrammeCost } = await import("../../programme/planning/plan-cost.ts");
  const { isOverride } = await import("../../programme/reading/programme-overrides.ts");
  const { dir = ".", explain } = asked.request;
  const plan = await planProgrammeCost(io, asked);
  if (explain !== undefined) {
    const { figure, chain } = explainedCost(plan, explain);
    return { json: figure, text: () => chain };
  }
  const { costPlanText } = await import("../../programme/planning/cost-plan-text.ts");
  return {
    json: plan,
    text: () => costPlanText(plan),
    next: [...asked.stated].some(isOverride)
      ? `write the values that you keep into programme.yaml, then: ${commandLine(["feasibility", dir])}`
      : commandLine(["status", dir]),
  };
}
