import * as z from "zod";

import { TornadoBar } from "./cost.ts";
import { Estimate, Quantity } from "./estimate.ts";
import { CapacityMeasurement, SloCapacity } from "./serve-plan.ts";
import { Day } from "./source.ts";
import { TodaysCost } from "./todays-cost.ts";
import { Traffic } from "./traffic.ts";

/** Ways to serve the same traffic. */
export const OptionKind = z.enum([
  "today",
  "api",
  "fine-tuned-api",
  "open-weight-host",
  "serverless-lora",
  "dedicated-endpoint",
  "own-on-demand",
  "own-reserved",
  "scale-to-zero",
]);
export type OptionKind = z.infer<typeof OptionKind>;

/**
 * Cost driver of an option: billed tokens, a single underused replica, the peak, the price of idle machines, or nothing
 * because the programme gives the cost.
 */
export const OptionBound = z.enum(["tokens", "minimum", "peak", "cold-start", "stated"]);
export type OptionBound = z.infer<typeof OptionBound>;

/** Cost of an option for the traffic, in US dollars. */
export const OptionCosts = z.strictObject({
  usdPerMonth: Quantity.describe("Per month, all parts"),
  servingUsdPerMonth: Quantity.describe("Part for GPUs by the hour, or for tokens and fees of a seller"),
  usdPerMtokOutput: Quantity.describe("Cost of the month per million output tokens; the cost includes input"),
  fixedUsdPerMonth: Quantity.describe(
    "Part that is due without any traffic: minimum replicas, people, fees, maintenance",
  ),
  marginalUsdPerMtokOutput: Quantity.describe(
    "Cost of additional traffic per million output tokens: for an API its blended price, for replicas one more replica, as full as the peak allows",
  ),
  idleUsdPerMonth: Quantity.describe(
    "Part of the month that pays for unused capacity: nights, the distance to the peak, spare replicas",
  ),
  engineerUsdPerMonth: Quantity.describe(
    "Part for people: those who operate it, and the labour of today where it stays",
  ),
  maintenanceUsdPerMonth: Quantity.describe("Part for maintenance of a tuned model: evaluation, data, retraining"),
  fallbackUsdPerMonth: Quantity.describe("Part paid to the baseline for requests that the tuned model cannot answer"),
});
export type OptionCosts = z.infer<typeof OptionCosts>;

/** Capacity of an option, and the share that is used. */
export const OptionCapacity = z.strictObject({
  replicas: Quantity.describe("Replicas for the peak, including spare ones"),
  outputTokensPerDay: Quantity.describe("Output tokens per day of all replicas at full load within the SLO"),
  usedShare: Quantity.describe("Share of that capacity used by the traffic"),
  coldStartRequestsPerMonth: Quantity.nullable().describe(
    "Requests that wait for a cold start; null if replicas never stop",
  ),
});
export type OptionCapacity = z.infer<typeof OptionCapacity>;

/** Value of an option relative to the baseline. */
export const OptionReturn = z.strictObject({
  usd12Months: Quantity.describe("Cost of twelve months, including investment if it is known, not discounted"),
  usd24Months: Quantity.describe("Cost of 24 months"),
  npv24Months: Quantity.describe("Net present value over 24 months, relative to the baseline"),
  paybackMonth: Quantity.describe("First month in which savings have paid back the investment"),
  neverShare: z.number().nullable().describe("Share of the draws without payback by month 60; null if refused"),
});
export type OptionReturn = z.infer<typeof OptionReturn>;

/** The cost of an option at a volume. */
export const VolumeCost = z.strictObject({
  outputTokensPerDay: z.number(),
  p10: z.number().describe("US dollars per million output tokens"),
  p50: z.number(),
  p90: z.number().nullable().describe("Null if the slow end of the capacity does not meet the SLO at any rate"),
});
export type VolumeCost = z.infer<typeof VolumeCost>;

/** One way to serve the traffic. */
export const ServingOption = z.strictObject({
  id: z.string().describe("Kind of option, with the seller's model if there is one"),
  kind: OptionKind,
  label: z.string().describe("Display name"),
  servesTuned: z.boolean().describe("Whether it serves the tuned model; other models differ in quality"),
  ruledOutBy: z
    .string()
    .nullable()
    .describe("Requirement of the programme that rules it out, so that it cannot win; null if it is allowed"),
  costs: OptionCosts,
  capacity: OptionCapacity.nullable().describe("Null if the seller bills by the token"),
  boundBy: OptionBound.nullable().describe("What drives its cost; null if refused"),
  overTime: OptionReturn,
  byVolume: z.array(VolumeCost).describe("US dollars per million output tokens by volume, for the same mix"),
  basis: z.array(z.string()).describe("Basis of its figures"),
  notes: z.array(z.string()).describe("Weak or missing inputs"),
});
export type ServingOption = z.infer<typeof ServingOption>;

/** Volume above which one option is cheaper than another. */
export const BreakEven = z.strictObject({
  option: z.string().describe("Id of the option paid by the hour"),
  against: z.string().describe("Id of the option paid by the token"),
  outputTokensPerDay: Quantity.describe(
    "Smallest number of output tokens per day at which it costs no more; refused if there is none",
  ),
  capacityShare: Quantity.describe(
    "That volume divided by the capacity of one replica within the SLO, ignoring the peak",
  ),
  neverShare: z.number().describe("Share of the draws in which it is more expensive at every volume"),
  never: z
    .boolean()
    .describe(
      "With all inputs at their medians, additional traffic costs more on it than on the other, so no volume pays off",
    ),
});
export type BreakEven = z.infer<typeof BreakEven>;

/** Cheapest option over a range of volumes, with all inputs at their medians. */
export const WinnerBand = z.strictObject({
  option: z.string().describe("Id of the cheapest option"),
  fromOutputTokensPerDay: z.number(),
  toOutputTokensPerDay: z.number(),
  wonShare: z.number().describe("Share of the draws in which it is the cheapest at the middle of the range"),
});
export type WinnerBand = z.infer<typeof WinnerBand>;

/** Conditions under which an option wins. */
export const WinCondition = z.strictObject({
  option: z.string(),
  condition: z.string().describe("The condition in one sentence"),
  wonShare: z.number().describe("Share of the draws in which it is the cheapest for this traffic"),
});
export type WinCondition = z.infer<typeof WinCondition>;

/** Inputs of the comparison other than traffic and prices. */
export const ComparisonTerms = z.strictObject({
  discountPerYear: z.number().describe("Yearly discount rate of the net present value"),
  priceDropPerYear: z.number().describe("Yearly decline of API prices"),
  qualityParity: z
    .number()
    .describe(
      "Share of the requests that the tuned model answers as well as the baseline; the others are sent to the baseline",
    ),
  investmentUsd: Quantity.describe("Cost to launch a tuned model"),
  maintenanceUsdPerMonth: Quantity.describe("Maintenance of a tuned model per month, including retraining"),
  engineerHoursPerMonth: Estimate.describe("Hours per month for operating your own replicas"),
  engineerUsdPerHour: Estimate.describe("Hourly rate of an engineer"),
});
export type ComparisonTerms = z.infer<typeof ComparisonTerms>;

/** Ways to serve the same traffic, compared. */
export const Comparison = z.strictObject({
  model: z.string().describe("Model of the options that serve your own weights"),
  gpu: z.string().describe("GPU of these options"),
  gpusPerReplica: z.int().describe("GPUs of one replica"),
  on: Day.describe("Day of the prices"),
  traffic: Traffic.describe("The month that every option serves"),
  requests: z
    .strictObject({
      perSec: z.number().describe("Mean request rate"),
      inputTokens: z.number().describe("Mean input tokens"),
      outputTokens: z.number().describe("Mean output tokens"),
    })
    .describe("Requests of one replica"),
  capacity: SloCapacity.describe("Capacity of one replica within the SLO"),
  measured: CapacityMeasurement.nullable().describe("The load test behind the capacity; null if it is estimated"),
  terms: ComparisonTerms.describe("Inputs of the comparison"),
  baseline: z.string().describe("Id of the option that savings are relative to: the current one"),
  today: TodaysCost.nullable().describe("What today costs, as in the payback; null if it is not that of this traffic"),
  options: z
    .array(ServingOption)
    .describe("Cheapest first for this traffic, then those that a requirement rules out, then those without a price"),
  winner: z
    .string()
    .nullable()
    .describe("Id of the cheapest allowed option for this traffic by the median; null if none has a price"),
  verdict: z.string().describe("The winner and its condition in one sentence"),
  breakEven: z.array(BreakEven).describe("Each hourly option compared with each per-token option"),
  winners: z.array(WinnerBand).describe("Cheapest option by volume"),
  conditions: z.array(WinCondition).describe("When each option wins"),
  sensitivity: z
    .strictObject({
      option: z.string().describe("Id of the option"),
      outcome: z.string().describe("The quantity that changes"),
      baseUsd: z.number().describe("With every input at its median (an estimate, not an amount)"),
      bars: z.array(TornadoBar).describe("Largest swing first"),
    })
    .nullable()
    .describe("What drives the saving of your own GPUs; null if their cost is unknown"),
  warnings: z.array(z.string()).describe("Assumptions, weak inputs and missing inputs, in sentences"),
});
export type Comparison = z.infer<typeof Comparison>;
