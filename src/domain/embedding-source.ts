import * as z from "zod";

import { JudgeEndpoint } from "./judge.ts";

const { url, model, keyEnv, maxUsd, usdPerMtokInput, free, concurrency, timeoutSec } = JudgeEndpoint.shape;

/** Source of vectors for texts: an endpoint, a model in a folder, or neither, which compares only spellings. */
export const EmbeddingSource = z
  .strictObject({
    url: url.optional(),
    model: model.optional(),
    keyEnv,
    maxUsd: maxUsd.describe("Largest cost of the vectors, US dollars; a request that could exceed it is not sent"),
    usdPerMtokInput,
    free,
    concurrency,
    timeoutSec,
    folder: z
      .string()
      .min(1)
      .optional()
      .describe("In place of an endpoint: folder of a model that was exported to ONNX, with its tokenizer"),
  })
  .refine(
    (source) => (source.url === undefined) === (source.model === undefined),
    "expected url and model together, or neither",
  )
  .refine((source) => source.url === undefined || source.folder === undefined, "expected url or folder, not both");
export type EmbeddingSource = z.infer<typeof EmbeddingSource>;
