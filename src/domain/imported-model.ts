import * as z from "zod";

import { ModelShape } from "./model-shape.ts";

/** A shape that was read from a config.json. */
export const ImportedModel = z.strictObject({
  shape: ModelShape.describe("The shape"),
  notUnderstood: z.array(z.string()).describe("What of the file was not understood, in sentences"),
  sameShapeAs: z.string().nullable().describe("Model of the catalogue with the same shape; null where none has it"),
});
export type ImportedModel = z.infer<typeof ImportedModel>;
