import * as z from "zod";

/** Kinds of programme to start from. */
export const TemplateName = z.enum(["support", "contracts", "clinical"]);
export type TemplateName = z.infer<typeof TemplateName>;

/** What a new programme was made of. */
export const InitResult = z.strictObject({
  dir: z.string().describe("Folder of the programme"),
  template: TemplateName.describe("What it started from"),
  written: z.array(z.string()).describe("Files that were written, as paths inside the folder"),
});
export type InitResult = z.infer<typeof InitResult>;
