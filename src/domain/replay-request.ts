import * as z from "zod";

/** Request of `eval replay`. */
export const ReplayRequest = z.strictObject({
  file: z
    .array(z.string().min(1))
    .min(1)
    .describe("Files of production requests with their texts, in a format of `watch import`"),
  out: z.string().min(1).default("replay").describe("Folder of the series, with one version per month"),
  by: z.string().trim().min(1).describe("Name of the person who freezes it"),
  reason: z.string().trim().min(1).default("replay set of the month").describe("Why"),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "Expected a month, as 2026-11")
    .optional()
    .describe("Month of the set, such as 2026-11; default: the current month"),
  size: z.coerce.number().int().min(1000).max(5000).default(2000).describe("Prompts of the set"),
  stratum: z
    .array(z.string().min(1))
    .optional()
    .describe("Field whose values make strata, with dots for one inside; repeat it for combinations; default: model"),
  minPerStratum: z.coerce
    .number()
    .int()
    .min(0)
    .max(500)
    .default(30)
    .describe(
      "Minimum number of prompts from each stratum, if it has as many; the others are distributed in proportion to requests",
    ),
  threshold: z.coerce.number().min(0.1).max(1).default(0.8).describe("Jaccard similarity of near-duplicates"),
  seed: z.coerce.number().int().min(0).default(1).describe("Seed of the draw"),
  keyFile: z
    .string()
    .min(1)
    .optional()
    .describe("File with the key of the surrogates (created if missing, mode 600); default: that of `watch import`"),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** A stratum of a replay set. */
export const ReplayStratum = z.strictObject({
  stratum: z.string().describe("Values of its fields"),
  requests: z.int().min(0).describe("Requests of the traffic"),
  distinct: z.int().min(0).describe("Different prompts"),
  sampled: z.int().min(0).describe("Prompts of the set"),
});
export type ReplayStratum = z.infer<typeof ReplayStratum>;

/** Result of `eval replay`. */
export const ReplaySet = z.strictObject({
  dir: z.string().describe("Folder of the frozen version"),
  month: z.string(),
  digest: z.string(),
  prompts: z.int().min(0),
  requests: z.int().min(0).describe("Requests that were read"),
  from: z.iso.datetime().nullable().describe("Time of the first request"),
  to: z.iso.datetime().nullable().describe("Time of the last request"),
  dropped: z
    .strictObject({
      unreadable: z.int().min(0).describe("Rows that are not a request, or lack a prompt or a time"),
      repeated: z.int().min(0).describe("Prompts that another request has word for word"),
      nearDuplicates: z.int().min(0).describe("Drawn prompts that are similar to another one"),
      personalData: z.int().min(0).describe("Of the drawn prompts, those in which personal data would remain"),
      notDrawn: z.int().min(0).describe("Different prompts that were not drawn"),
    })
    .describe("Every request that is not in the set, by reason"),
  firstProblem: z.string().nullable().describe("Place and reason of the first unreadable row"),
  redacted: z.array(z.strictObject({ entity: z.string(), spans: z.int().min(0) })),
  strata: z.array(ReplayStratum),
  fields: z.array(z.string()).describe("Fields of the strata"),
});
export type ReplaySet = z.infer<typeof ReplaySet>;
