import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Calibration, CellRequest, Facets, OwnRun, RunName } from "./calibration.ts";
import { cellKey, cellsBy, cellWords, ownCellsBy, runName, type SourceStatistics } from "./cell-statistics.ts";
import { OWN_SHARES, predictOwn } from "./own-pooling.ts";
import { type Belief, narrow, PHYSICS, type Pooling, predict } from "./pooling.ts";

/** Factors on what physics is unsure of, the measurements that they rest on, and the cell in words. */
export type Correction = {
  p10: number;
  p50: number;
  p90: number;
  n: number;
  sources: string[];
  basis: string;
  /** It rests on a user's own measurements. */
  isOwn: boolean;
  /** It rests on own measurements of its kind of memory, and not of another one alone. */
  isOwnKind: boolean;
};

/** Votes of the wider cell, by quantity; chosen by leave-one-source-out, docs/concepts/training-model.md §3. */
const POOLING: Readonly<Record<CalibratedQuantity, Pooling>> = {
  peakMemoryGib: { distribution: 20, centre: Number.POSITIVE_INFINITY, range: 12 },
  tokensPerSecPerGpu: { distribution: 10, centre: 16, range: 2 },
};

/** How much wider a range is, in logarithms, for each of those that stands in for another; chosen as the votes are. */
const OTHER_KIND: Readonly<Record<CalibratedQuantity, number>> = { peakMemoryGib: 1, tokensPerSecPerGpu: 1.3 };

/** Facets whose other values say less: measurements of another library, or on another vendor's GPUs. */
const KINDS = ["stack", "vendor"];

/** Sources of a library or vendor from which its own spread is known: one says nothing of how far sources lie apart. */
const ENOUGH_SOURCES = 2;

type Level = {
  published: ReadonlyMap<string, readonly SourceStatistics[]>;
  own: ReadonlyMap<string, readonly OwnRun[]>;
};

const levels = new WeakMap<Calibration, Map<string, Level>>();
const answers = new WeakMap<Calibration, Map<string, Correction | Refusal>>();

/**
 * How far measurements lie from physics for a kind of run. Walks the ladder from the widest cell to the narrowest that
 * holds measurements, each narrowing the belief of the one before; a user's own measurements come last and win.
 *
 * @returns factors on the value of physics, or a refusal where not even the widest cell of the ladder was measured
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
    // A user's own measurements cover what nothing narrower was published of: full training says little of adapters.
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

/** Own measurements of one kind of memory tell of the others, so that cells of theirs do not tell kinds apart. */
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

/** How alike own runs are to the one that is asked for. */
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

/** Says which cell is missing, the measured one that is nearest, and what to measure to open it. */
function refused({ published, own }: Calibration, { quantity, facets, ladder }: CellRequest): Refusal {
  const widest = ladder.at(-1) ?? [];
  const all = ladder[0] ?? [];
  const agreeing = (candidate: Facets, names: readonly string[]): number =>
    names.filter((name) => candidate[name] === facets[name]).length;
  // A facet of the widest cell weighs more than all narrower ones together.
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
