import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { ImportedModel } from "../../domain/imported-model.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.string().min(1).describe("config.json of a model on the Hugging Face hub"),
  name: z.string().min(1).optional().describe("Name for the model; default: the file's path"),
});

/** `tunewright models import`: reads a shape from a config.json, and lists the fields that were not understood. */
export default defineCommand({
  description:
    "Read the shape of a model from its Hugging Face config.json, count its parameters, and list the fields that were not understood.",
  args: ["file"],
  options: Options,
  output: ImportedModel,
  examples: ["models import config.json", "models import config.json --name my-org/my-model --json"],
  run: async (io, request) => {
    const { importModel } = await import("../../programme/catalogue/models.ts");
    const { modelText } = await import("../../catalog/models-text.ts");
    const imported = await importModel(io, request);
    const { shape, notUnderstood, sameShapeAs: twin } = imported;
    const lines = [
      twin === null ? "no model of the catalogue has this shape" : `the same shape as ${twin}`,
      ...notUnderstood.map((note) => `not understood: ${note}`),
    ];
    return {
      json: imported,
      text: () => `${modelText(shape)}\nparameters: ${shape.paramCount.toLocaleString("en-US")}\n\n${lines.join("\n")}`,
      next: commandLine(["plan", "memory", "--model", twin ?? request.file, "--method", "lora", "--gpu", "H100"]),
    };
  },
});
