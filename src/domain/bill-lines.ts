import * as z from "zod";

import { BillClass } from "./bill.ts";
import { Money } from "./source.ts";

/** A bill that was imported. */
export const BillFile = z.strictObject({
  file: z.string().describe("Name of the file or the invoice"),
  sha256: z.string().describe("Its hash"),
  format: z.string().describe("How it was read"),
  importedAt: z.string().describe("When it was imported, ISO 8601"),
  lines: z.int().describe("Lines"),
  currency: z.string().describe("Currency of its amounts"),
  billed: Money.describe("Sum of BilledCost, in its currency"),
  effective: Money.describe("Sum of EffectiveCost, in its currency"),
  state: z.enum(["posted", "replaced"]).describe("posted: it counts; replaced: a corrected file took its place"),
});

/** Every bill that was imported. */
export const BillFiles = z.strictObject({ files: z.array(BillFile).describe("Newest first") });
export type BillFiles = z.infer<typeof BillFiles>;

/** Which lines of bills are wanted. */
export const BillLinesQuery = z.strictObject({
  file: z.string().optional().describe("Lines of this file"),
  class: BillClass.optional(),
  run: z.string().optional().describe("Lines that were matched to this run; its whole id"),
  place: z.string().optional().describe("Lines of this machine or service"),
  limit: z.int().min(1).max(1_000).default(100).describe("Most lines"),
});
export type BillLinesQuery = z.infer<typeof BillLinesQuery>;

/** Lines of bills that count, the dearest first. */
export const BillLines = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        file: z.string().describe("File that the line is in"),
        line: z.int().describe("Its number there"),
        class: BillClass,
        runId: z.string().nullable().describe("Run that it was matched to, or that is next to it; null for none"),
        why: z.string().describe("Why it is in its class"),
        billed: Money.describe("BilledCost"),
        effective: Money.describe("EffectiveCost"),
        currency: z.string().describe("Currency of the amounts"),
        from: z.string().describe("Start of the charge, ISO 8601"),
        to: z.string().describe("End of the charge, ISO 8601"),
        service: z.string().describe("Service"),
        resource: z.string().nullable().describe("Machine or other resource; null where the bill names none"),
        description: z.string().describe("What was charged, in the seller's words"),
        invoice: z.string().describe("Invoice that it is on; empty where the bill does not say"),
      }),
    )
    .describe("Lines, the dearest first"),
  total: z.int().describe("Lines that match"),
});
export type BillLines = z.infer<typeof BillLines>;
