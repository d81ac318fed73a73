import { metricRank } from "../report/usual-columns.ts";

/** Input of parallel coordinates: a run or a trial with its params and metrics. */
export type NamedValues = {
  name: string;
  params: readonly { key: string; value: string }[];
  metrics: readonly { key: string; value: string | number }[];
};

/**
 * An axis: the point at which each run crosses it (0 bottom, 1 top; undefined if the run has no finite value), and its
 * labels.
 */
export type ParallelAxis = {
  name: string;
  /** True for a metric, false for a param. */
  isResult: boolean;
  places: (number | undefined)[];
  /** The values themselves; undefined if the axis is of words. */
  numbers: readonly (number | undefined)[] | undefined;
  /** The words of an axis of words; undefined if it is of numbers. */
  words: readonly (string | undefined)[] | undefined;
  /** The number at a place, and the place of a number; of an axis of words, undefined. */
  scale: { isLog: boolean; valueAt: (place: number) => number; placeOf: (value: number) => number } | undefined;
  ticks: { y: number; label: string }[];
};

/** Maximum number of params, and of metrics, that are shown by default. */
const MOST_FIRST = { params: 4, metrics: 3 };

/** The axis of numbers by which lines are coloured if there are more of them than colours: the first result. */
export function resultAxis(axes: readonly ParallelAxis[]): ParallelAxis | undefined {
  return results(axes).find(({ numbers }) => numbers !== undefined);
}

/** Names of the axes that are shown by default: the settings of a run, then its results; no counters. */
export function firstAxes(axes: readonly ParallelAxis[]): string[] {
  const shown = axes.filter(({ name }) => rank(name) < 2);
  const params = shown.filter(({ isResult }) => !isResult);
  return [...params.slice(0, MOST_FIRST.params), ...results(shown).slice(0, MOST_FIRST.metrics)].map(
    ({ name }) => name,
  );
}

/** Axes of metrics, losses of evaluations first. */
function results(axes: readonly ParallelAxis[]): ParallelAxis[] {
  return axes.filter(({ isResult }) => isResult).toSorted((a, b) => metricRank(a.name) - metricRank(b.name));
}

/** Axes of runs: params that differ, then metrics of training, each with at least two different values. */
export function parallelAxes(runs: readonly NamedValues[]): ParallelAxis[] {
  const keys = keysOf(runs, "params");
  const params = keys.map((key) => axis({ name: key, isResult: false }, valuesOf(runs, "params", key)));
  const metrics = keysOf(runs, "metrics")
    .filter((key) => !key.startsWith("system/"))
    // The word of a value that is not finite, as of a run that diverged, must not turn its metric into words.
    .map((key) => {
      // a trainer logs `learning_rate` as both
      const name = keys.includes(key) ? `${key} (metric)` : key;
      return axis({ name, isResult: true }, valuesOf(runs, "metrics", key).map(finite));
    });
  return [...params, ...metrics].filter((axis) => axis !== undefined);
}

function keysOf(runs: readonly NamedValues[], kind: "params" | "metrics"): string[] {
  const keys = new Set(runs.flatMap((run) => run[kind].map(({ key }) => key)));
  return [...keys].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(key: string): number {
  return /seed|_step|epoch$|runtime|per_second/.test(key) ? 2 : /eval|loss|rate|rank/.test(key) ? 0 : 1;
}

function valuesOf(
  runs: readonly NamedValues[],
  kind: "params" | "metrics",
  key: string,
): (string | number | undefined)[] {
  return runs.map((run) => run[kind].find((pair) => pair.key === key)?.value);
}

function finite(value: string | number | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

type AxisKey = Pick<ParallelAxis, "name" | "isResult">;

function axis(key: AxisKey, values: readonly (string | number | undefined)[]): ParallelAxis | undefined {
  const known = values.filter((value) => value !== undefined);
  if (new Set(known.map(String)).size < 2) return undefined;
  const numbers = values.map((value) => (value === undefined || value === "" ? undefined : Number(value)));
  const isNumeric = known.every((value) => value !== "" && Number.isFinite(Number(value)));
  return isNumeric
    ? { ...key, ...numericAxis(numbers) }
    : { ...key, ...wordAxis(values.map((value) => value?.toString())) };
}

type AxisValues = Omit<ParallelAxis, keyof AxisKey>;

/** Numbers by their size, or by their logarithm if they span two orders of magnitude. */
function numericAxis(values: readonly (number | undefined)[]): AxisValues {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const isLog = low > 0 && high / low >= 100;
  const scale = (value: number): number => (isLog ? Math.log(value) : value);
  const place = (value: number): number => (scale(value) - scale(low)) / (scale(high) - scale(low));
  const valueAt = (at: number): number => {
    const scaled = scale(low) + at * (scale(high) - scale(low));
    return isLog ? Math.exp(scaled) : scaled;
  };
  const labels = new Set(known).size <= 5 ? [...new Set(known)] : [low, high];
  return {
    places: values.map((value) => (value === undefined ? undefined : place(value))),
    numbers: values,
    words: undefined,
    scale: { isLog, valueAt, placeOf: (value) => (isLog && value <= 0 ? -Infinity : place(value)) },
    ticks: labels.map((value) => ({ y: place(value), label: String(Number(value.toPrecision(4))) })),
  };
}

function wordAxis(values: readonly (string | undefined)[]): AxisValues {
  const words = [...new Set(values.filter((value) => value !== undefined))].toSorted();
  const place = (word: string): number => words.indexOf(word) / (words.length - 1);
  return {
    places: values.map((value) => (value === undefined ? undefined : place(value))),
    numbers: undefined,
    words: values,
    scale: undefined,
    ticks: words.map((word) => ({ y: place(word), label: word.length > 18 ? `${word.slice(0, 17)}…` : word })),
  };
}
