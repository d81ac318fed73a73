import * as z from "zod";

import { Day } from "./source.ts";

/** A dated statement by one source about the end of a model. Sources that disagree have one row each. */
export const ModelLifecycle = z.strictObject({
  modelId: z.string().min(1).describe("Hub id, or the id at the provider"),
  provider: z.string().min(1).describe("Provider that runs it; the Hub organisation for open weights"),
  kind: z
    .enum(["training", "deployment", "api", "superseded", "none-published"])
    .describe(
      "training: no new tuning jobs from this day. deployment: tuned models stop answering. api: the model itself stops answering. superseded: its maker released a successor of similar size",
    ),
  date: z
    .string()
    .regex(/^(\d{4}-\d{2}(-\d{2})?)?$/)
    .describe("Day, or month for superseded; empty if none is published"),
  readOn: Day.describe("Day on which the source was read"),
  source: z.string().min(1),
  note: z.string(),
  successor: z.string().nullable().describe("Model that supersedes it; null for other kinds"),
  line: z.int().min(1).describe("Line in the catalogue file"),
});
export type ModelLifecycle = z.infer<typeof ModelLifecycle>;
