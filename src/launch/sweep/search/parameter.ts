import type { SweepParameter, SweepSpace, TrialValues } from "../../../domain/sweep.ts";

/** A swept field with its values. */
export type Axis = { field: keyof SweepSpace; parameter: SweepParameter; isWhole: boolean };

/** Fields with integer values. */
const WHOLE = ["loraRank", "loraAlpha", "batchSequences", "accumulationSteps", "sequenceTokens", "seed"];

/** Axes of a search space, sorted by name so that their order in the file does not matter. */
export function axesOf(space: SweepSpace): Axis[] {
  return Object.entries(space)
    .map(([field, parameter]) => ({
      field: field as keyof SweepSpace,
      parameter,
      isWhole: WHOLE.includes(field),
    }))
    .toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

/** Number of values of an axis; undefined for a range without steps. */
export function valueCount({ parameter, isWhole }: Axis): number | undefined {
  if ("values" in parameter) return parameter.values.length;
  const step = parameter.step ?? (isWhole && parameter.scale === "linear" ? 1 : undefined);
  return step === undefined ? undefined : Math.floor((parameter.max - parameter.min) / step + 1e-9) + 1;
}

/** The value at a position along an axis, from 0 to below 1. */
export function valueAt(axis: Axis, place: number): number | string {
  const { parameter, isWhole } = axis;
  const count = valueCount(axis);
  if ("values" in parameter) return parameter.values[Math.min(count! - 1, Math.floor(place * count!))]!;
  const { min, max, scale, step } = parameter;
  if (count !== undefined && scale === "linear") {
    return tidy(min + Math.min(count - 1, Math.floor(place * count)) * (step ?? 1));
  }
  const raw = scale === "log" ? Math.exp(Math.log(min) + place * Math.log(max / min)) : min + place * (max - min);
  const stepped = step === undefined ? raw : min + Math.round((raw - min) / step) * step;
  const value = isWhole ? Math.round(stepped) : tidy(stepped);
  return Math.min(max, Math.max(min, value));
}

/**
 * The position of a value along its axis: the middle of its cell if the axis has cells; undefined if the value is not
 * on the axis.
 */
export function placeOf(axis: Axis, value: number | string): number | undefined {
  const { parameter } = axis;
  const count = valueCount(axis);
  if ("values" in parameter) {
    const index = parameter.values.indexOf(value);
    return index === -1 ? undefined : (index + 0.5) / count!;
  }
  const { min, max, scale, step } = parameter;
  if (typeof value !== "number" || value < min || value > max) return undefined;
  if (count !== undefined && scale === "linear") return (Math.round((value - min) / (step ?? 1)) + 0.5) / count;
  return scale === "log" ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

/** Whether an axis has no order, that is, a choice between words. */
export function isCategory({ parameter }: Axis): boolean {
  return "values" in parameter && parameter.values.some((value) => typeof value === "string");
}

/** Values at a point of the unit cube. */
export function valuesAt(axes: readonly Axis[], point: ArrayLike<number>): TrialValues {
  return Object.fromEntries(axes.map((axis, index) => [axis.field, valueAt(axis, point[index]!)]));
}

/** Rounds to twelve digits, so that a learning rate is not written with the rounding error of its logarithm. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
