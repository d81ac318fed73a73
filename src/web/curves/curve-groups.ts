import type { NamedCurve } from "./curve-data.ts";
import type { CurvePoint } from "./curve.ts";

/** Runs with the same value of a param, with the indices of their curves. */
export type RunGroup = { name: string; members: readonly number[] };

/** Params by which runs can be grouped: those that differ between the runs but are not unique for each of many runs. */
export function groupingParams(runs: readonly { params: readonly { key: string; value: string }[] }[]): string[] {
  const values = new Map<string, string[]>();
  for (const { params } of runs) {
    for (const { key, value } of params) values.set(key, [...(values.get(key) ?? []), value]);
  }
  return [...values]
    .filter(([, given]) => new Set(given).size > 1 || given.length < runs.length)
    .map(([key]) => key)
    .toSorted();
}

/** Runs by the value of a param, numbers in numerical order; runs without it come last. */
export function groupRuns(
  runs: readonly { params: readonly { key: string; value: string }[] }[],
  param: string,
): RunGroup[] {
  const groups = new Map<string, number[]>();
  for (const [place, { params }] of runs.entries()) {
    const value = params.find(({ key }) => key === param)?.value;
    const name = value === undefined ? `no ${param}` : `${param} = ${value}`;
    groups.set(name, [...(groups.get(name) ?? []), place]);
  }
  const missing = `no ${param}`;
  return [...groups]
    .map(([name, members]) => ({ name, members }))
    .toSorted(
      (a, b) =>
        Number(a.name === missing) - Number(b.name === missing) ||
        a.name.localeCompare(b.name, "en", { numeric: true }),
    );
}

/**
 * The mean curve of each group, with the lowest and the highest of its members as a band. If a member has no point at a
 * step, it is interpolated; outside its first and last points it does not count.
 */
export function groupCurves(curves: readonly NamedCurve[], groups: readonly RunGroup[]): NamedCurve[] {
  return groups.flatMap(({ name, members }, place): NamedCurve[] => {
    const joined = curves.filter((curve) => members.includes(curve.place));
    const own = joined.map(({ points }) => points.filter(isFinitePoint));
    const unpaired = joined.reduce((sum, curve) => sum + (curve.unpaired ?? 0), 0);
    const filled = own.filter((points) => points.length > 0);
    if (filled.length === 0) return [];
    const size = filled.length === 1 ? "1 run" : `${filled.length} runs`;
    const drawn = meanAndBand(filled);
    const xs = new Map(drawn.points.map(([step]) => [step, step]));
    return [{ name: `${name} (${size})`, place, xs, unpaired, ...drawn }];
  });
}

/**
 * A curve whose steps are its values on the horizontal axis, so that groups are means at these. Points with the same
 * value there become their mean; those without one are counted.
 */
export function placedCurve(curve: NamedCurve): NamedCurve {
  const places = new Map<number, CurvePoint[]>();
  let unpaired = 0;
  for (const point of curve.points) {
    const x = curve.xs?.get(point[0]);
    if (x === undefined) unpaired += 1;
    else if (isFinitePoint(point)) places.set(x, [...(places.get(x) ?? []), point]);
  }
  const points = [...places]
    .map(([x, own]): CurvePoint => [x, mean(own.map(([, time]) => time)), mean(own.map(([, , value]) => value))])
    .toSorted((a, b) => a[0] - b[0]);
  return { ...curve, points, unpaired };
}

function isFinitePoint([, , value]: CurvePoint): boolean {
  return Number.isFinite(value);
}

function meanAndBand(members: readonly (readonly CurvePoint[])[]): Pick<NamedCurve, "points" | "band"> {
  const steps = [...new Set(members.flatMap((points) => points.map(([step]) => step)))].toSorted((a, b) => a - b);
  const start = Math.min(...members.map((points) => points[0]![1]));
  const readers = members.map(readerOf);
  const points: CurvePoint[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (const step of steps) {
    const found = readers.map((read) => read(step)).filter((one) => one !== undefined);
    const values = found.map(([, value]) => value);
    const elapsed = mean(found.map(([time]) => time));
    points.push([step, start + elapsed, mean(values)]);
    low.push(Math.min(...values));
    high.push(Math.max(...values));
  }
  return { points, band: { low, high } };
}

/** Reads a curve at increasing steps: time since its start and value, interpolated between the adjacent points. */
function readerOf(points: readonly CurvePoint[]): (step: number) => readonly [number, number] | undefined {
  const began = points[0]![1];
  let next = 0;
  return (step) => {
    while (next < points.length && points[next]![0] < step) next++;
    const after = points[next];
    if (after === undefined) return undefined;
    if (after[0] === step) return [after[1] - began, after[2]];
    const before = points[next - 1];
    if (before === undefined) return undefined;
    const share = (step - before[0]) / (after[0] - before[0]);
    return [before[1] - began + share * (after[1] - before[1]), before[2] + share * (after[2] - before[2])];
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
