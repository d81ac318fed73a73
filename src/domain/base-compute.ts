import * as z from "zod";

const Flop = z.number().positive().nullable();

/** Training compute of a base model: published, estimated or unknown. It is the denominator of the one-third rule. */
export const BaseCompute = z.strictObject({
  id: z.string().min(1).describe("Base model, such as `org/name`"),
  aliases: z.array(z.string()).describe("Other names of the same pre-training run"),
  derived: z.array(z.string()).describe("Models that their makers trained further from this one"),
  derivedSource: z.string().nullable().describe("Where the makers of the derived models state this"),
  paramCount: z.number().positive().describe("Parameters"),
  activeParamCount: z.number().positive().describe("Parameters that are active per token"),
  pretrainTokens: z.number().positive().nullable().describe("Pre-training tokens; null if not published"),
  lowFlop: Flop.describe("Lowest defensible value: the smaller of published and 6·P·D; the denominator"),
  bestFlop: Flop.describe("Published value; otherwise 6·P·D"),
  highFlop: Flop.describe(
    "Highest estimate, including the hardware method at 50 % utilisation; decides whether it is a GPAI model",
  ),
  hardwareFlop: Flop.describe("GPU-hours × peak × 50 %; null if GPU-hours are not published"),
  publishedFlop: Flop.describe("Published value"),
  systemicRisk: z
    .enum(["above", "near", "below", "unknown"])
    .describe("Compared with the presumption threshold of 10^25 FLOP"),
  source: z.string().min(1).describe("Source of parameters, tokens and GPU-hours"),
  verification: z
    .enum(["published source", "general knowledge, unchecked"])
    .describe("Whether the source was read when the row was written"),
  licenceFlag: z.string().nullable().describe("Licence terms that matter for the duties"),
  note: z.string().describe("Where sources disagree"),
});
export type BaseCompute = z.infer<typeof BaseCompute>;
