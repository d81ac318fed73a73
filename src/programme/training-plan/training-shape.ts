import { Failure } from "../../base/failure.ts";
import type { ReadConfig } from "../../catalog/model-config.ts";
import { findModel } from "../../catalog/models.ts";
import { isConfigPath, readModelConfig } from "../../catalog/resolve-model.ts";
import { type LoadedProgramme, atPlace } from "../reading/read-programme.ts";

/**
 * The base model of a programme: a `config.json` inside the folder if `model.base` ends in `.json`, otherwise a row of
 * the catalogue.
 *
 * @param on the day, as the date of data read from a config.json
 * @throws Failure that begins with the location of `model.base`
 */
export async function loadShape(loaded: LoadedProgramme, on: string): Promise<ReadConfig> {
  const { base } = loaded.programme.model;
  const field = ["model", "base"] as const;
  if (!isConfigPath(base)) return { shape: atPlace(loaded, field, () => findModel(base)), notUnderstood: [] };
  try {
    return await readModelConfig({ path: await loaded.resolve(base), shown: base, readOn: on });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, `${loaded.place(field)}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
