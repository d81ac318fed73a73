import { Failure } from "../../base/failure.ts";
import { findApiModel } from "../../catalog/api-prices.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import { isConfigPath } from "../../catalog/resolve-model.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Problem } from "../folder/schema-problems.ts";

/** Names that the catalogue does not know, each with the closest known one, and invalid ranges of assumptions. */
export function catalogueProblems(
  { model, training, serving, today, assumptions }: Programme,
  apiPrices: readonly ApiPrice[],
): Problem[] {
  const named: [field: Problem["field"], name: string | undefined, find: (name: string) => unknown][] = [
    [["model", "base"], isConfigPath(model.base) ? undefined : model.base, findModel],
    [["training", "gpu"], training.gpu, findGpu],
    ...(training.fleets ?? []).map(({ gpu }, index): [Problem["field"], string, typeof findGpu] => [
      ["training", "fleets", index, "gpu"],
      gpu,
      findGpu,
    ]),
    [["serving", "gpu"], serving.gpu, findGpu],
    [["today", "api"], today.api, (name) => findApiModel(name, apiPrices)],
    ...Object.entries(assumptions).map(([id, value]): [Problem["field"], string, () => unknown] => [
      ["assumptions", id],
      id,
      () => assumptionsWith({ [id]: value }),
    ]),
  ];
  return named.flatMap(([field, name, find]) => {
    const failure = name === undefined ? undefined : failureOf(() => find(name));
    if (failure === undefined) return [];
    return [{ field, text: failure.message.replace(/^programme\.yaml, assumptions[^:]*: /, ""), hint: failure.hint }];
  });
}

function failureOf(find: () => unknown): Failure | undefined {
  try {
    find();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
