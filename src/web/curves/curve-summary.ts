import type { Curves, CurvePoint } from "./curve.ts";

/** Summary of a curve; exact, because a chart keeps the lowest and the highest point of each interval. */
export type CurveSummary = {
  key: string;
  last: CurvePoint;
  /** Undefined if no value is finite. */
  low: CurvePoint | undefined;
  high: CurvePoint | undefined;
};

/** Last, lowest and highest value of each metric. */
export function summaries(curves: Curves): CurveSummary[] {
  return [...curves].flatMap(([key, points]): CurveSummary[] => {
    const last = points.at(-1);
    if (last === undefined) return [];
    const finite = points.filter(([, , value]) => Number.isFinite(value));
    return [{ key, last, low: extreme(finite, (a, b) => a < b), high: extreme(finite, (a, b) => a > b) }];
  });
}

function extreme(
  points: readonly CurvePoint[],
  isBetter: (value: number, best: number) => boolean,
): CurvePoint | undefined {
  let best: CurvePoint | undefined;
  for (const point of points) if (best === undefined || isBetter(point[2], best[2])) best = point;
  return best;
}
