import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import type { planRun } from "../../plan/run/plan-run.ts";
import { RunPlan } from "../../domain/run-plan.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import type { Io } from "../io.ts";
import {
  DIR_FLAG,
  flagWords,
  noteUnused,
  PRICE_FLAGS,
  priceLookUp,
  programmeRun,
  resolveRun,
  RUN_FLAGS,
  RUN_PART_FLAGS,
  runPartsOf,
  VOLUME_FLAGS,
  volumeOf,
} from "../run-flags.ts";

const Options = z.strictObject({ ...DIR_FLAG, ...RUN_FLAGS, ...VOLUME_FLAGS, ...RUN_PART_FLAGS, ...PRICE_FLAGS });

/** Flags that hold for whichever fleet is chosen. */
const OF_ANY_FLEET = Object.keys(Options.shape).filter(
  (field) =>
    !["dir", "gpu", "gpuCount", "usdPerGpuHour"].includes(field) &&
    !(field in RUN_PART_FLAGS) &&
    field !== "groupByLength",
);

/** `tunewright plan time`: speed, hours and GPU-hours of one run. */
export default defineCommand({
  description:
    "Estimate how long one training run takes: FLOPs per token, tokens per second per GPU, wall hours part by part from booked machines to a stored result, GPU-hours and what they cost, as ranges.",
  args: ["dir"],
  options: Options,
  groups: RUN_FLAG_GROUPS,
  output: RunPlan,
  examples: [
    "plan time --model Qwen/Qwen2.5-7B --method lora --gpu A100 --rows 14000 --mean-tokens 900",
    "plan time my-programme",
    "plan time --model meta-llama/Llama-3.1-8B --method full --gpu H100 --gpu-count 8 --stack nemo --rows 50000 --mean-tokens 1200",
  ],
  run: async (io, flags, given) => {
    const { planRun } = await import("../../plan/run/plan-run.ts");
    const { runTimeText } = await import("../../plan/run/training-text.ts");
    const plan = planRun(
      await (flags.dir === undefined ? fromFlags(io, flags, given) : fromProgramme(io, flags, given)),
    );
    if (flags.dir === undefined) noteUnused(io, plan.spec, { flags, given });
    return {
      json: plan,
      text: () => runTimeText(plan),
      next: commandLine([
        "plan",
        "fleet",
        ...(flags.dir === undefined ? [] : [flags.dir]),
        ...flagWords({ flags, given }, flags.dir === undefined ? [...OF_ANY_FLEET, "groupByLength"] : OF_ANY_FLEET),
      ]),
    };
  },
});

async function fromFlags(
  io: Io,
  flags: z.output<typeof Options>,
  given: ReadonlySet<string>,
): Promise<Parameters<typeof planRun>[0]> {
  const { notUnderstood: _words, ...run } = await resolveRun(io, flags, given);
  const { priceOf } = await priceLookUp(io, flags);
  return { ...run, volume: await volumeOf(flags, run.spec.objective), usdPerGpuHour: priceOf(run.gpu.id) };
}

async function fromProgramme(
  io: Io,
  flags: z.output<typeof Options>,
  given: ReadonlySet<string>,
): Promise<Parameters<typeof planRun>[0]> {
  const place = { dir: flags.dir!, on: flags.on };
  const ofProgramme = new Set([...given].filter((field) => !(field in RUN_PART_FLAGS) && field !== "groupByLength"));
  const run = await programmeRun(io, place, { flags, given: ofProgramme });
  const { shape, spec, gpu, calibration, usdPerGpuHour, statedHours, assumption } = run;
  const volume = { ...run.volume, ...runPartsOf(flags), isGroupedByLength: flags.groupByLength };
  return { shape, spec, gpu, calibration, volume, usdPerGpuHour, statedHours, assumption };
}
