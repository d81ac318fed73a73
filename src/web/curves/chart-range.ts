import type { CurveView, NamedCurve } from "./curve-data.ts";
import { curvePlaces } from "./curve-data.ts";

/** Limits of an axis; undefined: automatic. */
export type Limits = { low: number | undefined; high: number | undefined };

/** Limits of both axes of a chart; undefined: automatic. */
export type ChartRange = { x: Limits | undefined; y: Limits | undefined };

/** Number of different places along an axis that a pointer can tell apart. */
const POINTER_PLACES = 500;

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const LIMITS = new RegExp(`^(${NUMBER})?\\.\\.(${NUMBER})?$`, "i");

/** Limits as a word of the address: `0.5..2`, `0.5..` or `..2`. */
export function limitsText({ low, high }: Limits): string {
  return `${low ?? ""}..${high ?? ""}`;
}

/** Limits from a word of the address; undefined if it states none, or if the lowest is not below the highest. */
export function limitsOf(text: string): Limits | undefined {
  const [, first, last] = LIMITS.exec(text) ?? [];
  const [low, high] = [first, last].map((end) => (end === undefined ? undefined : Number(end)));
  const limits = { low, high };
  const isEmpty = limits.low === undefined && limits.high === undefined;
  return isEmpty || limitsProblem(limits) !== undefined ? undefined : limits;
}

/** Limits as typed, or what is wrong with them. Empty fields are automatic. */
export type TypedLimits = { limits: Limits | undefined } | { problem: string };

/** Reads typed limits; `read` turns the text of a field into a number, NaN if it is none. */
export function typedLimits(
  typed: { low: string; high: string },
  { isLog, read = Number }: { isLog: boolean; read?: (text: string) => number },
): TypedLimits {
  const texts = [typed.low.trim(), typed.high.trim()] as const;
  const [low, high] = texts.map((text) => (text === "" ? undefined : read(text)));
  const wrong = [low, high].findIndex((value) => value !== undefined && !Number.isFinite(value));
  if (wrong >= 0) return { problem: `${texts[wrong]} is not a number. Write it like 0.5 or 1e-4.` };
  const limits = { low, high };
  const problem = limitsProblem(limits) ?? (isLog ? logProblem(limits) : undefined);
  if (problem !== undefined) return { problem };
  return { limits: low === undefined && high === undefined ? undefined : limits };
}

function limitsProblem({ low, high }: Limits): string | undefined {
  return low !== undefined && high !== undefined && low >= high ? "The lowest must be below the highest." : undefined;
}

function logProblem({ low, high }: Limits): string | undefined {
  const wrong = [low, high].find((value) => value !== undefined && value <= 0);
  return wrong === undefined ? undefined : `A log scale has only values above 0: ${wrong} is not one of them.`;
}

/** Vertical limits that a log scale can draw: those above 0. */
export function drawnLimits(limits: Limits | undefined, isLog: boolean): Limits | undefined {
  if (limits === undefined || !isLog) return limits;
  const [low, high] = [limits.low, limits.high].map((value) => (value !== undefined && value > 0 ? value : undefined));
  return low === undefined && high === undefined ? undefined : { low, high };
}

/** Limits that a pointer selected, in as many digits as it can point at. */
export function pointedLimits(one: number, other: number, isLog: boolean): Limits {
  const [low, high] = one < other ? [one, other] : [other, one];
  const unit = 10 ** Math.floor(Math.log10((high - low) / POINTER_PLACES));
  const rounded = (value: number): number =>
    isLog ? Number(value.toPrecision(3)) : Number((Math.round(value / unit) * unit).toPrecision(12));
  return { low: rounded(low), high: rounded(high) };
}

/**
 * Number of points of curves, of those that a range hides, and of those without a value of the metric on the horizontal
 * axis. Points that are not finite have no height.
 */
export function hiddenCounts(
  curves: readonly NamedCurve[],
  { view, range }: { view: CurveView; range: ChartRange },
): { outside: number; unpaired: number; all: number } {
  const y = drawnLimits(range.y, view.isLog);
  let [outside, unpaired, all] = [0, 0, 0];
  for (const curve of curves) {
    const places = curvePlaces(curve, view.axis);
    unpaired += curve.unpaired ?? 0;
    all += curve.points.length + (curve.unpaired ?? 0);
    for (const [index, [, , value]] of curve.points.entries()) {
      if (Number.isNaN(places[index]!)) unpaired += 1;
      else if (isOutside(places[index]!, range.x) || (Number.isFinite(value) && isOutside(value, y))) outside += 1;
    }
  }
  return { outside, unpaired, all };
}

function isOutside(value: number, limits: Limits | undefined): boolean {
  if (limits === undefined) return false;
  const { low, high } = limits;
  return (low !== undefined && value < low) || (high !== undefined && value > high);
}
