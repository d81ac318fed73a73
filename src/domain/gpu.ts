import * as z from "zod";

import { Source } from "./source.ts";

/** Chip generations; the graphics chips of Blackwell lack the matrix instructions of its data-centre chips. */
const GpuGeneration = z.enum([
  "pascal",
  "volta",
  "turing",
  "ampere",
  "ada",
  "hopper",
  "blackwell",
  "blackwell-rtx",
  "cdna2",
  "cdna3",
  "cdna4",
  "rdna3",
  "gaudi2",
  "gaudi3",
]);

/** A GPU product. Form factors are different products: `H100-80GB-SXM` and `H100-80GB-PCIe` are two rows. */
export const Gpu = z.strictObject({
  id: z.string().min(1).describe("Name with form and, where it varies, memory: `A100-80GB-SXM`"),
  aliases: z.array(z.string()).describe("Other spellings, as catalogues and people write them"),
  vendor: z.enum(["NVIDIA", "AMD", "Intel"]).describe("Vendor"),
  generation: GpuGeneration.describe("Generation of the chip, which kernels are written for"),
  form: z.string().describe("SXM, OAM, PCIe, NVL, board"),
  memoryGib: z.number().positive().describe("Memory on the card as sold (vendors print GB and mean GiB)"),
  usableGib: z
    .number()
    .positive()
    .describe("Memory that the driver gives to programs, GiB; the sold size if nobody reports it"),
  bandwidthTbPerSec: z.number().positive().describe("Memory bandwidth, TB/s"),
  l2Mib: z.number().positive().nullable().describe("Last cache before memory, MiB; null where not known"),
  bf16Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Dense bf16 (fp16 where the card has no bf16) matrix rate by specification"),
  bf16Native: z.boolean().describe("False if the card supports fp16 but not bf16 (T4, V100)"),
  fp8Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Dense fp8 matrix rate by specification; null where it has none"),
  fp4Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Dense fp4 matrix rate by specification (NVFP4 at NVIDIA, MXFP4 at AMD); null where it has none"),
  measuredBf16Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Best measured bf16 matrix multiplication; null where not found"),
  measuredFp8Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Best measured fp8 matrix multiplication; null where not found"),
  linkGbPerSec: z.number().positive().nullable().describe("Link to the other GPUs of a node, GB/s per direction"),
  linkGpus: z.int().positive().describe("GPUs that this link joins: a board, a bridge, an NVL72 rack"),
  nodeGpus: z.int().positive().describe("GPUs of one machine, as it is sold at most"),
  networkGbPerSec: z
    .number()
    .positive()
    .nullable()
    .describe("Network adapter of one GPU to other machines, GB/s per direction; null where none is usual"),
  contextMib: z
    .number()
    .positive()
    .nullable()
    .describe("Memory of an empty CUDA process, MiB; null where not measured"),
  consumer: z.boolean().describe("Sold for desktops"),
  source: Source.describe("Specification page"),
  measuredSource: z.string().nullable().describe("Where the measured rates come from"),
  machineSource: z.string().describe("Where cache, context and the machine with its network come from"),
  usableSource: z.string().nullable().describe("Who reports the usable memory; null where what is sold is taken"),
  notes: z.string().optional().describe("Which form a bare name means, and what the figures leave out"),
});
export type Gpu = z.infer<typeof Gpu>;
