import { dirname, join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { sha256 } from "../../base/hash.ts";
import { hashFile } from "../../base/hash-file.ts";
import { keyIn } from "../../base/secret.ts";
import type { EmbeddingSource } from "../../domain/embedding-source.ts";
import { type Embedder, endpointEmbedder, hashedNgrams, keptVectors, localModel } from "../../llm/embed/index.ts";
import { fileExists, modelFiles } from "../../llm/onnx/model-folder.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { modelPrice } from "./model-price.ts";

/** Context for opening an embedder. */
export type EmbedderSurroundings = {
  /** Programme folder. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Location of the source in the file, for messages: `scorers.2.embedding`. */
  place: string;
  /** File of paid vectors. */
  journal?: string | undefined;
  /** Folder of vectors that are kept for all later texts; default: none are. */
  kept?: string | undefined;
  firstWaitMs?: number | undefined;
};

/**
 * The embedder that a source names: its endpoint, its model in a folder of the programme, or hashed n-grams without
 * either.
 *
 * @throws Failure bad_input or not_found if key, price or model is missing; outside without ONNX Runtime
 */
export async function openEmbedder(
  source: EmbeddingSource,
  { dir, env, now, place, journal, kept, firstWaitMs }: EmbedderSurroundings,
): Promise<Embedder> {
  const { url, model, folder, keyEnv, maxUsd, concurrency, timeoutSec, free, usdPerMtokInput } = source;
  if (folder !== undefined)
    return storedModel(dirname(await resolveInside(dir, join(folder, "config.json"))), { folder, kept });
  if (url === undefined || model === undefined) return hashedNgrams();
  const output = usdPerMtokInput === undefined ? undefined : "0.01"; // a vector has no output tokens
  const embedder = endpointEmbedder({
    endpoint: { url, model, key: keyIn(env, { name: keyEnv, flag: `${place}.keyEnv` }) },
    limits: { concurrency, timeoutMs: timeoutSec * 1000, firstWaitMs },
    price: await modelPrice({ model, free, usdPerMtokInput, usdPerMtokOutput: output }, { dir, now: now(), place }),
    spendCapUsd: maxUsd,
    journal,
    now,
  });
  if (kept === undefined) return embedder;
  return keptVectors(embedder, join(kept, `${sha256(`${url}\n${model}`).slice(0, 16)}.jsonl`));
}

/** A local model whose vectors are kept under the hash of its files: another model in the same folder shares none. */
async function storedModel(
  path: string,
  { folder, kept }: { folder: string; kept: string | undefined },
): Promise<Embedder> {
  const embedder = await localModel(path, folder);
  if (kept === undefined) return embedder;
  const { weights, tokenizer } = await modelFiles(path, fileExists);
  const hashes = [await hashFile(weights), await hashFile(tokenizer)];
  return keptVectors(embedder, join(kept, `${sha256(hashes.join("\n")).slice(0, 16)}.jsonl`));
}
