import { apiWithdrawal, findApiPrice } from "../../catalog/api-prices.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { baseCompute } from "../../catalog/base-compute.ts";
import { ageDays, gpuHourPrice } from "../../catalog/prices.ts";
import { aiActDelta } from "../../comply/ai-act.ts";
import { type Estimate, isRefusal, middleOf } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import type { AiActDelta, Study } from "../../domain/study.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { adapterParamCount } from "../../plan/layout/model-parts.ts";
import { type PlannedWork, plannedWork } from "../../plan/cost/planned-work.ts";
import { costsOf } from "../cost/programme-costs.ts";
import { servingSize } from "../serving/serving-size.ts";
import { rankedTraining } from "../method/programme-training.ts";
import { mainObjective } from "../reading/main-method.ts";
import { type LoadedProgramme, PROGRAMME_FILE } from "../reading/read-programme.ts";
import { programmeAlternatives } from "../serving/programme-alternatives.ts";
import { alternativeFigures } from "./alternative-figures.ts";
import { type StudyFacts, dayAfter } from "./study-facts.ts";
import { withOrigins } from "../cost/figure-origins.ts";
import { studyFigures } from "./study-figures.ts";
import { studyDecisions, studyUnknowns } from "./study-next.ts";
import { studyRisks } from "./study-risks.ts";
import { studyVerdict } from "./study-verdict.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";

import { withUndeclared } from "../data/undeclared-personal-data.ts";

/** Context of a study: the day, the seed, and the progress callback. */
export type FeasibilityOptions = {
  /** Today, YYYY-MM-DD. */
  on: string;
  /** Tunewright and its version. */
  tool: string;
  /** Count the tokens of every row. */
  exact: boolean;
  seed: number;
  /** Monte Carlo draws; default: as in `plan cost`. */
  draws?: number | undefined;
  /** Folder of the local Hub cache, which may contain the base model's tokenizer. */
  hubCache?: string | undefined;
  onStep: (step: string, fraction?: number) => void;
};

/**
 * Feasibility study of a programme: scans its datasets, chooses method and fleet, computes cost and payback, lists the
 * resulting duties and risks, and recommends whether to go ahead. This function only composes; each part is usable
 * alone.
 *
 * @throws Failure for errors that the user must correct first: a file that cannot be read, a plan that no machine can
 * run
 */
export async function feasibility(loaded: LoadedProgramme, options: FeasibilityOptions): Promise<Study> {
  return compose(await findFacts(loaded, options), { loaded, options });
}

/** Results of a study, and the chain of each number. */
type Found = { studied: StudyFacts; figures: readonly (readonly Figure[])[] };

/**
 * Facts for the rules on risks, verdict and decisions.
 *
 * @throws Failure as `feasibility`
 */
export async function findFacts(loaded: LoadedProgramme, options: FeasibilityOptions): Promise<Found> {
  const { programme } = loaded;
  const { on, seed, draws, onStep } = options;
  const assumption = assumptionsWith(programme.assumptions);
  const { datasets, curation, method, training } = await rankedTraining(loaded, options);

  onStep("costing the programme, its payback and its duties");
  const { size, choice } = await servingSize(loaded, { shape: training.shape, on, hubCache: options.hubCache });
  const costs = costsOf(loaded, training, { on, seed, draws, size });
  const planned = workOf(loaded, training, seed);
  const { figures: paybackFigures, ...returns } = costs.payback;
  const studied: StudyFacts = {
    programme,
    isStated: (field) => loaded.origin(field).ref === `${PROGRAMME_FILE}: ${field.join(".")}`,
    on,
    assumption,
    datasets,
    curation,
    methodFacts: method.facts,
    method: method.choice,
    training,
    planned,
    cost: { ...costs.cost, lines: withUndeclared(costs.cost.lines, programme, curation?.personalData) },
    reconciliation: costs.reconciliation,
    serving: choice ?? null,
    alternatives: programmeAlternatives(loaded, { on, model: training.shape.id, cost: costs.cost, payback: returns }),
    payback: returns,
    aiAct: duties({ loaded, training, planned, on }),
    apiWithdrawal: withdrawalOf(loaded, on),
    priceAgeDays: oldestPriceDays(loaded, training, on),
  };
  return {
    studied,
    figures: [
      training.figures,
      withUndeclared(costs.cost.figures, programme, curation?.personalData),
      costs.servingFigures,
      paybackFigures,
      alternativeFigures(studied.alternatives),
    ],
  };
}

function withdrawalOf({ programme: { today }, apiPrices }: LoadedProgramme, on: string): string | null {
  return today.api === undefined ? null : (apiWithdrawal(findApiPrice(today.api, on, apiPrices), on) ?? null);
}

/** All planned training, as input for duties, hours and calendar. */
export function workOf(loaded: LoadedProgramme, training: TrainingEstimate, seed: number): PlannedWork {
  const { programme } = loaded;
  const { facts, volume, supervised, rewardTokens, spec, modelledTokensPerRun } = training;
  const tokens = {
    perRun: spec.objective === "grpo" ? modelledTokensPerRun : tokensOf(volume),
    supervised: supervised && tokensOf(supervised),
    reward: rewardTokens,
  };
  return plannedWork({ programme, assumption: assumptionsWith(programme.assumptions), training: facts, tokens, seed });
}

function tokensOf({ rows, meanTokens, epochs }: TrainVolume): Estimate {
  return pointEstimate(rows * meanTokens * epochs, "tokens", "rows × mean tokens × epochs");
}

/** Duties that result from the planned training, by the one-third rule. */
export function duties(study: {
  loaded: LoadedProgramme;
  training: TrainingEstimate;
  planned: PlannedWork;
  on: string;
}): AiActDelta {
  const { loaded, training, planned, on } = study;
  const { shape, spec, gpu } = training;
  return aiActDelta({
    facts: loaded.programme.compliance,
    shape,
    base: baseCompute(shape.id),
    plannedTokens: isRefusal(planned.tokens) ? null : planned.tokens,
    hardware: isRefusal(planned.gpuHours) ? null : { gpu, gpuHours: planned.gpuHours },
    method: spec.method === "rslora" ? "lora" : spec.method,
    adapterParamCount: adapterParamCount(shape, spec),
    on,
  });
}

/** Age of the oldest price behind the GPU-hour; null if the user states the price or there is none. */
function oldestPriceDays({ programme, prices }: LoadedProgramme, { gpu }: TrainingEstimate, on: string): number | null {
  const { gpuUsdPerHour, term, sellerClass } = programme.training;
  if (gpuUsdPerHour !== undefined) return null;
  const { rows } = gpuHourPrice({ gpu: gpu.id, term, sellerClass, on }, prices);
  return rows.length === 0 ? null : Math.max(...rows.map((row) => ageDays(row, on)));
}

function compose(
  { studied, figures }: Found,
  { loaded, options }: { loaded: LoadedProgramme; options: FeasibilityOptions },
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
    files: programme.data.files.filter(({ path }) => datasets.some((dataset) => dataset.path === path)),
    datasets: [...datasets],
    curation: studied.curation,
    method,
    fleet: training.fleets,
    chosenFleet: training.fleet ? `${training.fleet.gpuCount} × ${training.fleet.gpu}` : null,
    training: plannedTraining(studied),
    cost,
    reconciliation,
    serving: studied.serving,
    alternatives: studied.alternatives,
    payback: studied.payback,
    aiAct,
    risks,
    unknowns: studyUnknowns(studied),
    decisions: studyDecisions(studied, risks),
    figures: withOrigins(studyFigures(studied, figures), loaded),
  };
}

/** The planned and costed training. */
function plannedTraining({ programme, training, planned, cost }: StudyFacts): Study["training"] {
  return {
    method: training.facts.method,
    sequenceTokens: training.spec.sequenceTokens,
    batchSequences: training.spec.batchSequences,
    gradAccum: training.spec.gradAccum,
    tokensPerRun:
      (training.spec.objective === "grpo" ? middleOf(training.modelledTokensPerRun) : undefined) ??
      training.volume.rows * training.volume.meanTokens * training.volume.epochs,
    runs: training.runs,
    memory: training.memory.device,
    memoryPlan: training.memory,
    passMemory: training.passMemory ?? null,
    gpu: training.gpu.id,
    gpuCount: training.spec.gpuCount,
    hoursPerRun: training.hoursPerRun,
    modelledHoursPerRun: training.modelledHoursPerRun,
    objective: mainObjective(programme.training),
    sftFirst: programme.training.sftFirst ?? false,
    preferencePass: programme.training.preferencePass,
    gpuHours: planned.gpuHours,
    gpuHoursByPart: planned.parts,
    usdPerGpuHour: training.usdPerGpuHour,
    costPerRun: training.costPerRun,
    cost: cost.computeOnly,
  };
}
