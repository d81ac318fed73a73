import * as z from "zod";

import { ModelShape } from "./model-shape.ts";

/** A shape that was read from a config.json. */
export const ImportedModel = z.strictObject({
  shape: ModelShape.describe("The shape"),
  notUnderstood: z.array(z.string()).describe("Parts of the file that were not understood, in sentences"),
  sameShapeAs: z.string().nullable().describe("Catalogue model with the same shape; null if there is none"),
});
export type ImportedModel = z.infer<typeof ImportedModel>;
