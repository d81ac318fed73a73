import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** What may be done in the place of the programme, and what it costs for the same traffic. */
export const Alternative = z.strictObject({
  id: z
    .enum(["nothing", "list-price", "cheapest-api", "open-weight-host", "prompting"])
    .describe(
      "Keep what is used today; the same at its list price; another API; a host of the open model; prompts alone",
    ),
  label: z.string().describe("The same in words, with its seller"),
  launchUsd: Quantity.describe("Cost before it serves, US dollars"),
  usdPerMonth: Quantity.describe("A month for the same traffic, US dollars"),
  usd24Months: Quantity.describe("Both together over 24 months, not discounted, US dollars"),
  isAllowed: z.boolean().describe("False where the programme rules an outside API out"),
  note: z.string().describe("What it rests on, and what it leaves open"),
});
export type Alternative = z.infer<typeof Alternative>;

/** The alternatives of a programme next to its own cost over the same months. */
export const Alternatives = z.strictObject({
  own24Months: Quantity.describe(
    "The programme: cost to launch, and 24 months of serving, people and maintenance, US dollars",
  ),
  options: z.array(Alternative).describe("Nothing, the list price, other sellers, prompts alone"),
  best: z
    .string()
    .nullable()
    .describe("Id of the cheapest that is allowed and known, prompts alone left out; null where none is"),
  findings: z.array(z.string()).describe("What contradicts itself: a stated spend that is far from the list price"),
});
export type Alternatives = z.infer<typeof Alternatives>;
