import { Failure } from "../../../base/failure.ts";
import { seededRandom } from "../../../base/random.ts";
import type { SweepSearch, SweepSpace, TrialValues } from "../../../domain/sweep.ts";
import { type Axis, axesOf, isCategory, placeOf, valueAt, valueCount, valuesAt } from "./parameter.ts";
import { SOBOL_DIMENSIONS, sobolPoint } from "./sobol.ts";
import { suggestPoint } from "./tpe.ts";

/** A trial with its values. `score`: lower is better; undefined while the trial runs. */
export type TriedValues = { values: TrialValues; score: number | undefined };

/** Number of points of a grid; undefined if a range has no steps, or the search is not a grid. */
export function gridSize({ method }: Pick<SweepSearch, "method">, space: SweepSpace): number | undefined {
  if (method !== "grid") return undefined;
  return axesOf(space).reduce((size, axis) => size * countOrRefuse(axis), 1);
}

/**
 * Values of the next trial; undefined if a grid is complete. The result depends only on the arguments, so that a killed
 * search continues unchanged.
 *
 * @param tried earlier trials, oldest first; only TPE uses them
 * @param number of the trial among those that are searched, from 0
 */
export function suggestValues(
  { space, search }: { space: SweepSpace; search: SweepSearch },
  { tried, number }: { tried: readonly TriedValues[]; number: number },
): TrialValues | undefined {
  const axes = axesOf(space);
  if (search.method === "grid") return gridValues(axes, number);
  const isEarly = number < search.startupTrials || tried.every(({ score }) => score === undefined);
  if (search.method === "sobol" || (search.method === "tpe" && isEarly))
    return valuesAt(axes, cover(axes, search.seed, number));
  const random = seededRandom(Math.imul(search.seed + 1, 0x9e3779b1) ^ number);
  if (search.method === "random") return valuesAt(axes, axes.map(random));
  const observations = tried.flatMap(({ values, score }) => {
    const point = axes.map((axis) => placeOf(axis, values[axis.field] ?? Number.NaN));
    return point.includes(undefined) ? [] : [{ point: point as number[], score }];
  });
  const categories = axes.map((axis) => (isCategory(axis) ? valueCount(axis) : undefined));
  return valuesAt(axes, suggestPoint(observations, { categories, random }));
}

function cover(axes: readonly Axis[], seed: number, number: number): number[] {
  if (axes.length > SOBOL_DIMENSIONS) {
    throw new Failure("bad_input", `a Sobol sequence has at most ${SOBOL_DIMENSIONS} dimensions`, {
      hint: "sweep fewer fields, or use search: random",
    });
  }
  return sobolPoint(number, { dimensions: axes.length, seed });
}

/** A point of the grid, with the last field changing fastest. */
function gridValues(axes: readonly Axis[], number: number): TrialValues | undefined {
  let rest = number;
  const places = axes.toReversed().map((axis) => {
    const count = countOrRefuse(axis);
    const index = rest % count;
    rest = Math.floor(rest / count);
    return [axis.field, valueAt(axis, (index + 0.5) / count)] as const;
  });
  return rest > 0 ? undefined : Object.fromEntries(places.toReversed());
}

function countOrRefuse(axis: Axis): number {
  const count = valueCount(axis);
  if (count !== undefined && ("values" in axis.parameter || axis.parameter.scale === "linear")) return count;
  throw new Failure("bad_input", `a grid needs values, or a linear range with a step, for ${axis.field}`, {
    hint: "list values, give a step, or use search: sobol",
  });
}
