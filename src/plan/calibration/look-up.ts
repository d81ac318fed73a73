import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Calibration, CellRequest, Facets, Ladder } from "./calibration.ts";
import { cellKey, cellsBy, cellWords, type SourceStatistics } from "./cell-statistics.ts";
import { type Belief, narrow, PHYSICS, type Pooling, predict, predictOwn } from "./pooling.ts";

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
};

/** Votes of the wider cell, by quantity; chosen by leave-one-source-out, docs/concepts/training-model.md §3. */
const POOLING: Readonly<Record<CalibratedQuantity, Pooling>> = {
  peakMemoryGib: { distribution: 20, centre: Number.POSITIVE_INFINITY, range: 12, otherKind: 1 },
  tokensPerSecPerGpu: { distribution: 6, centre: 16, range: 2, otherKind: 1.25 },
};

/** Facets that measurements of another value say less without: of another library, GPU vendor or kind of model. */
const KINDS = ["stack", "vendor", "experts"];

type Level = {
  published: ReadonlyMap<string, readonly SourceStatistics[]>;
  own: ReadonlyMap<string, readonly SourceStatistics[]>;
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
  const key = `${quantity}|${Object.values(facets).join("|")}`;
  const found = known.get(key);
  if (found) return found;
  const answer = corrected(calibration, request) ?? refused(calibration, request);
  known.set(key, answer);
  return answer;
}

type Rung = { names: readonly string[]; sources: readonly SourceStatistics[]; isOwn: boolean };

function corrected(calibration: Calibration, { quantity, facets, ladder }: CellRequest): Correction | undefined {
  const names = ["library"];
  const everything = levelOf(calibration, quantity, names).published.get(cellKey(facets, names)) ?? [];
  let belief: Belief = narrow(PHYSICS, everything, POOLING[quantity]);
  let published: Rung | undefined;
  let own: Rung | undefined;
  for (const names of ladder.toReversed()) {
    const level = levelOf(calibration, quantity, names);
    const key = cellKey(facets, names);
    const sources = level.published.get(key);
    if (sources) {
      belief = narrow(belief, sources, POOLING[quantity]);
      published = { names, sources, isOwn: false };
    }
    // A user's own measurements cover what nothing narrower was published of: full training says little of adapters.
    const measured = level.own.get(key);
    if (measured) own = { names, sources: measured, isOwn: true };
    else if (sources) own = undefined;
  }
  const rung = own ?? published;
  if (!rung) return undefined;
  const stretch = POOLING[quantity].otherKind ** KINDS.filter((name) => !rung.names.includes(name)).length;
  const [low, middle, high] = own ? predictOwn(belief, own.sources) : predict(belief, stretch);
  return {
    p10: Math.exp(low),
    p50: Math.exp(middle),
    p90: Math.exp(high),
    n: rung.sources.reduce((sum, { n }) => sum + n, 0),
    sources: rung.sources.map(({ source }) => source).toSorted(),
    isOwn: rung.isOwn,
    basis: basisOf(rung, { facets, ladder, low, high }),
  };
}

function levelOf(calibration: Calibration, quantity: CalibratedQuantity, names: readonly string[]): Level {
  const known = levels.get(calibration) ?? new Map<string, Level>();
  levels.set(calibration, known);
  const key = `${quantity}|${names.join("|")}`;
  const found = known.get(key);
  if (found) return found;
  const of = (residuals: Calibration["own"]): Level["own"] =>
    cellsBy(
      residuals.filter((residual) => residual.quantity === quantity),
      names,
    );
  const level = { published: of(calibration.published), own: of(calibration.own) };
  known.set(key, level);
  return level;
}

function basisOf(
  { names, sources, isOwn }: Rung,
  { facets, ladder, low, high }: { facets: Facets; ladder: Ladder; low: number; high: number },
): string {
  const range = [low, high].map((value) => Math.exp(value).toFixed(2)).join("-");
  const n = sources.reduce((sum, each) => sum + each.n, 0);
  const listed = sources
    .map(({ source }) => source)
    .toSorted()
    .join(", ");
  const width = names === ladder[0] ? "" : `, pooled over ${without(ladder[0]!, names).join(", ")}`;
  return `× ${range}: ${isOwn ? "your own measurements" : "measured over physics"} of ${cellWords(facets, names)}${width} (n = ${n}, ${sources.length === 1 ? "source" : "sources"} ${listed})`;
}

function without(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((each) => !some.includes(each));
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
      (best, { facets: each }) => (best === undefined || score(each) > score(best) ? each : best),
      undefined,
    );
  const what = quantity === "peakMemoryGib" ? "peak memory" : "tokens per second";
  const near = nearest === undefined ? "" : `; the nearest is ${cellWords(nearest, all)}`;
  return {
    refused: `no measured ${what} of ${cellWords(facets, widest)}${near}`,
    hint: `measure the ${what} of one run of ${cellWords(facets, all)} and give it to tunewright plan calibrate`,
  };
}
