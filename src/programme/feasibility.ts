import { assumptionsWith } from "../catalog/assumptions.ts";
import { baseCompute } from "../catalog/base-compute.ts";
import { ageDays, gpuHourPrice } from "../catalog/prices.ts";
import { aiActDelta } from "../comply/ai-act.ts";
import { isRefusal, type Quantity } from "../domain/estimate.ts";
import type { Figure } from "../domain/figure.ts";
import type { TrainVolume } from "../domain/run-spec.ts";
import type { AiActDelta, Study } from "../domain/study.ts";
import type { Range } from "../plan/lognormal.ts";
import { adapterParamCount } from "../plan/model-parts.ts";
import { runEquivalents, supervisedRuns } from "../plan/planned-runs.ts";
import { costsOf } from "./programme-costs.ts";
import { programmeTraining } from "./programme-training.ts";
import type { LoadedProgramme } from "./read-programme.ts";
import { type StudyFacts, dayAfter } from "./study-facts.ts";
import { withOrigins } from "./figure-origins.ts";
import { studyFigures } from "./study-figures.ts";
import { studyDecisions, studyUnknowns } from "./study-next.ts";
import { studyRisks } from "./study-risks.ts";
import { studyVerdict } from "./study-verdict.ts";
import type { TrainingEstimate } from "./training-estimate.ts";
import { timesFactor } from "./training-figures.ts";

/** What a study takes from outside: the day, the seed, and where progress is told. */
export type FeasibilityOptions = {
  /** Today, YYYY-MM-DD. */
  on: string;
  /** Tunewright and its version. */
  tool: string;
  /** Count the tokens of every row. */
  exact: boolean;
  seed: number;
  /** Folder of the local Hub cache, where the base model's tokenizer may lie. */
  hubCache?: string | undefined;
  onStep: (step: string, fraction?: number) => void;
};

/**
 * Feasibility study of a programme: scans its datasets, chooses method and fleet, costs it, says when it pays back,
 * which duties follow, what may go wrong, and whether to go. Composition only: each part is usable alone.
 *
 * @throws Failure for what the user must correct first: a file that cannot be read, a plan no machine can run
 */
export async function feasibility(loaded: LoadedProgramme, options: FeasibilityOptions): Promise<Study> {
  const { programme } = loaded;
  const { on, seed, onStep } = options;
  const assumption = assumptionsWith(programme.assumptions);
  const { datasets, method, training } = await programmeTraining(loaded, options);

  onStep("costing the programme, its payback and its duties");
  const costs = costsOf(loaded, training, { on, seed });
  const { figures: paybackFigures, ...returns } = costs.payback;
  const studied: StudyFacts = {
    programme,
    on,
    assumption,
    datasets,
    methodFacts: method.facts,
    method: method.choice,
    training,
    cost: costs.cost,
    reconciliation: costs.reconciliation,
    payback: returns,
    aiAct: duties({ loaded, training, on, assumption }),
    priceAgeDays: oldestPriceDays(loaded, training, on),
  };
  return compose(studied, {
    loaded,
    options,
    figures: [training.figures, costs.cost.figures, costs.servingFigures, paybackFigures],
  });
}

function duties(study: {
  loaded: LoadedProgramme;
  training: TrainingEstimate;
  on: string;
  assumption: StudyFacts["assumption"];
}): AiActDelta {
  const { loaded, training, on, assumption } = study;
  const { shape, spec, volume, gpu, gpuHoursPerRun: hours } = training;
  const { programme } = loaded;
  const runs = runEquivalents(training.facts, assumption);
  const supervised = training.supervised ? supervisedRuns(training.facts, assumption) : NO_RUNS;
  // A pass over rewards trains on tokens of its own, and its sampling is in its GPU-hours, by which it is bound.
  const ofAllRuns = (perRun: Range, perSupervised: Range, reward: Range): Range => ({
    p10: perRun.p10 * runs.p10 + perSupervised.p10 * supervised.p10 + reward.p10,
    p50: perRun.p50 * runs.p50 + perSupervised.p50 * supervised.p50 + reward.p50,
    p90: perRun.p90 * runs.p90 + perSupervised.p90 * supervised.p90 + reward.p90,
  });
  const { supervisedGpuHours, rewardGpuHours } = training.facts;
  const perSupervised = training.supervised ? tokensOf(training.supervised) : NO_RUNS;
  return aiActDelta({
    facts: programme.compliance,
    shape,
    base: baseCompute(shape.id),
    plannedTokens: ofAllRuns(tokensOf(volume), perSupervised, known(training.rewardTokens)),
    hardware: isRefusal(hours)
      ? null
      : { gpu, gpuHours: ofAllRuns(hours, known(supervisedGpuHours), known(rewardGpuHours)) },
    method: spec.method,
    adapterParamCount: adapterParamCount(shape, spec),
    on,
  });
}

const NO_RUNS: Range = { p10: 0, p50: 0, p90: 0 };

function known(quantity: Quantity | undefined): Range {
  return quantity === undefined || isRefusal(quantity) ? NO_RUNS : quantity;
}

function tokensOf({ rows, meanTokens, epochs }: TrainVolume): Range {
  const tokens = rows * meanTokens * epochs;
  return { p10: tokens, p50: tokens, p90: tokens };
}

/** Age of the oldest price behind the GPU-hour; null where the user states the price or there is none. */
function oldestPriceDays({ programme, prices }: LoadedProgramme, { gpu }: TrainingEstimate, on: string): number | null {
  const { gpuUsdPerHour, term, sellerClass } = programme.training;
  if (gpuUsdPerHour !== undefined) return null;
  const { rows } = gpuHourPrice({ gpu: gpu.id, term, sellerClass, on }, prices);
  return rows.length === 0 ? null : Math.max(...rows.map((row) => ageDays(row, on)));
}

function compose(
  studied: StudyFacts,
  {
    loaded,
    options,
    figures,
  }: { loaded: LoadedProgramme; options: FeasibilityOptions; figures: readonly (readonly Figure[])[] },
): Study {
  const { programme } = loaded;
  const { training, datasets, method, cost, reconciliation, aiAct } = studied;
  const { shape } = training;
  const risks = studyRisks(studied);
  return {
    version: 1,
    tool: options.tool,
    programme: programme.name,
    description: programme.description,
    owner: programme.owner ?? null,
    start: programme.start ?? null,
    pricesOf: studied.priceAgeDays === null ? null : dayAfter(options.on, -studied.priceAgeDays),
    generatedOn: options.on,
    programmeSha256: loaded.sha256,
    ...studyVerdict(studied, risks),
    model: {
      id: programme.model.base,
      shapeOf: shape.id,
      paramCount: shape.paramCount,
      activeParamCount: shape.activeParamCount,
      context: shape.context,
      licence: shape.licence,
      source: shape.source,
    },
    plannedRows: programme.data.plannedRows,
    files: programme.data.files,
    datasets: [...datasets],
    method,
    fleet: training.fleets,
    chosenFleet: training.fleet ? `${training.fleet.gpuCount} × ${training.fleet.gpu}` : null,
    training: {
      method: training.facts.method,
      sequenceTokens: training.spec.sequenceTokens,
      tokensPerRun: training.volume.rows * training.volume.meanTokens * training.volume.epochs,
      runs: training.runs,
      memory: training.memory.device,
      memoryPlan: training.memory,
      gpu: training.gpu.id,
      gpuCount: training.spec.gpuCount,
      hoursPerRun: training.hoursPerRun,
      modelledHoursPerRun: training.modelledHoursPerRun,
      gpuHours: timesFactor(training.gpuHoursPerRun, training.runs, "GPU-h"),
      usdPerGpuHour: training.usdPerGpuHour,
      costPerRun: training.costPerRun,
      cost: cost.computeOnly,
    },
    cost,
    reconciliation,
    payback: studied.payback,
    aiAct,
    risks,
    unknowns: studyUnknowns(studied),
    decisions: studyDecisions(studied, risks),
    figures: withOrigins(studyFigures(studied, figures), loaded),
  };
}
