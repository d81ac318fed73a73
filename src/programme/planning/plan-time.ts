import type { Context } from "../../base/context.ts";
import type { RunPlan } from "../../domain/run-plan.ts";
import { RUN_PART_FIELDS, type Stated, type TimeRequest } from "../../domain/run-request.ts";
import { planRun } from "../../plan/run/plan-run.ts";
import { priceLookUp } from "../prices/price-look-up.ts";
import { statedRun, statedRunParts, statedVolume, unusedFields } from "./stated-run.ts";

type RunToPlan = Parameters<typeof planRun>[0];

/**
 * Speed, hours and GPU-hours of one run, stated or of a programme's training.
 *
 * @throws Failure bad_input without a volume; as `statedRun` and `programmeRun`
 */
export async function planTime(context: Context, asked: Stated<TimeRequest>): Promise<RunPlan> {
  const { dir } = asked.request;
  const plan = planRun(await (dir === undefined ? ofRequest(context, asked) : ofProgramme(context, dir, asked)));
  if (dir === undefined) for (const warning of unusedFields(plan.spec, asked)) context.note(warning);
  return plan;
}

async function ofRequest(context: Context, asked: Stated<TimeRequest>): Promise<RunToPlan> {
  const { notUnderstood: _fields, ...run } = await statedRun(context, asked);
  const priceOf = await priceLookUp(context, asked.request);
  return { ...run, volume: statedVolume(asked.request, run.spec.objective), usdPerGpuHour: priceOf(run.gpu.id) };
}

async function ofProgramme(
  context: Context,
  dir: string,
  { request, stated }: Stated<TimeRequest>,
): Promise<RunToPlan> {
  const { programmeRun } = await import("./programme-run.ts");
  const overrides = new Set([...stated].filter((field) => !(field in RUN_PART_FIELDS) && field !== "groupByLength"));
  const run = await programmeRun(context, { dir, on: request.on }, { request, stated: overrides });
  const { shape, spec, gpu, calibration, usdPerGpuHour, statedHours, assumption } = run;
  const volume = { ...run.volume, ...statedRunParts(request), isGroupedByLength: request.groupByLength };
  return { shape, spec, gpu, calibration, volume, usdPerGpuHour, statedHours, assumption };
}
