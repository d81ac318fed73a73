import { resolve } from "node:path";

import { isoDay } from "../base/clock.ts";
import { parseJson } from "../base/json.ts";
import { Failure } from "../base/failure.ts";
import { readText } from "../base/read-text.ts";
import { repeatedKey } from "../base/repeated-key.ts";
import { type ReadConfig, shapeFromConfig } from "./model-config.ts";
import { findModel } from "./models.ts";

/** Largest config.json that is read, in bytes: real ones have a few kilobytes. */
const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/**
 * Reads the config.json of a model.
 *
 * @param path  as the user gave it; it starts from `folder` and stands in messages
 * @throws Failure not_found or bad_input that names the file and the line or field
 */
export async function readModelConfig(
  path: string,
  folder: string,
  options: { name?: string; now?: Date } = {},
): Promise<ReadConfig> {
  const text = await readText(resolve(folder, path), MAX_CONFIG_BYTES);
  const config = parseJson(text, path);
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new Failure("bad_input", `${path}, line ${twice.line}: \`${twice.key}\` stands twice`, {
      hint: "keep the one that is meant",
    });
  }
  return shapeFromConfig(config, options.name ?? path, isoDay(options.now ?? new Date()));
}

/**
 * Finds a model by name in the catalogue, or reads it where the name ends in `.json`.
 *
 * @throws Failure as `findModel` and `readModelConfig` do
 */
export async function resolveModel(nameOrPath: string, folder: string): Promise<ReadConfig> {
  if (nameOrPath.endsWith(".json")) return readModelConfig(nameOrPath, folder);
  return { shape: findModel(nameOrPath), notUnderstood: [] };
}
