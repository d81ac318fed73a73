import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { catalogueModel, searchModels, twinOf } from "../../catalog/models.ts";
import { readModelConfig } from "../../catalog/resolve-model.ts";
import type { ImportedModel } from "../../domain/imported-model.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { CountedModel } from "../../domain/param-count.ts";

/** What `models list` looks for; all that hold where nothing is stated. */
export type ModelQuery = {
  /** Words in the id or an alias, in any case. */
  search?: string | undefined;
  family?: string | undefined;
  /** Fewest parameters, in billions. */
  minParams?: number | undefined;
  /** Most parameters, in billions. */
  maxParams?: number | undefined;
  licence?: string | undefined;
  experts: boolean;
};

/** Shapes of the catalogue that a query fits. */
export function listModels({ minParams, maxParams, ...query }: ModelQuery): ModelShape[] {
  return [
    ...searchModels({
      ...query,
      minParamCount: minParams === undefined ? undefined : minParams * 1e9,
      maxParamCount: maxParams === undefined ? undefined : maxParams * 1e9,
    }),
  ];
}

/** A shape of the catalogue, and how its parameters add up. @throws Failure not_found, with what is near */
export function showModel(name: string): CountedModel {
  const { shape, parts } = catalogueModel(name);
  return { ...shape, paramParts: parts };
}

/**
 * The shape of a config.json, what of the file was not understood, and the model of the catalogue that has that shape.
 *
 * @param name  what to call the model; default: the path of the file
 */
export async function importModel(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  { file, name }: { file: string; name?: string | undefined },
): Promise<ImportedModel> {
  const { shape, notUnderstood } = await readModelConfig(
    { path: resolve(cwd, file), shown: file, readOn: isoDay(now()) },
    name,
  );
  return { shape, notUnderstood, sameShapeAs: twinOf(shape)?.id ?? null };
}
