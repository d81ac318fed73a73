import * as z from "zod";

import { RowFields } from "./dataset-profile.ts";

/** Options of the stage that drops rows that cannot be trained on. */
export const TrainableOptions = z.strictObject({
  fields: RowFields.optional().describe("Fields to train on; default: recognised"),
});
export type TrainableOptions = z.infer<typeof TrainableOptions>;
