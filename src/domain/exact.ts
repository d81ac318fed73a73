import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";

/** Options of the stage that drops rows which say what an earlier row says. */
export const ExactOptions = z.strictObject({
  fields: RowFields.optional().describe("Fields that are compared; what is trained on where left out"),
});
export type ExactOptions = z.infer<typeof ExactOptions>;
