import * as z from "zod";

/** Options of the stage that caps the share of synthetic rows. */
export const SyntheticOptions = z.strictObject({
  maxShare: z
    .number()
    .min(0)
    .lt(1)
    .describe("Largest share of synthetic rows among the rows that pass: 0.5 allows as many as there are other rows"),
  sources: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Files whose rows are all synthetic, in addition to those with generated: true or origin: synthetic in data.files. In other files, rows with the field synthetic or generated_by are synthetic",
    ),
});
export type SyntheticOptions = z.infer<typeof SyntheticOptions>;
