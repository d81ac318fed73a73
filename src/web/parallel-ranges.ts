import { type Limits, limitsOf, limitsText, pointedLimits } from "./curves/chart-range.ts";
import type { ParallelAxis } from "./parallel-axes.ts";

/** A range of an axis: the limits of its numbers, or the words that stay. */
export type AxisRange = Limits | { words: readonly string[] };

/** Ranges by the name of their axis. */
export type AxisRanges = ReadonlyMap<string, AxisRange>;

/** Whether each run is inside all ranges, and for each ranged axis the runs that have no value there. */
export type Inside = { isInside: boolean[]; without: { name: string; count: number }[] };

/** Finds the runs inside all ranges. A run without a value on an axis with a range is outside. */
export function insideRuns(axes: readonly ParallelAxis[], ranges: AxisRanges, runs: number): Inside {
  const ranged = axes.filter(({ name }) => ranges.has(name));
  const places = Array.from({ length: runs }, (_, run) => run);
  return {
    isInside: places.map((run) => ranged.every((axis) => isIn(axis, ranges.get(axis.name)!, run))),
    without: ranged.flatMap(({ name, places: crossed }) => {
      const count = crossed.filter((place) => place === undefined).length;
      return count === 0 ? [] : [{ name, count }];
    }),
  };
}

function isIn({ numbers, words }: ParallelAxis, range: AxisRange, run: number): boolean {
  if ("words" in range) {
    const word = words?.[run];
    return word !== undefined && range.words.includes(word);
  }
  const value = numbers?.[run];
  return value !== undefined && value >= (range.low ?? -Infinity) && value <= (range.high ?? Infinity);
}

/** The different words of an axis, in order from bottom to top. */
export function axisWords({ words }: ParallelAxis): string[] {
  return [...new Set((words ?? []).filter((word) => word !== undefined))].toSorted();
}

/** Share of an axis within which a pointer means its end. */
const NEAR_END = 0.02;

/** Half of the stretch that a word takes on its axis, as a share of the distance between two words. */
const HALF_WORD = 0.25;

/** The range between two places of an axis (0 bottom, 1 top); undefined if it is the whole axis, or holds no word. */
export function rangeBetween(axis: ParallelAxis, one: number, other: number): AxisRange | undefined {
  const [low, high] = [one, other]
    .toSorted((a, b) => a - b)
    .map((place) => (place < NEAR_END ? 0 : place > 1 - NEAR_END ? 1 : place)) as [number, number];
  const { scale } = axis;
  if (scale === undefined) {
    const all = axisWords(axis);
    const words = all.filter((_, index) => {
      const [first, last] = [low * (all.length - 1), high * (all.length - 1)];
      return index + HALF_WORD >= first && index - HALF_WORD <= last;
    });
    return words.length === 0 || words.length === all.length ? undefined : { words };
  }
  if (low <= 0 && high >= 1) return undefined;
  const limits = pointedLimits(scale.valueAt(low), scale.valueAt(high), scale.isLog);
  // an end of the axis is no limit: rounded, it could put the last run outside
  return { low: low <= 0 ? undefined : limits.low, high: high >= 1 ? undefined : limits.high };
}

/** Places of an axis between which a range lies: one stretch for numbers, one for each word. */
export function rangePlaces(axis: ParallelAxis, range: AxisRange): { low: number; high: number }[] {
  const { scale } = axis;
  if ("words" in range) {
    const all = axisWords(axis);
    const half = HALF_WORD / (all.length - 1);
    return range.words.flatMap((word) => {
      const place = all.indexOf(word) / (all.length - 1);
      return place < 0 ? [] : [{ low: Math.max(0, place - half), high: Math.min(1, place + half) }];
    });
  }
  if (scale === undefined) return [];
  const clamped = (value: number): number => Math.min(1, Math.max(0, scale.placeOf(value)));
  return [
    {
      low: range.low === undefined ? 0 : clamped(range.low),
      high: range.high === undefined ? 1 : clamped(range.high),
    },
  ];
}

/** A range as a word of the address. */
export function axisRangeText(range: AxisRange): string {
  return "words" in range ? range.words.map(encodeURIComponent).join(",") : limitsText(range);
}

/** A range from a word of the address; undefined if the axis has no such range. */
export function axisRangeOf(axis: ParallelAxis, text: string): AxisRange | undefined {
  if (axis.scale !== undefined) return limitsOf(text);
  const chosen = new Set(text.split(","));
  const words = axisWords(axis).filter((word) => chosen.has(encodeURIComponent(word)));
  return words.length === 0 ? undefined : { words };
}
