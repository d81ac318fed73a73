import * as z from "zod";

/** A 95 % interval. */
export const ScoreInterval = z.strictObject({ low: z.number(), high: z.number() });
export type ScoreInterval = z.infer<typeof ScoreInterval>;
