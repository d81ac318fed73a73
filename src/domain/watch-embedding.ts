import * as z from "zod";

import { EmbeddingSource } from "./embedding-source.ts";

/** `watch/embedding.yaml`: the model that converts the prompts of imported requests to vectors. */
export const WatchEmbedding = z.strictObject({
  version: z.literal(1),
  source: EmbeddingSource.describe("An endpoint (url, model) or a local model (folder)"),
  share: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("Share of the requests that get a vector, by a hash of their id; the distance of prompts takes those"),
});
export type WatchEmbedding = z.infer<typeof WatchEmbedding>;
