import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { CountedModel } from "../../domain/param-count.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Hub id, alias or a similar spelling, such as Llama-3.1-8B"),
});

/** `tunewright models show`: shows one shape with its parameters by part. */
export default defineCommand({
  description:
    "Show one model: its shape, its parameters part by part, compared with the published count, and its source.",
  args: ["name"],
  options: Options,
  output: CountedModel,
  examples: ["models show Qwen/Qwen2.5-7B", 'models show "Llama 3.1 8B"', "models show deepseek-v3 --json"],
  run: async (_io, { name }) => {
    const { showModel } = await import("../../programme/catalogue/models.ts");
    const { modelText } = await import("../../catalog/models-text.ts");
    const model = showModel(name);
    return {
      json: model,
      text: () => modelText(model, model.paramParts),
      next: commandLine(["plan", "memory", "--model", model.id, "--method", "lora", "--gpu", "H100"]),
    };
  },
});
