import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";

/** Options of the stage that drops rows which say what an earlier row says. */
export const ExactOptions = z.strictObject({
  fields: RowFields.optional().describe("Fields that are compared; default: what is trained on"),
});
export type ExactOptions = z.infer<typeof ExactOptions>;
