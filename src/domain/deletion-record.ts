import * as z from "zod";

/** A deletion that a command carried out: what, how much, where, when. It names no person and no deleted content. */
export const Deletion = z.strictObject({
  at: z.iso.datetime().describe("When it was completed, UTC"),
  command: z.enum(["watch forget", "gc", "gc --deleted-runs"]).describe("Command that deleted"),
  what: z.string().describe("What was deleted, with counts"),
  where: z.array(z.string()).describe("Places from which it was deleted, the first 1,000"),
  identifiersSha256: z
    .string()
    .describe("SHA-256 over the sorted identifiers of what was deleted, so that a list of them can be compared"),
  notReached: z.array(z.string()).describe("Copies that the command does not delete"),
});
export type Deletion = z.infer<typeof Deletion>;

/** A line of `deletions.jsonl`: it contains the hash of the line before, so that a removed or changed line is found. */
export const DeletionLine = Deletion.extend({
  previous: z.string().nullable().describe("SHA-256 of the line before; null for the first"),
});
export type DeletionLine = z.infer<typeof DeletionLine>;
