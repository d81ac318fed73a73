import * as z from "zod";

import { TornadoBar } from "./cost.ts";
import { Estimate, Quantity } from "./estimate.ts";
import { CapacityMeasurement, SloCapacity } from "./serve-plan.ts";
import { Day } from "./source.ts";
import { Traffic } from "./traffic.ts";

/** Ways to serve the same traffic. */
export const OptionKind = z.enum([
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

/** What keeps an option from costing less: tokens that are billed, one replica that is not full, the peak, or an idle machine's price. */
export const OptionBound = z.enum(["tokens", "minimum", "peak", "cold-start"]);
export type OptionBound = z.infer<typeof OptionBound>;

/** What an option costs on the traffic, US dollars. */
export const OptionCosts = z.strictObject({
  usdPerMonth: Quantity.describe("A month, all parts together"),
  servingUsdPerMonth: Quantity.describe("Part that is GPUs by the hour, or tokens and fees of a seller"),
  usdPerMtokOutput: Quantity.describe("That over the output tokens of the month, input included in the cost"),
  fixedUsdPerMonth: Quantity.describe(
    "Part that is paid with no traffic at all: least replicas, people, fees, maintenance",
  ),
  marginalUsdPerMtokOutput: Quantity.describe(
    "What more traffic costs per million output tokens: of an API its blended price, of replicas a further one that is as full as the peak allows",
  ),
  idleUsdPerMonth: Quantity.describe(
    "Part of the month that pays for capacity which nobody uses: nights, the distance to the peak, spare replicas",
  ),
  engineerUsdPerMonth: Quantity.describe("Part that is people's time for keeping it up"),
  maintenanceUsdPerMonth: Quantity.describe("Part that is maintenance of a tuned model: evaluation, data, retrains"),
  fallbackUsdPerMonth: Quantity.describe("Part that the baseline is paid for answers that the tuned model cannot give"),
});
export type OptionCosts = z.infer<typeof OptionCosts>;

/** What an option's capacity is, and how much of it is used. */
export const OptionCapacity = z.strictObject({
  replicas: Quantity.describe("Replicas for the peak, spare ones with them"),
  outputTokensPerDay: Quantity.describe("Output tokens per day of all replicas at full load within the SLO"),
  usedShare: Quantity.describe("Of that, what the traffic takes"),
  coldStartRequestsPerMonth: Quantity.nullable().describe(
    "Requests that wait for a cold start; null where replicas never stop",
  ),
});
export type OptionCapacity = z.infer<typeof OptionCapacity>;

/** What an option is worth against the baseline over months. */
export const OptionReturn = z.strictObject({
  usd12Months: Quantity.describe("Cost of twelve months, investment included where it is known, not discounted"),
  usd24Months: Quantity.describe("Cost of 24 months"),
  npv24Months: Quantity.describe("Net present value of choosing it in place of the baseline for 24 months"),
  paybackMonth: Quantity.describe("First month in which what it saves has paid the investment back"),
  neverShare: z.number().nullable().describe("Share of the draws in which it has not by month 60; null where refused"),
});
export type OptionReturn = z.infer<typeof OptionReturn>;

/** The cost of an option at a volume. */
export const VolumeCost = z.strictObject({
  outputTokensPerDay: z.number(),
  p10: z.number().describe("US dollars per million output tokens"),
  p50: z.number(),
  p90: z.number().nullable().describe("Null where the slow end of the capacity keeps no SLO"),
});
export type VolumeCost = z.infer<typeof VolumeCost>;

/** One way to serve the traffic. */
export const ServingOption = z.strictObject({
  id: z.string().describe("Kind, and the seller's model where there is one"),
  kind: OptionKind,
  label: z.string().describe("As people read it"),
  servesTuned: z.boolean().describe("Whether it serves the tuned model; a base model or another one has other quality"),
  costs: OptionCosts,
  capacity: OptionCapacity.nullable().describe("Null where the seller bills by the token"),
  boundBy: OptionBound.nullable().describe("What keeps it from costing less; null where refused"),
  overTime: OptionReturn,
  byVolume: z.array(VolumeCost).describe("US dollars per million output tokens as the volume moves, the same mix"),
  basis: z.array(z.string()).describe("What its figures rest on"),
  notes: z.array(z.string()).describe("What is weak about it or left out of it"),
});
export type ServingOption = z.infer<typeof ServingOption>;

/** From which volume one option is cheaper than another. */
export const BreakEven = z.strictObject({
  option: z.string().describe("Id of the option that is paid by the hour"),
  against: z.string().describe("Id of the one that is paid by the token"),
  outputTokensPerDay: Quantity.describe(
    "Least output tokens per day at which it costs no more; refused where it never does",
  ),
  capacityShare: Quantity.describe("That volume over the capacity of one replica within the SLO, the peak left aside"),
  neverShare: z.number().describe("Share of the draws in which it is dearer at every volume"),
  never: z
    .boolean()
    .describe("With all inputs at their medians, more traffic costs more on it than on the other: no volume pays"),
});
export type BreakEven = z.infer<typeof BreakEven>;

/** The cheapest option over a range of volumes, all inputs at their medians. */
export const WinnerBand = z.strictObject({
  option: z.string().describe("Id of the cheapest"),
  fromOutputTokensPerDay: z.number(),
  toOutputTokensPerDay: z.number(),
  wonShare: z.number().describe("Share of the draws in which it is the cheapest in the middle of the range"),
});
export type WinnerBand = z.infer<typeof WinnerBand>;

/** When an option wins. */
export const WinCondition = z.strictObject({
  option: z.string(),
  condition: z.string().describe("In a sentence"),
  wonShare: z.number().describe("Share of the draws in which it is the cheapest on this traffic"),
});
export type WinCondition = z.infer<typeof WinCondition>;

/** What the comparison takes for granted in addition to traffic and prices. */
export const ComparisonTerms = z.strictObject({
  discountPerYear: z.number().describe("Discount rate per year of the net present value"),
  priceDropPerYear: z.number().describe("How much API prices fall per year"),
  qualityParity: z
    .number()
    .describe("Share of the requests that the tuned model answers as well as the baseline; the rest goes to that"),
  investmentUsd: Quantity.describe("Cost to launch a tuned model"),
  maintenanceUsdPerMonth: Quantity.describe("Maintenance of a tuned model per month, retrains included"),
  engineerHoursPerMonth: Estimate.describe("Hours a month for keeping up replicas of one's own"),
  engineerUsdPerHour: Estimate.describe("Rate of an engineer"),
});
export type ComparisonTerms = z.infer<typeof ComparisonTerms>;

/** Ways to serve the same traffic, side by side. */
export const Comparison = z.strictObject({
  model: z.string().describe("Model of the options that serve one's own weights"),
  gpu: z.string().describe("GPU of these"),
  gpusPerReplica: z.int().describe("GPUs of one replica"),
  on: Day.describe("Day of the prices"),
  traffic: Traffic.describe("The month that every option serves"),
  requests: z
    .strictObject({
      perSec: z.number().describe("Mean rate"),
      inputTokens: z.number().describe("Mean input tokens"),
      outputTokens: z.number().describe("Mean output tokens"),
    })
    .describe("Its requests"),
  capacity: SloCapacity.describe("One replica within the SLO"),
  measured: CapacityMeasurement.nullable().describe("The load test behind that; null where it is an estimate"),
  terms: ComparisonTerms.describe("What is taken for granted"),
  baseline: z.string().describe("Id of the option that savings are counted against: what is used today"),
  options: z.array(ServingOption).describe("Cheapest first on this traffic; those without a price last"),
  winner: z
    .string()
    .nullable()
    .describe("Id of the cheapest on this traffic by the median; null where none has a price"),
  verdict: z.string().describe("The winner and its condition, in a sentence"),
  breakEven: z.array(BreakEven).describe("Each option by the hour against each by the token"),
  winners: z.array(WinnerBand).describe("The cheapest by volume"),
  conditions: z.array(WinCondition).describe("When each option wins"),
  sensitivity: z
    .strictObject({
      option: z.string().describe("Id of the option that is looked at"),
      outcome: z.string().describe("What moves"),
      baseUsd: z.number().describe("With every input at its median (an estimate, not an amount)"),
      bars: z.array(TornadoBar).describe("Largest swing first"),
    })
    .nullable()
    .describe("What moves the saving of one's own GPUs; null where their cost is not known"),
  warnings: z.array(z.string()).describe("What is assumed, weak or missing, in sentences"),
});
export type Comparison = z.infer<typeof Comparison>;
