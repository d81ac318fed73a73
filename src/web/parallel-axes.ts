/** Input of parallel coordinates: a run or a trial with its params and metrics. */
export type NamedValues = {
  name: string;
  params: readonly { key: string; value: string }[];
  metrics: readonly { key: string; value: string | number }[];
};

/**
 * An axis: the point at which each run crosses it (0 bottom, 1 top; undefined if the run has no value), and its labels.
 */
export type ParallelAxis = {
  name: string;
  places: (number | undefined)[];
  ticks: { y: number; label: string }[];
};

/** Maximum number of axes that are shown by default. */
const MOST_FIRST = 7;

/** Names of the axes that are shown by default: the settings of a run, then its results; no counters. */
export function firstAxes(axes: readonly ParallelAxis[]): string[] {
  const names = axes.map(({ name }) => name).filter((name) => rank(name) < 2);
  return names.length <= MOST_FIRST ? names : [...names.slice(0, 4), ...names.slice(4 - MOST_FIRST)];
}

/** Axes of runs: params that differ, then metrics of training, each with at least two different values. */
export function parallelAxes(runs: readonly NamedValues[]): ParallelAxis[] {
  const params = keysOf(runs, "params").map((key) => axis(key, valuesOf(runs, "params", key)));
  const metrics = keysOf(runs, "metrics")
    .filter((key) => !key.startsWith("system/"))
    .map((key) => axis(key, valuesOf(runs, "metrics", key)));
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

function axis(name: string, values: readonly (string | number | undefined)[]): ParallelAxis | undefined {
  const known = values.filter((value) => value !== undefined);
  if (new Set(known.map(String)).size < 2) return undefined;
  const numbers = values.map((value) => (value === undefined || value === "" ? undefined : Number(value)));
  const isNumeric = known.every((value) => value !== "" && Number.isFinite(Number(value)));
  return isNumeric
    ? numericAxis(name, numbers)
    : wordAxis(
        name,
        values.map((value) => value?.toString()),
      );
}

/** Numbers by their size, or by their logarithm if they span two orders of magnitude. */
function numericAxis(name: string, values: readonly (number | undefined)[]): ParallelAxis {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const isLog = low > 0 && high / low >= 100;
  const scale = (value: number): number => (isLog ? Math.log(value) : value);
  const place = (value: number): number => (scale(value) - scale(low)) / (scale(high) - scale(low));
  const labels = new Set(known).size <= 5 ? [...new Set(known)] : [low, high];
  return {
    name,
    places: values.map((value) => (value === undefined ? undefined : place(value))),
    ticks: labels.map((value) => ({ y: place(value), label: String(Number(value.toPrecision(4))) })),
  };
}

function wordAxis(name: string, values: readonly (string | undefined)[]): ParallelAxis {
  const words = [...new Set(values.filter((value) => value !== undefined))].toSorted();
  const place = (word: string): number => words.indexOf(word) / (words.length - 1);
  return {
    name,
    places: values.map((value) => (value === undefined ? undefined : place(value))),
    ticks: words.map((word) => ({ y: place(word), label: word.length > 18 ? `${word.slice(0, 17)}…` : word })),
  };
}
