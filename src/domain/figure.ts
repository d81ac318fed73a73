import * as z from "zod";

import { Source } from "./source.ts";

/**
 * One number of a plan or a report with its chain: a leaf with a source, or a value computed from other figures by a
 * given formula. Ids are dotted paths (`cost.dataset.experts`, `assumption.gpu-hour.h100.spot`), unique in a book.
 */
export const Figure = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-zA-Z0-9._-]*$/)
    .describe("Dotted path, unique within the answer"),
  label: z.string().min(1).describe("Display name"),
  unit: z.string().min(1).describe("Unit of the values"),
  p10: z.number().nullable().describe("Low end; null if unknown"),
  p50: z.number().nullable().describe("Middle; null if unknown"),
  p90: z.number().nullable().describe("High end; null if unknown"),
  formula: z.string().optional().describe("How it is computed from its inputs"),
  inputs: z.array(z.string()).describe("Ids of the figures that it is computed from"),
  source: Source,
  reason: z.string().optional().describe("Why the value is unknown, or why this source was preferred"),
});
export type Figure = z.infer<typeof Figure>;
