import * as z from "zod";

const Flop = z.number().positive().nullable();

/** Training compute of a base model as published, estimated or unknown: the denominator of the one-third rule. */
export const BaseCompute = z.strictObject({
  id: z.string().min(1).describe("Base model, as in `org/name`"),
  aliases: z.array(z.string()).describe("Other names of the same pre-training run"),
  derived: z.array(z.string()).describe("Models that their makers trained further from it"),
  derivedSource: z.string().nullable().describe("Where the makers of the derived models say so"),
  paramCount: z.number().positive().describe("Parameters"),
  activeParamCount: z.number().positive().describe("Parameters that a token passes through"),
  pretrainTokens: z.number().positive().nullable().describe("Pre-training tokens; null where not published"),
  lowFlop: Flop.describe("Lowest defensible value: the smaller of published and 6·P·D; the denominator"),
  bestFlop: Flop.describe("Published value, else 6·P·D"),
  highFlop: Flop.describe("Highest estimate, hardware method at 50 % utilisation included: is it a GPAI model?"),
  hardwareFlop: Flop.describe("GPU-hours × peak × 50 %; null where GPU-hours are not published"),
  publishedFlop: Flop.describe("Value that somebody published"),
  systemicRisk: z.enum(["above", "near", "below", "unknown"]).describe("Against the presumption of 10^25 FLOP"),
  source: z.string().min(1).describe("Where parameters, tokens and GPU-hours come from"),
  verification: z
    .enum(["published source", "general knowledge, unchecked"])
    .describe("Whether the source was read when the row was made"),
  licenceFlag: z.string().nullable().describe("What of its licence matters for the duties"),
  note: z.string().describe("Where sources disagree"),
});
export type BaseCompute = z.infer<typeof BaseCompute>;
