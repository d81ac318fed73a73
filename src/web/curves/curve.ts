/** A point of a curve: step, time in ms, value (maybe NaN or infinite). */
export type CurvePoint = readonly [step: number, time: number, value: number];

/** Curves by the name of their metric. */
export type Curves = ReadonlyMap<string, readonly CurvePoint[]>;
