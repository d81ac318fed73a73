/** Vectors of texts: from an endpoint, a local model, or spelling alone. */
export { cosine, type Embedder } from "./embedder.ts";
export { type EmbeddingEndpoint, endpointEmbedder } from "./endpoint-embedder.ts";
export { HASHED_NGRAMS, hashedCounts, hashedNgrams } from "./hashed-ngrams.ts";
export { keptVectors } from "./kept-vectors.ts";
export { localModel } from "./local-model.ts";
