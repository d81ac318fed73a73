import * as z from "zod";

/** What `data verify` is asked. */
export const VerifyRequest = z.strictObject({
  dir: z
    .array(z.string().min(1))
    .min(1)
    .describe("Folders of frozen versions, or of a series: then each of its versions"),
  expect: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "Expected a digest: 64 hex digits")
    .optional()
    .describe("Digest that the version must have, as it was kept elsewhere"),
  diff: z
    .boolean()
    .default(false)
    .describe("Say which rows differ between two versions, once both are as they were frozen"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that identifies a row, to tell changed rows from new ones; default: id, or its words"),
});
export type VerifyRequest = z.infer<typeof VerifyRequest>;
