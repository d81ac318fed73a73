import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { TrainingPlan } from "../../domain/programme.ts";
import { CostPlan } from "../../domain/cost-plan.ts";
import { Figure } from "../../domain/figure.ts";
import { RunPlan } from "../../domain/run-plan.ts";
import { type Answer, defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import type { Io } from "../io.ts";
import {
  calibrationOf,
  flagWords,
  PRICE_FLAGS,
  priceLookUp,
  programmeOf,
  resolveRun,
  RUN_FLAGS,
  RUN_PART_FLAGS,
  VOLUME_FLAGS,
  volumeOf,
} from "../run-flags.ts";

const Options = z.strictObject({
  dir: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Programme folder, this one where neither it nor --model is given; flags beside it take the place of what it says",
    ),
  explain: z
    .string()
    .optional()
    .describe("Print the chain of one figure of a programme, as in cost.data.experts or total.endToEnd"),
  draws: z.int().min(100).max(100_000).default(10_000).describe("Monte Carlo draws of a programme's cost"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the draws"),
  runs: TrainingPlan.shape.runs.describe("Training runs of a programme in all"),
  ...RUN_FLAGS,
  ...VOLUME_FLAGS,
  ...RUN_PART_FLAGS,
  ...PRICE_FLAGS,
});
type Flags = z.output<typeof Options>;

/** `tunewright plan cost`: what a programme costs, when it pays back, how a stated budget compares; or one run. */
export default defineCommand({
  description:
    "Cost a programme line by line, from data to six months of upkeep, as ranges with their chains; say when it pays back, and hold a quoted budget against its own inputs. With --model: the cost of one training run.",
  args: ["dir"],
  options: Options,
  groups: RUN_FLAG_GROUPS,
  output: z
    .union([CostPlan, RunPlan, Figure])
    .describe("of a programme; of one run with `--model` alone; one figure with `--explain`"),
  examples: [
    "plan cost my-programme",
    "plan cost my-programme --explain total.endToEnd",
    "plan cost --model Qwen/Qwen2.5-7B --method lora --gpu L40S --rows 14000 --mean-tokens 900",
  ],
  run: async (io, flags, given) => {
    if (flags.dir !== undefined || flags.model === undefined) return programmeAnswer(io, flags, given);
    const ofProgramme = (["explain", "runs", "draws", "seed"] as const).find((field) => given.has(field));
    if (ofProgramme !== undefined) {
      throw new Failure("bad_input", `--${ofProgramme} needs a programme`, {
        hint: "give its folder beside --model, or leave the flag out",
      });
    }
    return runAnswer(io, flags, given);
  },
});

async function runAnswer(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Answer<RunPlan>> {
  const { planRun } = await import("../../plan/run/plan-run.ts");
  const { runLine, runCostText } = await import("../../plan/run/training-text.ts");
  const { shape, spec, gpu, calibration } = await resolveRun(io, flags, given);
  const { priceOf } = await priceLookUp(io, flags);
  const plan = planRun({
    shape,
    spec,
    gpu,
    calibration,
    volume: await volumeOf(flags, spec.objective),
    usdPerGpuHour: priceOf(gpu.id),
  });
  return {
    json: plan,
    text: () => `${runLine(plan.model, plan.spec, plan.gpu)}\n\n${runCostText(plan)}`,
    next: commandLine(["plan", "memory", ...flagWords({ flags, given }, Object.keys(RUN_FLAGS))]),
  };
}

async function programmeAnswer(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Answer<CostPlan | Figure>> {
  const { dir = ".", explain, draws, seed, on } = flags;
  const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
  const { costsOf } = await import("../../programme/cost/programme-costs.ts");
  const { isOverride } = await import("../../programme/reading/programme-overrides.ts");
  const { programmeTraining } = await import("../../programme/method/programme-training.ts");
  const isWhatIf = [...given].some(isOverride);
  const day = on ?? isoDay(io.now());
  const loaded = await programmeOf(io, { dir, on: day }, { flags, given });
  const { training } = await programmeTraining(loaded, {
    on: day,
    calibration: await calibrationOf(io, flags.calibration, dir),
    seed,
    asStated: given.has("meanTokens"),
    hubCache: hubCacheOf(io.env),
    onStep: io.progress,
  });
  const { servingSize } = await import("../../programme/serving/serving-size.ts");
  const { size, choice } = await servingSize(loaded, { shape: training.shape, on: day, hubCache: hubCacheOf(io.env) });
  const { cost, payback, reconciliation } = costsOf(loaded, training, { on: day, draws, seed, size });
  if (explain !== undefined) {
    const { explainFigure } = await import("../../plan/cost/explain.ts");
    const figures = [...cost.figures, ...payback.figures];
    const chain = explainFigure(figures, explain);
    return { json: figures.find(({ id }) => id === explain)!, text: () => chain };
  }
  const { programmeCostText } = await import("../../plan/cost/programme-cost-text.ts");
  const { paybackText } = await import("../../plan/payback/payback-text.ts");
  const { reconcileText } = await import("../../plan/reconcile/reconcile-text.ts");
  return {
    json: { programme: loaded.programme.name, on: day, cost, serving: choice ?? null, payback, reconciliation },
    text: () =>
      [
        programmeCostText(loaded.programme.name, cost),
        paybackText(payback),
        ...(reconciliation === null ? [] : [reconcileText(reconciliation)]),
      ].join("\n\n"),
    next: isWhatIf
      ? `write what you keep into programme.yaml, then: ${commandLine(["feasibility", dir])}`
      : commandLine(["plan", "budget", dir, "--approver", "NAME"]),
  };
}
