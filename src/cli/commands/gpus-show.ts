import * as z from "zod";

import { Gpu } from "../../domain/gpu.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Id, alias or a similar spelling, such as H100 or A100-80GB-PCIe"),
});

/** `tunewright gpus show`: shows one GPU with its sources. */
export default defineCommand({
  description: "Show one GPU: memory, specified and measured rates, link, and the source of each figure.",
  args: ["name"],
  options: Options,
  output: Gpu,
  examples: ["gpus show H100", "gpus show A100-80GB-PCIe --json"],
  run: async (_io, { name }) => {
    const { showGpu } = await import("../../programme/catalogue/gpus.ts");
    const { gpuText } = await import("../../catalog/gpus-text.ts");
    const gpu = showGpu(name);
    return { json: gpu, text: () => gpuText(gpu), next: `tunewright prices list --gpu ${gpu.id}` };
  },
});
