import * as z from "zod";

import { didYouMean } from "../../base/suggest.ts";
import { Failure } from "../../base/failure.ts";
import { defineCommand } from "../command.ts";

const Billions = z.number().positive();

const Options = z.strictObject({
  search: z.string().min(1).optional().describe("Words that the id or an alias holds, in any case"),
  family: z.string().min(1).optional().describe('Model family, as in "Qwen 3"'),
  minParams: Billions.optional().describe("Fewest parameters, in billions"),
  maxParams: Billions.optional().describe("Most parameters, in billions"),
  licence: z.string().min(1).optional().describe("Licence, as in Apache-2.0"),
  experts: z.boolean().default(false).describe("Only mixtures of experts"),
});

/** `tunewright models list`: the shapes of the catalogue. */
export default defineCommand({
  description: "List the model shapes of the catalogue, with their computed parameter counts.",
  args: ["search"],
  options: Options,
  examples: [
    "models list qwen3",
    'models list --family "Llama 3.1"',
    "models list --max-params 8 --licence Apache-2.0",
  ],
  run: async (_io, { search, family, minParams, maxParams, licence, experts }) => {
    const { allModels } = await import("../../catalog/models.ts");
    const { modelsText } = await import("../../catalog/models-text.ts");
    const all = allModels();
    const families = new Set(all.map((shape) => shape.family));
    if (family !== undefined && ![...families].some((known) => sameWord(known, family))) {
      throw new Failure("not_found", `there is no model family "${family}"`, {
        hint: didYouMean(family, families) ?? `families: ${[...families].toSorted().join(", ")}`,
      });
    }
    const words = (search ?? "").toLowerCase();
    const models = all.filter(
      (shape) =>
        [shape.id, ...shape.aliases].some((name) => name.toLowerCase().includes(words)) &&
        (family === undefined || sameWord(shape.family, family)) &&
        (licence === undefined || sameWord(shape.licence ?? "", licence)) &&
        shape.paramCount >= (minParams ?? 0) * 1e9 &&
        shape.paramCount <= (maxParams ?? Infinity) * 1e9 &&
        (!experts || shape.experts !== null),
    );
    const next = models[0] === undefined ? "tunewright models list" : `tunewright models show ${models[0].id}`;
    return { json: models, text: () => modelsText(models), next };
  },
});

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
