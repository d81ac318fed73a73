import * as z from "zod";

import { LIMITS } from "./limits.ts";
import { DataPlan, Requirements, Task, TodayPlan, TrainingPlan } from "./programme.ts";

const { kind, goals, classes, verifiableReward, changesTokenizer, factsChange } = Task.shape;
const { meanTokens, preferencePairs, corpusTokens, personalData } = DataPlan.shape;
const { latencyMsP95, residency } = Requirements.shape;
const { apiUsdPerMonth, laborUsdPerMonth } = TodayPlan.shape;
const { gpu, gpuCount, sequenceTokens, epochs } = TrainingPlan.shape;

/** Request of `plan method`: facts by themselves, or facts that override those of a programme. */
export const MethodQuestion = z.strictObject({
  task: optional(kind),
  goals: optional(goals),
  broad: z.boolean().default(false).describe("A general assistant, not one narrow task"),
  classes,
  model: z.string().min(1).optional().describe("Base model: Hub id, alias, or path of a config.json"),
  rows: z.int().min(0).max(LIMITS.rows).optional().describe("Training rows: prompts with answers"),
  meanTokens: meanTokens.describe("Mean tokens per row"),
  preferencePairs: optional(preferencePairs),
  corpusTokens: optional(corpusTokens),
  verifiableReward,
  changesTokenizer,
  factsChange,
  personalData: optional(personalData),
  apiUsdPerMonth: apiUsdPerMonth.describe("Spend per month on the API that the model would replace"),
  laborUsdPerMonth: laborUsdPerMonth.describe("Other cost per month that it would save"),
  latencyMsP95,
  apiForbidden: z.boolean().default(false).describe("Data must not go to an outside API"),
  residency: optional(residency),
  gpu: gpu.describe("Available GPU; default: any in the price book"),
  gpuCount: gpuCount.describe("Number of available GPUs"),
  sequenceTokens: optional(sequenceTokens),
  epochs,
});
export type MethodQuestion = z.infer<typeof MethodQuestion>;

/** The field without its default, to distinguish a given value from an absent one. */
function optional<Schema extends z.ZodType>(schema: Schema | z.ZodDefault<Schema>): z.ZodOptional<Schema> {
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return inner.optional().describe(schema.description ?? "");
}
