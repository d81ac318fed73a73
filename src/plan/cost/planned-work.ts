import { spread } from "../../base/quantile.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { LineModel, TrainingFacts } from "./cost-facts.ts";
import { leafBook } from "../uncertainty/leaf.ts";
import { drawLeaves, evaluate, trace } from "../uncertainty/simulate.ts";
import { trainingLines } from "./training-lines.ts";
import { withoutWords } from "./without-words.ts";

/** Tokens that each kind of run trains on, including epochs; undefined if no such run is planned. */
export type TokensOfRuns = { perRun: Quantity; supervised: Quantity | undefined; reward: Quantity | undefined };

/** All planned training of a programme. */
export type PlannedWork = {
  /** GPU-hours of all runs and passes, including start-up. */
  gpuHours: Quantity;
  /** GPU-hours by cost line: sweep, start-up, final run, passes; lines without GPU-hours are omitted. */
  parts: { id: string; label: string; gpuHours: Quantity }[];
  /**
   * Tokens of all runs and passes. A pair counts as the number of rows with the same compute, including its reference.
   */
  tokens: Quantity;
  /** Derivations of the hours and the tokens. */
  figures: Figure[];
};

type HoursRequest = {
  programme: Programme;
  assumption: (id: string) => Assumption;
  training: TrainingFacts;
  /** Default: 1, as for the cost. */
  seed?: number;
};

/** Id of a run's token figure, by the id of its hours figure. */
const TOKENS_OF: Readonly<Record<string, string>> = {
  "run.gpuHoursPerRun": "run.tokens",
  "run.supervised.gpuHours": "run.supervised.tokens",
  "run.reward.gpuHours": "run.reward.tokens",
};

/**
 * Hours and tokens of the paid runs: the lines of the training cost without their price, so that both cover the same
 * runs.
 *
 * @accuracy as for the cost lines; a run's own hours as for `runTime`
 */
export function plannedWork(request: HoursRequest & { tokens: TokensOfRuns }): PlannedWork {
  const hours = hoursOfLines(request);
  const trained = sumOfLines(inTokens(request), {
    id: "run.tokensAllRuns",
    label: "tokens of all runs and passes",
    unit: "tokens",
  });
  const inputs = trained.parts.flatMap(({ figure }) => figure.inputs).map((id) => TOKENS_OF[id] ?? id);
  const tokensFigure: Figure = {
    ...trained.figure,
    formula: "the lines of run.gpuHoursAllRuns in tokens instead of hours, without start-up",
    inputs: [...new Set(inputs)],
  };
  return {
    gpuHours: hours.quantity,
    parts: hours.parts.map(({ figure, quantity }) => ({ id: figure.id, label: figure.label, gpuHours: quantity })),
    tokens: trained.quantity,
    figures: [...hours.parts.map(({ figure }) => figure), hours.figure, ...hours.background, tokensFigure],
  };
}

/** GPU-hours of all runs and passes, including start-up, from `plannedWork`. */
export function plannedHours(request: HoursRequest): Quantity {
  return hoursOfLines(request).quantity;
}

function hoursOfLines(request: HoursRequest): Summed {
  return sumOfLines(request, {
    id: "run.gpuHoursAllRuns",
    label: "GPU-hours of all runs and passes, start-up included",
    unit: "GPU-h",
  });
}

/** The request with tokens instead of hours. Stated hours of a run do not determine its tokens. */
function inTokens({ tokens, ...request }: HoursRequest & { tokens: TokensOfRuns }): HoursRequest {
  const { programme, training } = request;
  const { perRun, supervised, reward } = tokens;
  return {
    ...request,
    programme: { ...programme, training: { ...programme.training, hoursPerRun: undefined } },
    training: {
      ...training,
      gpuHoursPerRun: perRun,
      ...(supervised === undefined ? {} : { supervisedGpuHours: supervised }),
      ...(reward === undefined ? {} : { rewardGpuHours: reward }),
      figures: [],
    },
  };
}

type Part = { figure: Figure; quantity: Quantity };
type Summed = { quantity: Quantity; figure: Figure; parts: Part[]; background: Figure[] };

/** Lines of the training in one unit, and their sum draw by draw. Start-up has hours but no tokens. */
function sumOfLines(
  { programme, assumption, training, seed = 1 }: HoursRequest,
  about: { id: string; label: string; unit: string },
): Summed {
  const book = leafBook(assumption);
  const lines = trainingLines({ programme, training, book, measure: "GPU-h" }).filter(
    ({ id }) => about.unit === "GPU-h" || id !== "cost.training.overhead",
  );
  const columns = drawLeaves(book.leaves.values(), { seed, draws: DRAWS, activityCorrelation: 0 });
  const sums = new Float64Array(DRAWS);
  const basis = `sum of the training lines without their price, draw by draw; ${DRAWS.toLocaleString("en-US")} draws, seed ${seed}`;
  const parts = lines.flatMap(({ id, label, cost }: LineModel): Part[] => {
    if (cost.kind !== "computed") return [];
    const values = evaluate(columns, DRAWS, cost.value);
    for (let i = 0; i < DRAWS; i++) sums[i]! += values[i]!;
    const ends = spread(values);
    if (ends.p90 === 0) return [];
    const figure: Figure = {
      id: id.replace("cost.training.", "run.gpuHours."),
      label: `GPU-hours: ${label}`,
      unit: about.unit,
      ...ends,
      formula: cost.formula,
      inputs: trace(book.leaves, cost.value).inputs,
      source: { kind: "computed", ref: "computed" },
    };
    return [{ figure, quantity: { ...ends, unit: about.unit, basis, n: 0, sources: [] } }];
  });
  const figure = (ends: { p10: number | null; p50: number | null; p90: number | null }): Figure => ({
    ...about,
    ...ends,
    formula: "sum of its lines, draw by draw",
    inputs: parts.map((part) => part.figure.id),
    source: { kind: "computed", ref: basis },
  });
  const background = [...book.leaves.values()].map((leaf) => leaf.figure);
  const final = lines.find(({ id }) => id === "cost.training.final")!.cost;
  if (final.kind === "unknown") {
    const quantity = { refused: final.reason, hint: "set training.gpu, gpuCount and hoursPerRun if you know them" };
    const none = { ...figure(pointRange(null)), reason: final.reason };
    return { quantity, figure: none, parts: [], background };
  }
  const lacks = withoutWords(lines.map((line) => ({ ...line, cost: line.cost.kind === "unknown" ? null : line })));
  const ends = spread(sums);
  return {
    quantity: { ...ends, unit: about.unit, basis: basis + lacks, n: 0, sources: [] },
    figure: { ...figure(ends), label: about.label + lacks },
    parts,
    background,
  };
}

/** Number of draws, equal to that of the cost. */
const DRAWS = 10_000;
