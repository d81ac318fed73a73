import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Gpu } from "../../domain/gpu.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  search: z.string().min(1).optional().describe("Words to find in the id or an alias; case is ignored"),
  vendor: Gpu.shape.vendor.optional().describe("Vendor"),
  minMemory: z.number().positive().optional().describe("Smallest memory of one GPU, in GiB"),
  consumer: z.boolean().default(false).describe("Only desktop products"),
});

/** `tunewright gpus list`: lists the GPUs of the catalogue. */
export default defineCommand({
  description: "List the GPUs of the catalogue: memory, and matrix rates as specified and as measured.",
  args: ["search"],
  options: Options,
  output: z.array(Gpu),
  examples: ["gpus list", "gpus list h100", "gpus list --vendor AMD --min-memory 128"],
  run: async (_io, query) => {
    const { listGpus } = await import("../../programme/catalogue/gpus.ts");
    const { gpusText } = await import("../../catalog/gpus-text.ts");
    const gpus = listGpus(query);
    const next = gpus[0] === undefined ? ["gpus", "list"] : ["gpus", "show", gpus[0].id];
    return { json: gpus, text: () => gpusText(gpus), next: commandLine(next) };
  },
});
