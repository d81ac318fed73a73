import { Failure } from "../../base/failure.ts";
import { spread } from "../../base/quantile.ts";
import type { Estimate, Quantity, Refusal } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { CostRequest, Ends, LineModel } from "./cost-facts.ts";
import { dataLines } from "./data-lines.ts";
import { launchLines } from "./launch-lines.ts";
import { leafBook, type LeafBook } from "../uncertainty/leaf.ts";
import { runningLines } from "./running-lines.ts";
import { drawLeaves, evaluate, trace, type Read } from "../uncertainty/simulate.ts";
import { trainingLines } from "./training-lines.ts";

/** Default number of draws. The standard error of a p90 is then about 1 % of the range. */
const DEFAULT_DRAWS = 10_000;

/** Default seed. */
const DEFAULT_SEED = 1;

/** The lines of a programme and the leaves that they read, before sampling. */
export type CostModel = {
  book: LeafBook;
  lines: readonly LineModel[];
  activityCorrelation: Figure;
  seed: number;
  draws: number;
};

/**
 * Builds the cost model of a programme.
 *
 * @throws Failure bad_input for an invalid number of draws or correlation
 */
export function costModel(request: CostRequest): CostModel {
  const { programme, assumption, training, seed = DEFAULT_SEED, draws = DEFAULT_DRAWS } = request;
  if (!Number.isInteger(draws) || draws < 100 || draws > 1_000_000) {
    throw new Failure("bad_input", `${draws} draws: expected a whole number from 100 to 1,000,000`, {
      hint: "10000 is the default",
    });
  }
  const book = leafBook(assumption);
  const lines = [
    ...dataLines(request, book),
    ...trainingLines({ programme, training, book }),
    ...launchLines(request, book),
    ...runningLines(request, book),
  ];
  const row = assumption("cost.activity.correlation");
  if (row.p50 > 0.99) {
    throw new Failure("bad_input", `assumption ${row.id}: ${row.p50} is not a correlation below 1`, {
      hint: "give 0 to 0.99",
    });
  }
  const { label, unit, p10, p50, p90, source, note } = row;
  const activityCorrelation: Figure = {
    id: `assumption.${row.id}`,
    label,
    unit,
    p10,
    p50,
    p90,
    inputs: [],
    source,
    reason: note,
  };
  return { book, lines, activityCorrelation, seed, draws };
}

/**
 * A sampled formula: values by draw, their range, and the leaves that the formula reads. `open` says why the high end is
 * unknown: the draws then take the high side to be as wide as the low one.
 */
export type Drawn = {
  values: Float64Array;
  p10: number;
  p50: number;
  p90: number;
  inputs: string[];
  open?: Refusal | undefined;
};

/** Samples all leaves of a model once; the returned function evaluates any formula over these draws. */
export function drawModel(model: CostModel): (value: (read: Read) => number) => Drawn {
  const { book, seed, draws, activityCorrelation } = model;
  const columns = drawLeaves(book.leaves.values(), {
    seed,
    draws,
    activityCorrelation: activityCorrelation.p50 ?? 0,
  });
  return (value) => {
    const values = evaluate(columns, draws, value);
    return { values, ...range(values), inputs: trace(book.leaves, value).inputs };
  };
}

/** A sampled formula for display, with exactly known quantiles if there are any. */
export function shownDraws(drawn: Drawn, ends: Ends | undefined): Drawn {
  return ends === undefined
    ? drawn
    : { ...drawn, p10: cents(ends.p10), p50: cents(ends.p50), p90: cents(ends.p90 ?? drawn.p90), open: ends.open };
}

/** A sampled formula as a quantity. */
export function quantityOf({ p10, p50, p90, open }: Drawn, about: Omit<Estimate, "p10" | "p50" | "p90">): Quantity {
  return open === undefined
    ? { p10, p50, p90, ...about }
    : { refused: open.refused, hint: open.hint, known: { p10, p50, unit: about.unit } };
}

/** p10, p50 and p90 in whole cents, so that no machine-dependent digits are shown. */
export function range(values: Float64Array): { p10: number; p50: number; p90: number } {
  const { p10, p50, p90 } = spread(values);
  return { p10: cents(p10), p50: cents(p50), p90: cents(p90) };
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
