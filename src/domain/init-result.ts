import * as z from "zod";

/** Kinds of programme templates. */
export const TemplateName = z.enum(["support", "contracts", "clinical"]);
export type TemplateName = z.infer<typeof TemplateName>;

/** Result of creating a programme. */
export const InitResult = z.strictObject({
  dir: z.string().describe("Folder of the programme"),
  template: TemplateName.describe("Template"),
  written: z.array(z.string()).describe("Files that were written, as paths inside the folder"),
});
export type InitResult = z.infer<typeof InitResult>;
