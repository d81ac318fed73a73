import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";

/** Options of the stage that drops exact duplicates of earlier rows. */
export const ExactOptions = z.strictObject({
  fields: RowFields.optional().describe("Fields to compare; default: the trained text"),
});
export type ExactOptions = z.infer<typeof ExactOptions>;
