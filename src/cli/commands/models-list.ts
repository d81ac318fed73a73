import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { ModelShape } from "../../domain/model-shape.ts";
import { defineCommand } from "../command.ts";

const Billions = z.number().positive();

const Options = z.strictObject({
  search: z.string().min(1).optional().describe("Words to find in the id or an alias; case is ignored"),
  family: z.string().min(1).optional().describe('Model family, such as "Qwen 3"'),
  minParams: Billions.optional().describe("Minimum number of parameters, in billions"),
  maxParams: Billions.optional().describe("Maximum number of parameters, in billions"),
  licence: z.string().min(1).optional().describe("Licence, such as Apache-2.0"),
  experts: z.boolean().default(false).describe("Only mixtures of experts"),
});

/** `tunewright models list`: lists the shapes of the catalogue. */
export default defineCommand({
  description: "List the model shapes of the catalogue, with their computed parameter counts.",
  args: ["search"],
  options: Options,
  output: z.array(ModelShape),
  examples: [
    "models list qwen3",
    'models list --family "Llama 3.1"',
    "models list --max-params 8 --licence Apache-2.0",
  ],
  run: async (_io, query) => {
    const { listModels } = await import("../../programme/catalogue/models.ts");
    const { modelsText } = await import("../../catalog/models-text.ts");
    const models = listModels(query);
    const next = models[0] === undefined ? ["models", "list"] : ["models", "show", models[0].id];
    return { json: models, text: () => modelsText(models), next: commandLine(next) };
  },
});
