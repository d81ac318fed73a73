import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** An alternative to the programme and its cost for the same traffic. */
export const Alternative = z.strictObject({
  id: z
    .enum(["nothing", "list-price", "cheapest-api", "open-weight-host", "prompting"])
    .describe(
      "current: the API in use; list-price: the same model at its list price; another API; a host of the open model; or prompting alone",
    ),
  label: z.string().describe("Description, with the seller"),
  launchUsd: Quantity.describe("Cost before it serves, US dollars"),
  usdPerMonth: Quantity.describe("Cost per month for the same traffic, US dollars"),
  usd24Months: Quantity.describe("Both over 24 months, not discounted, US dollars"),
  isAllowed: z.boolean().describe("False if a requirement of the programme rules it out"),
  ruledOutBy: z
    .string()
    .nullable()
    .default(null)
    .describe("Requirement that rules it out, as in `plan compare`; null if it is allowed"),
  note: z.string().describe("Basis of the figures, and what they do not cover"),
});
export type Alternative = z.infer<typeof Alternative>;

/** The alternatives to a programme, compared with its own cost over the same months. */
export const Alternatives = z.strictObject({
  own24Months: Quantity.describe(
    "The programme: cost to launch, and 24 months of serving, people and maintenance, US dollars",
  ),
  options: z.array(Alternative).describe("Current use, list price, other sellers, prompting alone"),
  best: z
    .string()
    .nullable()
    .describe("Id of the cheapest allowed alternative with a known cost; null if there is none"),
  findings: z.array(z.string()).describe("Contradictions, such as a stated spend that is far from the list price"),
});
export type Alternatives = z.infer<typeof Alternatives>;
