import { Failure } from "../base/failure.ts";
import { parseJson } from "../base/json.ts";
import { readText } from "../base/read-text.ts";
import { shapeFromConfig } from "../catalog/model-config.ts";
import { findModel } from "../catalog/models.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import { type LoadedProgramme, atPlace } from "./read-programme.ts";

/** The shape of a programme's base model, and what its config.json holds that is not modelled. */
export type LoadedShape = { shape: ModelShape; notUnderstood: string[] };

/**
 * The base model of a programme: a `config.json` inside the folder where `model.base` ends in `.json`, else a row of
 * the catalogue.
 *
 * @throws Failure that begins with the place of `model.base`
 */
export async function loadShape(loaded: LoadedProgramme): Promise<LoadedShape> {
  const { base } = loaded.programme.model;
  const field = ["model", "base"] as const;
  if (!base.toLowerCase().endsWith(".json")) {
    return { shape: atPlace(loaded, field, () => findModel(base)), notUnderstood: [] };
  }
  try {
    const config = parseJson(await readText(await loaded.resolve(base)), base);
    return shapeFromConfig(config, base);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, `${loaded.place(field)}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
