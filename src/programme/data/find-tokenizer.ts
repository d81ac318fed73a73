import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * Download folder of the Hugging Face libraries, by their environment variables.
 *
 * @source huggingface_hub documentation, "Environment variables": HF_HUB_CACHE, else HF_HOME/hub, else
 *   ~/.cache/huggingface/hub (2026-11)
 */
export function hubCacheOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env["HF_HUB_CACHE"]) return env["HF_HUB_CACHE"];
  if (env["HF_HOME"]) return join(env["HF_HOME"], "hub");
  const cache = env["XDG_CACHE_HOME"] || (env["HOME"] ? join(env["HOME"], ".cache") : undefined);
  return cache === undefined ? undefined : join(cache, "huggingface", "hub");
}

/**
 * The base model's own tokenizer if one is available: the file that the programme names, otherwise `tokenizer.json`
 * next to `programme.yaml`, otherwise the one of that model in the local Hub cache. Nothing is downloaded.
 *
 * @param hubCache  folder of the Hub cache; default: not searched
 * @returns path of a `tokenizer.json`, or undefined if none is available
 */
export async function findTokenizer(loaded: LoadedProgramme, hubCache?: string): Promise<string | undefined> {
  const { data, model } = loaded.programme;
  if (data.tokenizer !== undefined) return loaded.resolve(data.tokenizer);
  const beside = await loaded.resolve("tokenizer.json").catch(() => undefined);
  if (beside !== undefined || hubCache === undefined) return beside;
  if (!/^[\w.-]+\/[\w.-]+$/.test(model.base) || model.base.endsWith(".json")) return undefined;
  return newestSnapshot(join(hubCache, `models--${model.base.replace("/", "--")}`));
}

/**
 * The tokenizer of a cached repository: of the revision that `main` points to, otherwise of any revision that has one.
 */
async function newestSnapshot(repository: string): Promise<string | undefined> {
  const main = await readFile(join(repository, "refs", "main"), "utf8").catch(() => "");
  const all = await readdir(join(repository, "snapshots")).catch(() => []);
  const revisions = [main.trim(), ...all].filter((revision) => /^[0-9a-f]+$/.test(revision));
  for (const revision of revisions) {
    const path = join(repository, "snapshots", revision, "tokenizer.json");
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) return path;
  }
  return undefined;
}
