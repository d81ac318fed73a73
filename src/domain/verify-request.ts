import * as z from "zod";

/** Request of `data verify`. */
export const VerifyRequest = z.strictObject({
  dir: z
    .array(z.string().min(1))
    .min(1)
    .describe("Folders of frozen versions, or of a series, to check each of its versions"),
  expect: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "Expected a digest: 64 hex digits")
    .optional()
    .describe("Digest that the version must have, as stored elsewhere"),
  diff: z
    .boolean()
    .default(false)
    .describe("Report which rows differ between two versions, after checking that both are unchanged"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that identifies a row, to distinguish changed rows from new ones; default: id, or its words"),
});
export type VerifyRequest = z.infer<typeof VerifyRequest>;
