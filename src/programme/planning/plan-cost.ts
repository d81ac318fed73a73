import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { CostPlan } from "../../domain/cost-plan.ts";
import type { Figure } from "../../domain/figure.ts";
import { presentFigureId } from "../../domain/renamed-fields.ts";
import type { RunPlan } from "../../domain/run-plan.ts";
import type { CostRequest, Stated } from "../../domain/run-request.ts";
import { explainFigure } from "../../plan/cost/explain.ts";
import { planRun } from "../../plan/run/plan-run.ts";
import { costsOf } from "../cost/programme-costs.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { programmeTraining } from "../method/programme-training.ts";
import { priceLookUp } from "../prices/price-look-up.ts";
import { servingSize } from "../serving/serving-size.ts";
import { overriddenProgramme } from "./programme-run.ts";
import { calibrationOf, statedRun, statedVolume } from "./stated-run.ts";

/** Fields that need a programme. */
const OF_PROGRAMME = ["explain", "runs", "draws", "seed"] as const;

/** Whether a request is for one run: it names a model and no programme. */
export function isOneRun({ dir, model }: CostRequest): boolean {
  return dir === undefined && model !== undefined;
}

/**
 * The cost of one training run.
 *
 * @throws Failure bad_input for fields that need a programme, and without a volume; as `statedRun`
 */
export async function planRunCost(context: Context, asked: Stated<CostRequest>): Promise<RunPlan> {
  const ofProgramme = OF_PROGRAMME.find((field) => asked.stated.has(field));
  if (ofProgramme !== undefined) {
    throw new Failure("bad_input", `--${ofProgramme} needs a programme`, {
      hint: "give its folder together with --model, or omit the flag",
    });
  }
  const { shape, spec, gpu, calibration } = await statedRun(context, asked);
  const priceOf = await priceLookUp(context, asked.request);
  const volume = statedVolume(asked.request, spec.objective);
  return planRun({ shape, spec, gpu, calibration, volume, usdPerGpuHour: priceOf(gpu.id) });
}

/** Cost of a programme by line, its payback, and a comparison with its quoted budget. */
export async function planProgrammeCost(context: Context, asked: Stated<CostRequest>): Promise<CostPlan> {
  const { request, stated } = asked;
  const { dir = ".", draws, seed, on = isoDay(context.now()) } = request;
  const hubCache = hubCacheOf(context.env);
  const loaded = await overriddenProgramme(context, { dir, on }, asked);
  const { training } = await programmeTraining(loaded, {
    on,
    calibration: await calibrationOf(context.cwd, request.calibration, dir),
    seed,
    asStated: stated.has("meanTokens"),
    hubCache,
    onStep: context.progress,
  });
  const { size, choice } = await servingSize(loaded, { shape: training.shape, on, hubCache });
  const { cost, payback, reconciliation } = costsOf(loaded, training, { on, draws, seed, size });
  const { usdPerGpuHour } = training;
  return {
    programme: loaded.programme.name,
    on,
    cost,
    usdPerGpuHour,
    serving: choice ?? null,
    payback,
    reconciliation,
  };
}

/**
 * Text of one figure of a programme's cost with its chain.
 *
 * @throws Failure not_found for an unknown id
 */
export function explainedCost({ cost, payback }: CostPlan, asked: string): { figure: Figure; chain: string } {
  const id = presentFigureId(asked);
  const figures = [...cost.figures, ...payback.figures];
  const chain = explainFigure(figures, id);
  return { figure: figures.find((figure) => figure.id === id)!, chain };
}
