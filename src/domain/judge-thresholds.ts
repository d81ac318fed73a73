import * as z from "zod";

/** Thresholds that a judge must reach before its scores may be used for decisions. */
export const JudgeThresholds = z.strictObject({
  minLabels: z.int().min(1).default(200).describe("Minimum number of human labels"),
  minKappa: z.number().min(-1).max(1).default(0.4).describe("Lower end of the interval of kappa"),
  minSensitivity: z.number().min(0).max(1).default(0.6).describe("Lower end of the interval of the sensitivity"),
  minSpecificity: z.number().min(0).max(1).default(0.6).describe("Lower end of the interval of the specificity"),
  maxFlipRate: z.number().min(0).max(1).default(0.2).describe("Largest share of verdicts that change with the order"),
  maxUnparsable: z.number().min(0).max(1).default(0.01).describe("Largest share of answers without a verdict"),
});
export type JudgeThresholds = z.infer<typeof JudgeThresholds>;
