import * as z from "zod";

import { DIR_FIELD, PRICE_FIELDS } from "./run-request.ts";
import { ServeSpec } from "./serve-spec.ts";
import { PositiveMoney } from "./source.ts";
import { Traffic } from "./traffic.ts";

const {
  rate: _rate,
  concurrency: _concurrency,
  replicas: _replicas,
  prefixHitShare: _hits,
  ...REPLICA
} = ServeSpec.shape;
const { term: _term, ...PRICE } = PRICE_FIELDS;
const Share = z.number().min(0).max(1);

/** Fields of a replica that serves the traffic. The traffic determines its rate and prefix hits. */
export const REPLICA_FIELDS = REPLICA;

/** Request of `plan compare`. */
export const ComparisonRequest = z.strictObject({
  ...DIR_FIELD,
  traffic: z
    .string()
    .min(1)
    .optional()
    .describe("A month of traffic, as plan traffic writes it; a file written by hand needs only two fields"),
  inputTokensPerMonth: Traffic.shape.inputTokensPerMonth.optional(),
  outputTokensPerMonth: Traffic.shape.outputTokensPerMonth.optional(),
  cachedInputShare: Traffic.shape.cachedInputShare,
  batchShare: Traffic.shape.batchShare,
  growthPerMonth: Traffic.shape.growthPerMonth,
  api: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "API models to compare with, as in openai/gpt-4o-mini; repeat the flag or separate them with commas. Savings are relative to the first. Default: today.api of the folder, or three common models, and the cheapest API of a maker for the traffic; savings are then relative to the spend that the folder states",
    ),
  tokenizerRatio: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Tokens of the served model per token of the traffic: a number, or a range as in 0.9-1.2. Default: the traffic file, or a published range for OpenAI's tokenizers",
    ),
  serverlessLora: z
    .string()
    .min(1)
    .optional()
    .describe("Row of the API prices for a host that serves your adapter and bills per token"),
  endpointUsdPerGpuHour: PositiveMoney.optional().describe("Price of a dedicated endpoint per GPU-hour"),
  reservedUsdPerGpuHour: PositiveMoney.optional().describe(
    "Price of reserved GPUs per GPU-hour; default: the price book",
  ),
  serverlessUsdPerGpuHour: PositiveMoney.optional().describe(
    "Price per GPU-hour of replicas that scale to zero; default: the on-demand price",
  ),
  hostingUsdPerHour: PositiveMoney.optional().describe("Fee per hour for keeping a tuned API model deployed"),
  idleSeconds: z.number().min(0).max(86_400).default(300).describe("Idle seconds after which a replica stops"),
  investmentUsd: PositiveMoney.optional().describe("Cost to launch the tuned model; default: from the folder"),
  maintenanceUsdPerMonth: PositiveMoney.optional().describe(
    "Maintenance of the tuned model per month; default: from the folder",
  ),
  engineerHoursPerMonth: z
    .number()
    .min(0)
    .max(10_000)
    .optional()
    .describe("Hours per month for operating your own replicas; default: an assumption"),
  engineerUsdPerHour: PositiveMoney.optional().describe("Hourly rate of an engineer; default: an assumption"),
  qualityParity: Share.gt(0)
    .default(1)
    .describe(
      "Share of the requests that the tuned model answers as well as the baseline; the others are sent to the baseline and paid for",
    ),
  priceDropPerYear: Share.lt(1).default(0).describe("Yearly decline of API prices"),
  discountPerYear: Share.default(0.08).describe("Yearly discount rate of the net present value"),
  ...REPLICA_FIELDS,
  model: ServeSpec.shape.model.optional(),
  ...PRICE,
  measured: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Result of tunewright loadtest --json for one replica: its capacity replaces the estimate. Default: serving.loadTest of the folder",
    ),
  draws: z.int().min(100).max(20_000).default(10_000).describe("Monte Carlo draws"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the draws"),
  html: z.string().min(1).optional().describe("Write an HTML page with the chart of cost by volume to this file"),
});
export type ComparisonRequest = z.infer<typeof ComparisonRequest>;
