import * as z from "zod";

import { Source } from "./source.ts";

/** Chip generations. Blackwell graphics chips lack the matrix instructions of the data-centre chips. */
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
  id: z.string().min(1).describe("Name with form factor and, if it varies, memory: `A100-80GB-SXM`"),
  aliases: z.array(z.string()).describe("Other spellings in catalogues and common use"),
  vendor: z.enum(["NVIDIA", "AMD", "Intel"]).describe("Vendor"),
  generation: GpuGeneration.describe("Chip generation that kernels are written for"),
  form: z.string().describe("SXM, OAM, PCIe, NVL, board"),
  memoryGib: z.number().positive().describe("Memory of the GPU as sold (vendors print GB and mean GiB)"),
  usableGib: z
    .number()
    .positive()
    .describe("Memory that the driver makes available to programs, GiB; the sold size if not reported"),
  bandwidthTbPerSec: z.number().positive().describe("Memory bandwidth, TB/s"),
  l2Mib: z.number().positive().nullable().describe("Last-level cache, MiB; null if unknown"),
  bf16Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Dense bf16 matrix rate by specification (fp16 if the GPU has no bf16)"),
  bf16Native: z.boolean().describe("False if the GPU supports fp16 but not bf16 (T4, V100)"),
  fp8Tflops: z.number().positive().nullable().describe("Dense fp8 matrix rate by specification; null if not supported"),
  fp4Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Dense fp4 matrix rate by specification (NVFP4 for NVIDIA, MXFP4 for AMD); null if not supported"),
  measuredBf16Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Best measured bf16 matrix multiplication; null if not found"),
  measuredFp8Tflops: z
    .number()
    .positive()
    .nullable()
    .describe("Best measured fp8 matrix multiplication; null if not found"),
  linkGbPerSec: z.number().positive().nullable().describe("Link to the other GPUs of a node, GB/s per direction"),
  linkGpus: z.int().positive().describe("GPUs connected by this link: a board, a bridge, an NVL72 rack"),
  nodeGpus: z.int().positive().describe("Maximum number of GPUs of one machine, as sold"),
  networkGbPerSec: z
    .number()
    .positive()
    .nullable()
    .describe("Network bandwidth per GPU to other machines, GB/s per direction; null if there is no common value"),
  contextMib: z.number().positive().nullable().describe("Memory of an empty CUDA process, MiB; null if not measured"),
  consumer: z.boolean().describe("Desktop product"),
  source: Source.describe("Specification page"),
  measuredSource: z.string().nullable().describe("Source of the measured rates"),
  machineSource: z.string().describe("Source of cache, context, and machine with network"),
  usableSource: z.string().nullable().describe("Source of the usable memory; null if it is the sold size"),
  notes: z.string().optional().describe("The form factor that a bare name denotes, and what the figures exclude"),
});
export type Gpu = z.infer<typeof Gpu>;
