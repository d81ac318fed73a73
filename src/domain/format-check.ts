import * as z from "zod";

/** Verdict on a file that other tools read by its format. */
export const FormatCheck = z.strictObject({
  file: z.string().describe("File next to the papers"),
  format: z.string().describe("Format, with its version"),
  checkedBy: z.string().describe("Who checked it, and what was checked"),
  problems: z.array(z.string()).describe("Required fields that are missing or not valid; empty if the check passed"),
});
export type FormatCheck = z.infer<typeof FormatCheck>;
