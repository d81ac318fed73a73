import * as z from "zod";

/** What `plan check` is asked. */
export const EstimateCheckRequest = z.strictObject({
  kind: z.enum(["training", "serving"]).describe("What was measured"),
  file: z.string().min(1).describe("CSV of measurements; of serving also the JSON of a load test"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Also write a page: parity plots, residuals by source and cell, the worst rows"),
});
export type EstimateCheckRequest = z.infer<typeof EstimateCheckRequest>;
