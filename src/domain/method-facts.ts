import * as z from "zod";

import { MethodId } from "./method.ts";
import { DataPlan, Requirements, Task, TodayPlan } from "./programme.ts";
import { PositiveMoney } from "./source.ts";

const { kind, goals, narrow, classes, verifiableReward, changesTokenizer, factsChange } = Task.shape;
const { preferencePairs, corpusTokens, personalData } = DataPlan.shape;
const { latencyMsP95, apiAllowed, residency } = Requirements.shape;

/** Thresholds of the rules, which a programme may override; the defaults are those of the article of 26 May 2026. */
export const MethodLimits = z
  .strictObject({
    tuneFromUsdPerMonth: PositiveMoney.default("5000").describe("Below this monthly spend: do not fine-tune"),
    broadFromUsdPerMonth: PositiveMoney.default("25000").describe("Below this monthly spend: only a narrow task"),
    instructionRows: z.int().min(1).default(1000).describe("Minimum number of rows for instructions, style and format"),
    answerRows: z.int().min(1).default(5000).describe("Minimum number of rows for question answering in a domain"),
    classRows: z.int().min(1).default(2000).describe("Minimum number of rows per class; for extraction, rows in total"),
  })
  .describe("Thresholds of the rules");
export type MethodLimits = z.infer<typeof MethodLimits>;

/** A method whose estimated memory exceeds the allowed GPUs. */
const Misfit = z.strictObject({
  method: MethodId,
  fleet: z.string().describe("The fleet, such as `2 × RTX-4090`"),
  needs: z.string().describe("Required GiB per GPU, as a range"),
  capacityGib: z.number().positive().describe("GiB of one GPU"),
  smallest: z
    .string()
    .nullable()
    .describe("The smallest fleet on which it fits; null if none that was tried is sufficient"),
});
/** A method that does not fit. */
export type Misfit = z.infer<typeof Misfit>;

/** Input of the method choice. The rules in `plan/method/method-rules.ts` are predicates over it. */
export const MethodFacts = z
  .strictObject({
    kind,
    goals,
    narrow,
    classes,
    verifiableReward,
    changesTokenizer,
    factsChange,
    rows: z.int().min(0).default(0).describe("Training rows: prompts with answers"),
    meanTokens: z.number().positive().optional().describe("Mean tokens per row"),
    preferencePairs,
    corpusTokens,
    personalData,
    latencyMsP95,
    apiAllowed,
    residency,
    apiUsdPerMonth: TodayPlan.shape.apiUsdPerMonth,
    laborUsdPerMonth: TodayPlan.shape.laborUsdPerMonth,
    isListPrice: z
      .boolean()
      .default(false)
      .describe("True if apiUsdPerMonth is the list price of the traffic, because no spend is stated"),
    model: z.string().min(1).describe("Base model, for messages"),
    paramCount: z.number().positive().describe("Parameters of the base model"),
    activeParamCount: z.number().positive().describe("Parameters that are active per token"),
    fleetMemoryGib: z
      .number()
      .positive()
      .optional()
      .describe("Total memory of the available GPUs, GiB; default: any fleet that can be rented"),
    misfits: z.array(Misfit).default([]).describe("Methods whose estimate exceeds the allowed GPUs"),
    limits: MethodLimits.prefault({}),
  })
  .describe("Facts for the method choice");
export type MethodFacts = z.infer<typeof MethodFacts>;
/** Facts as given, before defaults. */
export type MethodFactsInput = z.input<typeof MethodFacts>;
