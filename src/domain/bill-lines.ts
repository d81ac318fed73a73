import * as z from "zod";

import { BillClass } from "./bill.ts";
import { Money } from "./source.ts";

/** An imported bill. */
export const BillFile = z.strictObject({
  file: z.string().describe("Name of the file or the invoice"),
  sha256: z.string().describe("Its hash"),
  format: z.string().describe("Format that it was read as"),
  importedAt: z.string().describe("When it was imported, ISO 8601"),
  lines: z.int().describe("Lines"),
  currency: z.string().describe("Currency of its amounts"),
  billed: Money.describe("Sum of BilledCost, in its currency"),
  effective: Money.describe("Sum of EffectiveCost, in its currency"),
  state: z.enum(["posted", "replaced"]).describe("posted: the bill counts; replaced: a corrected file replaced it"),
});

/** All imported bills. */
export const BillFiles = z.strictObject({ files: z.array(BillFile).describe("Newest first") });
export type BillFiles = z.infer<typeof BillFiles>;

/** Filter for bill lines. */
export const BillLinesQuery = z.strictObject({
  file: z.string().optional().describe("Lines of this file"),
  class: BillClass.optional(),
  run: z.string().optional().describe("Lines matched to this run, by its full id"),
  place: z.string().optional().describe("Lines of this machine or service"),
  limit: z.int().min(1).max(1_000).default(100).describe("Maximum number of lines"),
});
export type BillLinesQuery = z.infer<typeof BillLinesQuery>;

/** Active bill lines, most expensive first. */
export const BillLines = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        file: z.string().describe("File with the line"),
        line: z.int().describe("Number of the line in the file"),
        class: BillClass,
        runId: z
          .string()
          .nullable()
          .describe("Run that the line was matched to, or that is closest to it; null if none"),
        why: z.string().describe("Why the line has its class"),
        billed: Money.describe("BilledCost"),
        effective: Money.describe("EffectiveCost"),
        currency: z.string().describe("Currency of the amounts"),
        from: z.string().describe("Start of the charge, ISO 8601"),
        to: z.string().describe("End of the charge, ISO 8601"),
        service: z.string().describe("Service"),
        resource: z.string().nullable().describe("Machine or other resource; null if the bill names none"),
        description: z.string().describe("What was charged, in the seller's words"),
        invoice: z.string().describe("Invoice number; empty if the bill does not state one"),
      }),
    )
    .describe("Lines, most expensive first"),
  total: z.int().describe("Number of lines that match"),
});
export type BillLines = z.infer<typeof BillLines>;
