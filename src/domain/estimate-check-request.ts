import * as z from "zod";

/** Request of `plan check`. */
export const EstimateCheckRequest = z.strictObject({
  kind: z.enum(["training", "serving"]).describe("Measured quantity"),
  file: z.string().min(1).describe("CSV of measurements; for serving also the JSON of a load test"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Also write an HTML page: parity plots, residuals by source and cell, the worst rows"),
});
export type EstimateCheckRequest = z.infer<typeof EstimateCheckRequest>;
