import { resolve } from "node:path";

import { parseJson } from "../base/json.ts";
import { Failure } from "../base/failure.ts";
import { readText } from "../base/read-text.ts";
import { repeatedKey } from "../base/repeated-key.ts";
import { type ReadConfig, shapeFromConfig } from "./model-config.ts";
import { findModel } from "./models.ts";

/** Largest accepted config.json, in bytes; real ones have a few kilobytes. */
const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/** Location of a config.json: the path to open, its name in messages, and the day of its facts. */
export type ConfigPlace = { path: string; shown: string; readOn: string };

/**
 * Reads the config.json of a model.
 *
 * @param name  name of the model; default: the displayed path
 * @throws Failure not_found or bad_input that names the file and the line or field
 */
export async function readModelConfig({ path, shown, readOn }: ConfigPlace, name = shown): Promise<ReadConfig> {
  const text = await readText(path, { maxBytes: MAX_CONFIG_BYTES, shown });
  const config = parseJson(text, shown);
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new Failure("bad_input", `${shown}, line ${twice.line}: duplicate key \`${twice.key}\``, {
      hint: "keep the correct one",
    });
  }
  return shapeFromConfig(config, name, readOn);
}

/**
 * Finds a model by name in the catalogue, or reads it if the name ends in `.json`.
 *
 * @param folder  base of such a path
 * @param readOn  the day, YYYY-MM-DD
 * @throws Failure as `findModel` and `readModelConfig` do
 */
export async function resolveModel(name: string, folder: string, readOn: string): Promise<ReadConfig> {
  if (!isConfigPath(name)) return { shape: findModel(name), notUnderstood: [] };
  return readModelConfig({ path: resolve(folder, name), shown: name, readOn });
}

/** True if a model is given by the path of its config.json. */
export function isConfigPath(name: string): boolean {
  return name.toLowerCase().endsWith(".json");
}
