import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Calibration, CellRequest, Facets, OwnRun, RunName } from "./calibration.ts";
import { cellKey, cellsBy, cellWords, ownCellsBy, runName, type SourceStatistics } from "./cell-statistics.ts";
import { OWN_SHARES, predictOwn } from "./own-pooling.ts";
import { type Belief, narrow, PHYSICS, type Pooling, predict } from "./pooling.ts";

/** Factors on the uncertain part of the physics, the number of measurements behind them, and the text of the cell. */
export type Correction = {
  p10: number;
  p50: number;
  p90: number;
  n: number;
  sources: string[];
  basis: string;
  /** Based on a user's own measurements. */
  isOwn: boolean;
  /** Based on own measurements of the same kind of memory, not only of another kind. */
  isOwnKind: boolean;
};

/** Votes of the wider cell by quantity; chosen by leave-one-source-out, docs/concepts/training-model.md §3. */
const POOLING: Readonly<Record<CalibratedQuantity, Pooling>> = {
  peakMemoryGib: { distribution: 20, centre: Number.POSITIVE_INFINITY, range: 12 },
  tokensPerSecPerGpu: { distribution: 10, centre: 16, range: 2 },
};

/** Widening of a range, in logarithms, for each facet that is replaced by another value; chosen like the votes. */
const OTHER_KIND: Readonly<Record<CalibratedQuantity, number>> = { peakMemoryGib: 1, tokensPerSecPerGpu: 1.3 };

/** Facets for which other values are less informative: measurements of another library or on another vendor's GPUs. */
const KINDS = ["stack", "vendor"];

/**
 * Number of sources of a library or vendor needed to estimate its spread; a single source does not show the distance
 * between sources.
 */
const ENOUGH_SOURCES = 2;

type Level = {
  published: ReadonlyMap<string, readonly SourceStatistics[]>;
  own: ReadonlyMap<string, readonly OwnRun[]>;
};

const levels = new WeakMap<Calibration, Map<string, Level>>();
const answers = new WeakMap<Calibration, Map<string, Correction | Refusal>>();

/**
 * Calibration factors for a kind of run. Walks the ladder from the widest cell to the narrowest cell with measurements;
 * each cell narrows the belief of the previous one. A user's own measurements come last and take precedence.
 *
 * @returns factors on the physics, or a refusal if not even the widest cell has measurements
 * @accuracy leave-one-source-out figures: docs/concepts/training-model.md §3
 */
export function lookUp(calibration: Calibration, request: CellRequest): Correction | Refusal {
  const { quantity, facets } = request;
  const known = answers.get(calibration) ?? new Map<string, Correction | Refusal>();
  answers.set(calibration, known);
  const run = calibration.own.length === 0 ? [] : Object.values(request.run ?? {});
  const key = [quantity, ...Object.values(facets), ...run].join("|");
  const found = known.get(key);
  if (found) return found;
  const answer = corrected(calibration, request) ?? refused(calibration, request);
  known.set(key, answer);
  return answer;
}

type Rung<T> = { names: readonly string[]; rows: readonly T[] };

function corrected(calibration: Calibration, request: CellRequest): Correction | undefined {
  const { quantity, facets, ladder } = request;
  const names = ["library"];
  const everything = levelOf(calibration, quantity, names).published.get(cellKey(facets, names)) ?? [];
  let belief: Belief = narrow(PHYSICS, everything, POOLING[quantity]);
  let published: Rung<SourceStatistics> | undefined;
  let known: readonly string[] = names;
  let own: Rung<OwnRun> | undefined;
  for (const names of ladder.toReversed()) {
    const level = levelOf(calibration, quantity, names);
    const rows = level.published.get(cellKey(facets, names));
    if (rows) {
      belief = narrow(belief, rows, POOLING[quantity]);
      published = { names, rows };
      if (rows.length >= ENOUGH_SOURCES) known = names;
    }
    // A user's own measurements apply if nothing narrower was published: full training says little about adapters.
    const measured = level.own.get(cellKey(facets, ofAnyKind(names)));
    if (measured) own = { names, rows: measured };
    else if (rows) own = undefined;
  }
  if (own) {
    const asked = runName({ facets, run: request.run });
    const ends = predictOwn(belief, own.rows, { asked, shares: OWN_SHARES[quantity] });
    const isOwnKind = own.rows.some(({ kind }) => kind === asked.kind);
    return { isOwn: true, isOwnKind, ...correctionOf(own, ends, request) };
  }
  if (!published) return undefined;
  const stretch = OTHER_KIND[quantity] ** KINDS.filter((name) => !known.includes(name)).length;
  return { isOwn: false, isOwnKind: false, ...correctionOf(published, predict(belief, stretch), request) };
}

/**
 * Own measurements of one kind of memory are informative about the others, so cells of own measurements do not separate
 * kinds.
 */
function ofAnyKind(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== "kind" && name !== "card");
}

function levelOf(calibration: Calibration, quantity: CalibratedQuantity, names: readonly string[]): Level {
  const known = levels.get(calibration) ?? new Map<string, Level>();
  levels.set(calibration, known);
  const key = `${quantity}|${names.join("|")}`;
  const found = known.get(key);
  if (found) return found;
  const matching = (residuals: Calibration["own"]): Calibration["own"] =>
    residuals.filter((residual) => residual.quantity === quantity);
  const level = {
    published: cellsBy(matching(calibration.published), names),
    own: ownCellsBy(matching(calibration.own), ofAnyKind(names)),
  };
  known.set(key, level);
  return level;
}

function correctionOf(
  rung: Rung<SourceStatistics | OwnRun>,
  [low, middle, high]: [number, number, number],
  request: CellRequest,
): Omit<Correction, "isOwn" | "isOwnKind"> {
  const { facets, ladder, run } = request;
  const { names, rows } = rung;
  const n = rows.reduce((sum, row) => sum + row.n, 0);
  const sources = [...new Set(rows.map(({ source }) => source))].toSorted();
  const own = rows.filter((row) => "model" in row);
  const range = [low, high].map((value) => Math.exp(value).toFixed(2)).join("-");
  const width = names === ladder[0] ? "" : `, pooled over ${without(ladder[0]!, names).join(", ")}`;
  const basis = own.length > 0 ? "your own measurements" : "measured over physics";
  const listed = `${sources.length === 1 ? "source" : "sources"} ${sources.join(", ")}`;
  const likeness = own.length > 0 ? `, ${likenessOf(own, runName({ facets, run }))}` : "";
  return {
    p10: Math.exp(low),
    p50: Math.exp(middle),
    p90: Math.exp(high),
    n,
    sources,
    basis: `× ${range}: ${basis} of ${cellWords(facets, names)}${width} (n = ${n}, ${listed}${likeness})`,
  };
}

/** Text on the similarity of own runs to the requested one. */
function likenessOf(own: readonly OwnRun[], { model, layout }: RunName): string {
  const ofModel = own.filter((ownRun) => ownRun.model === model);
  if (ofModel.length === 0) return "of other models";
  return ofModel.some((ownRun) => ownRun.layout === layout)
    ? "of this model and layout"
    : "of this model in other layouts";
}

function without(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((part) => !some.includes(part));
}

/** Names the missing cell, the nearest measured one, and what to measure to fill it. */
function refused({ published, own }: Calibration, { quantity, facets, ladder }: CellRequest): Refusal {
  const widest = ladder.at(-1) ?? [];
  const all = ladder[0] ?? [];
  const agreeing = (candidate: Facets, names: readonly string[]): number =>
    names.filter((name) => candidate[name] === facets[name]).length;
  // A facet of the widest cell outweighs all narrower ones together.
  const score = (candidate: Facets): number => 100 * agreeing(candidate, widest) + agreeing(candidate, all);
  const nearest = [...published, ...own]
    .filter((residual) => residual.quantity === quantity)
    .reduce<Facets | undefined>(
      (best, { facets: entry }) => (best === undefined || score(entry) > score(best) ? entry : best),
      undefined,
    );
  const what = quantity === "peakMemoryGib" ? "peak memory" : "tokens per second";
  const near = nearest === undefined ? "" : `; the nearest is ${cellWords(nearest, all)}`;
  return {
    refused: `no measured ${what} of ${cellWords(facets, widest)}${near}`,
    hint: `measure the ${what} of one run of ${cellWords(facets, all)} and pass it to tunewright plan calibrate`,
  };
}
