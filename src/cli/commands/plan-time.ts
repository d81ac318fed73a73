import * as z from "zod";

import type { planRun } from "../../plan/plan-run.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import {
  DIR_FLAG,
  dirOf,
  PRICE_FLAGS,
  priceLookUp,
  programmeRun,
  resolveRun,
  RUN_FLAGS,
  VOLUME_FLAGS,
  volumeOf,
} from "../run-flags.ts";

const Options = z.strictObject({ ...DIR_FLAG, ...RUN_FLAGS, ...VOLUME_FLAGS, ...PRICE_FLAGS });

/** `tunewright plan time`: speed, hours and GPU-hours of one run. */
export default defineCommand({
  description:
    "Estimate how long one training run takes: FLOPs per token, tokens per second per GPU from calibration cells, wall hours, GPU-hours and what they cost, as ranges.",
  args: ["dir"],
  options: Options,
  examples: [
    "plan time --model Qwen/Qwen2.5-7B --method lora --gpu A100 --rows 14000 --mean-tokens 900",
    "plan time my-programme",
    "plan time --model meta-llama/Llama-3.1-8B --method full --gpu H100 --gpu-count 8 --stack nemo --rows 50000 --mean-tokens 1200",
  ],
  run: async (io, flags) => {
    const { planRun } = await import("../../plan/plan-run.ts");
    const { runTimeText } = await import("../../plan/training-text.ts");
    const plan = planRun(await (dirOf(flags) === undefined ? fromFlags(io, flags) : fromProgramme(io, flags)));
    return {
      json: plan,
      text: () => runTimeText(plan),
      next:
        flags.dir === undefined
          ? `tunewright plan fleet --model ${plan.model} --method ${plan.spec.method} --rows ${plan.volume.rows} --mean-tokens ${plan.volume.meanTokens}`
          : `tunewright plan fleet ${flags.dir}`,
    };
  },
});

async function fromFlags(io: Io, flags: z.output<typeof Options>): Promise<Parameters<typeof planRun>[0]> {
  const { shape, spec, gpu } = await resolveRun(io, flags);
  const { priceOf } = await priceLookUp(io, flags);
  return { shape, spec, gpu, volume: await volumeOf(flags, spec.objective), usdPerGpuHour: priceOf(gpu.id) };
}

async function fromProgramme(io: Io, { dir, on }: z.output<typeof Options>): Promise<Parameters<typeof planRun>[0]> {
  const { shape, spec, gpu, volume, usdPerGpuHour, statedHours } = await programmeRun(io, dir!, on);
  return { shape, spec, gpu, volume, usdPerGpuHour, statedHours };
}
