import { collectiveSec } from "../../catalog/kernel-times.ts";
import type { Gpu } from "../../domain/gpu.ts";

/**
 * A collective among `gpus` GPUs. `bytes` is the size of the whole tensor or, in an all-to-all, the bytes that each GPU
 * sends.
 */
export type Exchanged = {
  gpu: Gpu;
  op: "all-gather" | "all-reduce" | "all-to-all";
  gpus: number;
  /** Distance between members of the group; members of other groups are in between. */
  spacing?: number;
  bytes: number;
};

/**
 * Seconds of one collective. Among GPUs joined by one link, this is the measured time. Across domains, each byte enters
 * a domain once, spread over the network adapters of the members there; in an all-to-all, each GPU has its own bytes.
 *
 * @source measured collectives (`collectiveSec`), NCCL inside one machine; over networks, llm-foundry at 512 GPUs
 *   supports the hierarchy
 */
export function exchangedSec({ gpu, op, gpus, spacing = 1, bytes }: Exchanged): number {
  const joined = Math.max(1, Math.min(gpus, Math.floor(gpu.linkGpus / spacing)));
  const inside = joined > 1 ? insideSec({ gpu, op, gpus: joined, bytes }) : 0;
  if (gpus <= joined) return inside;
  const turns = op === "all-reduce" ? 2 : 1;
  const adapters = op === "all-to-all" ? 1 : joined;
  return Math.max(inside, (turns * bytes) / (adapters * networkBytesPerSec(gpu)));
}

/** Rate below which a link is PCIe, GB/s: NVLink starts at 150, PCIe 5 ends at 63. */
const FAST_LINK_GB_PER_SEC = 100;

/** True if the GPUs of a machine are connected by NVLink or a similar link, in addition to PCIe. */
export function hasFastLink({ linkGbPerSec }: Gpu): boolean {
  return linkGbPerSec !== null && linkGbPerSec >= FAST_LINK_GB_PER_SEC;
}

/** Default link rate, GB/s: PCIe 4 with sixteen lanes. */
const USUAL_LINK_GB_PER_SEC = 31;

/**
 * Share of the PCIe rate that a collective reaches, an assumption between two measured hosts: 0.37 of PCIe 5 among
 * eight and four RTX PRO 6000; 0.04 and 0.15 of PCIe 4 among L40S, whose GPUs cannot read each other's memory. The
 * share depends on the host rather than on the GPU, so the table is not used for all machines with that GPU.
 * @source `data/kernels/collective/`, all-gather of 512 MiB
 */
const PCIE_SHARE = 0.2;

function insideSec({ gpu, op, gpus, bytes }: Exchanged): number {
  const timed = hasFastLink(gpu) ? collectiveSec({ gpu, op, bytes, gpus })?.sec : undefined;
  if (timed !== undefined) return timed;
  const turns = op === "all-reduce" ? 2 : 1;
  return (turns * bytes * (gpus - 1)) / gpus / (PCIE_SHARE * (gpu.linkGbPerSec ?? USUAL_LINK_GB_PER_SEC) * 1e9);
}

/** Share of a network adapter's rate that NCCL reaches across machines; an assumption. */
const NETWORK_SHARE = 0.8;

/** Default network rate per GPU, an assumption: 100 Gb/s. */
const USUAL_NETWORK_GB_PER_SEC = 12.5;

function networkBytesPerSec(gpu: Gpu): number {
  return NETWORK_SHARE * (gpu.networkGbPerSec ?? USUAL_NETWORK_GB_PER_SEC) * 1e9;
}
