import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { catalogueModel, searchModels, twinOf } from "../../catalog/models.ts";
import { readModelConfig } from "../../catalog/resolve-model.ts";
import type { ImportedModel } from "../../domain/imported-model.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { CountedModel } from "../../domain/param-count.ts";

/** Filter of `models list`; absent fields match everything. */
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

/** Shapes of the catalogue that match a filter. */
export function listModels({ minParams, maxParams, ...query }: ModelQuery): ModelShape[] {
  return [
    ...searchModels({
      ...query,
      minParamCount: minParams === undefined ? undefined : minParams * 1e9,
      maxParamCount: maxParams === undefined ? undefined : maxParams * 1e9,
    }),
  ];
}

/** A shape of the catalogue with its parameters by part. @throws Failure not_found, with the closest names */
export function showModel(name: string): CountedModel {
  const { shape, parts } = catalogueModel(name);
  return { ...shape, paramParts: parts };
}

/**
 * The shape in a config.json, the parts that were not understood, and the catalogue model with an equal shape.
 *
 * @param name name of the model; default: the path of the file
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
