import * as z from "zod";

import { Money } from "./source.ts";

/** Maximum number of calls per request. */
export const MOST_CALLS = 1000;

/** A paid model call. */
export const PaidCall = z.strictObject({
  key: z.string().min(1).max(200).describe("Identity of the call in its file of answers"),
  response: z.string().min(1).max(200).optional().describe("Id that the endpoint assigned to its answer"),
  model: z.string().min(1).max(200).optional().describe("Model of this call; default: that of the request"),
  usd: Money.describe("US dollars"),
  on: z.iso.date().optional().describe("Day of the answer; default: today"),
});
export type PaidCall = z.infer<typeof PaidCall>;

/** Calls of one model for one purpose. */
export const PaidCalls = z.strictObject({
  purpose: z
    .string()
    .regex(/^[\w.-]{1,160}(?:\/[\w.-]{1,200}){0,4}$/)
    .describe("What was paid for, which names the account: synthesis/faq"),
  activity: z.enum(["data", "evaluation"]).describe("Activity that bears the cost"),
  model: z.string().min(1).max(200).describe("Model that was asked"),
  calls: z.array(PaidCall).min(1).max(MOST_CALLS).describe("Calls; those that the ledger contains are skipped"),
});
export type PaidCalls = z.infer<typeof PaidCalls>;

/** Result of posting calls. */
export const PaidCallsPosted = z.strictObject({
  entries: z.int().min(0).describe("Entries that were added: one per call"),
  addedUsd: Money.describe("US dollars that were added"),
  totalUsd: Money.describe("US dollars in the ledger for this purpose"),
});
export type PaidCallsPosted = z.infer<typeof PaidCallsPosted>;
