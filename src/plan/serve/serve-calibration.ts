import { type ServingQuantity, type ServingResidual, servingResiduals } from "../../catalog/serving-residuals.ts";
import { cellKey, cellsBy, cellWords, type SourceStatistics } from "../calibration/cell-statistics.ts";
import { type Belief, narrow, PHYSICS, predict } from "../calibration/pooling.ts";
import type { Replica } from "./replica.ts";
import type { Load } from "./serve-run.ts";

/** Facets of a point on which its error is likely to depend. */
export type ServingFacets = Readonly<
  Record<"engine" | "era" | "age" | "model" | "gpu" | "generation" | "weights" | "experts" | "load", string>
>;

/** Calibration factors and their basis. */
export type ServingCorrection = { p10: number; p50: number; p90: number; n: number; sources: string[]; basis: string };

/**
 * Kinds of load with similar errors: single requests, a batch that starts and ends together, saturation, and a limit
 * per token.
 */
const LOADS: Readonly<Record<Load["kind"], string>> = {
  rate: "live",
  concurrency: "live",
  "all-at-once": "live",
  "static-batch": "static",
  saturation: "saturated",
  "token-limit": "at a limit",
};

/**
 * Kind of models whose mixers keep a state, dense or not. It is separate, because measurements of attention hardly
 * apply to them.
 */
const STATEFUL = "mixers with a state";

/**
 * Version classes from before the rewrites of 2025, which moved the host out of the step: V1 of vLLM, the PyTorch
 * backend of TensorRT-LLM, the overlapped loop of SGLang 0.4. Their host cost is less well known in every engine.
 */
const BEFORE_REWRITES: ReadonlySet<string> = new Set(["2024", "v0", "in-process"]);

/**
 * The facets of one quantity at one point. At a rate, output is calibrated only if requests arrive faster than they are
 * served; the replica then never waits.
 */
export function servingFacets(
  { run, shape, gpu, facts, format }: Replica,
  load: Load,
  quantity: ServingQuantity,
): ServingFacets {
  return {
    engine: run.engine,
    era: facts.era,
    age: BEFORE_REWRITES.has(facts.era) ? "engines of 2024" : "engines since 2025",
    model: shape.id,
    gpu: gpu.id,
    generation: gpu.generation,
    weights: format,
    experts: shape.recurrence !== null ? STATEFUL : shape.experts === null ? "dense" : "experts",
    load: quantity === "outputTokensPerSec" && load.kind === "rate" ? LOADS.saturation : LOADS[load.kind],
  };
}

/**
 * Cells from narrow to wide. Only the two narrowest shift an estimate. In wider cells, measurements of other GPUs,
 * loads or models show the size of an error, but not its direction.
 */
const LADDER: readonly (readonly (keyof ServingFacets)[])[] = [
  ["engine", "era", "model", "gpu", "weights", "load"],
  ["engine", "era", "gpu", "weights", "experts", "load"],
  ["engine", "era", "generation", "experts"],
  ["age", "generation", "experts"],
  ["age", "experts"],
  ["age"],
  [],
];
const MOVING_RUNGS = 2;

/**
 * Votes of the wider cell compared with those of the sources in a narrower cell: for the centre, for the distribution
 * of residuals, and for the widening of a range. They were found by leave-one-source-out, so that 75 to 90 % of the
 * rows of an average source lie in its range (docs/concepts/serving-model.md §3).
 */
const VOTES = { centre: 2, distribution: 3, range: 3 } as const;

/**
 * Factor by which the range of an unknown source is wider than that of its cells, determined like the votes. For time
 * to first token, which consists of a few steps of one request and a queue, sources differ more than their rows show;
 * for output, less.
 */
const STRETCH: Readonly<Record<ServingQuantity, number>> = { tpotMs: 1, ttftMs: 1.2, outputTokensPerSec: 0.95 };

/**
 * Factor by which a range is widened if nothing was measured for a model's kind of mixer, a vendor's GPUs under a kind
 * of load, or a weight format. Measurements of other kinds are then used, on the assumption of similar kernels.
 */
const OTHER_KIND = 1.5;

/** GPU generations of vendors other than NVIDIA, by the start of their name. */
const VENDORS: readonly (readonly [start: string, vendor: string])[] = [
  ["cdna", "AMD"],
  ["rdna", "AMD"],
  ["gaudi", "Intel"],
];

function vendorOf({ generation = "" }: Readonly<Record<string, string>>): string {
  return VENDORS.find(([start]) => generation.startsWith(start))?.[1] ?? "NVIDIA";
}

/**
 * Properties of a point that no load test covers, so that other measurements are used: its mixers, its vendor's GPUs
 * under its kind of load, its weight format.
 */
export function unmeasuredKinds(
  quantity: ServingQuantity,
  facets: ServingFacets,
  leaveOut?: string,
): { kind: "mixers" | "vendor" | "weights"; words: string }[] {
  const rows = residualsOf(quantity, leaveOut);
  const vendor = vendorOf(facets);
  const load = facets.load === LOADS.rate ? "requests as they arrive" : `a load that is ${facets.load}`;
  // If no GPU of a vendor was measured under a load, another load of the same vendor is used rather than another
  // vendor.
  const isLoadMeasured = rows.some((row) => row.facets["load"] === facets.load);
  const kinds = [
    {
      kind: "mixers",
      isMeasured: (row) => facets.experts !== STATEFUL || row["experts"] === STATEFUL,
      words: `no load test of models with ${STATEFUL}`,
    },
    {
      kind: "vendor",
      isMeasured: (row) => vendorOf(row) === vendor && (row["load"] === facets.load || !isLoadMeasured),
      words: `no load test on ${vendor} GPUs with ${load}`,
    },
    {
      kind: "weights",
      isMeasured: (row) => !UNTESTED_FORMATS.has(facets.weights) || row["weights"] === facets.weights,
      words: `no load test with ${facets.weights.toUpperCase()} weights`,
    },
  ] as const satisfies readonly { kind: string; words: string; isMeasured: (row: Facets) => boolean }[];
  return kinds
    .filter(({ isMeasured }) => !rows.some((row) => isMeasured(row.facets)))
    .map(({ kind, words }) => ({ kind, words }));
}

type Facets = Readonly<Record<string, string>>;

/** Formats that separate kernels widen, and to which the timed products of other formats hardly apply. */
const UNTESTED_FORMATS: ReadonlySet<string> = new Set(["int4", "int8"]);

/** Factor that widens a range by the number of unmeasured kinds; their errors are independent. */
function widening(kinds: number): number {
  return Math.sqrt(1 + kinds * (OTHER_KIND ** 2 - 1));
}

type Cells = ReadonlyMap<string, readonly SourceStatistics[]>;
const known = new Map<string, readonly Cells[]>();
const answers = new Map<string, ServingCorrection>();

/**
 * Ratio of measured to computed values for a kind of point. Starting with all measurements, each narrower cell narrows
 * the range, down to the narrowest cell that has measurements. Each source has one vote.
 *
 * @param leaveOut a source to exclude, for example when its own rows are judged
 */
export function servingCorrection(
  quantity: ServingQuantity,
  facets: ServingFacets,
  leaveOut?: string,
): ServingCorrection {
  const key = [quantity, leaveOut ?? "", ...Object.values(facets)].join("|");
  const found = answers.get(key);
  if (found !== undefined) return found;
  const levels = cellsOf(quantity, vendorOf(facets), leaveOut);
  let belief: Belief = PHYSICS;
  let wider = belief;
  let last: { names: readonly string[]; sources: readonly SourceStatistics[]; count: number } = {
    names: [],
    sources: [],
    count: 0,
  };
  for (const [rung, names] of [...LADDER.entries()].toReversed()) {
    const sources = levels[rung]!.get(cellKey(facets, names));
    if (sources === undefined) continue;
    const moves = rung < MOVING_RUNGS;
    const centre = moves ? VOTES.centre : Number.POSITIVE_INFINITY;
    const count = sources.reduce((sum, source) => sum + source.n, 0);
    // The same measurements in a narrower cell carry no new information about the size of an error.
    if (count === last.count) belief = { ...wider, centre: belief.centre };
    wider = belief;
    belief = narrow(belief, moves ? sources : sources.map(eitherWay), { ...VOTES, centre });
    last = { names, sources, count };
  }
  const others = unmeasuredKinds(quantity, facets, leaveOut);
  const wide = widening(others.length);
  const [low, middle, high] = predict(belief, STRETCH[quantity] * wide);
  const names = last.sources.map(({ source }) => source).toSorted();
  const n = last.count;
  const measured = last.names.length === 0 ? "all that was measured" : cellWords(facets, last.names);
  const cell =
    others.length === 0
      ? measured
      : `${measured}, widened × ${Number(wide.toPrecision(2))}: ${others.map(({ words }) => words).join(" and ")} is known; one would narrow the range`;
  const range = [low, high].map((value) => Math.exp(value).toFixed(2)).join("-");
  const answer = {
    p10: Math.exp(low),
    p50: Math.exp(middle),
    p90: Math.exp(high),
    n,
    sources: names,
    basis: `× ${range}: measured over computed, ${cell} (n = ${n}, ${names.join(", ")})`,
  };
  answers.set(key, answer);
  return answer;
}

/** Errors of a source whose direction is not used: each value, and its opposite. */
function eitherWay(source: SourceStatistics): SourceStatistics {
  const half = source.points.map(({ value, weight }) => ({ value, weight: weight / 2 }));
  const opposite = half.map(({ value, weight }) => ({ value: -value, weight }));
  return { ...source, points: [...half, ...opposite].toSorted((a, b) => a.value - b.value) };
}

function cellsOf(quantity: ServingQuantity, vendor: string, leaveOut: string | undefined): readonly Cells[] {
  const key = [quantity, vendor, leaveOut ?? ""].join("|");
  const found = known.get(key);
  if (found !== undefined) return found;
  const own = residualsOf(quantity, leaveOut);
  const isMeasured = own.some(({ facets }) => vendorOf(facets) === vendor);
  const rows = quantity !== "tpotMs" || isMeasured ? own : [...own, ...tokenTimes(vendor, leaveOut)];
  const levels = LADDER.map((names) => cellsBy(rows, names));
  known.set(key, levels);
  return levels;
}

/**
 * Output of a vendor's GPUs, converted to times per token, if no such time was measured. For a batch that stays full,
 * one is the inverse of the other.
 */
function tokenTimes(vendor: string, leaveOut: string | undefined): ServingResidual[] {
  return residualsOf("outputTokensPerSec", leaveOut)
    .filter(({ facets }) => vendorOf(facets) === vendor)
    .map((row) => ({ ...row, quantity: "tpotMs", logRatios: row.logRatios.map((ratio) => -ratio).toReversed() }));
}

function residualsOf(quantity: ServingQuantity, leaveOut: string | undefined): readonly ServingResidual[] {
  return servingResiduals().filter((row) => row.quantity === quantity && row.source !== leaveOut);
}
