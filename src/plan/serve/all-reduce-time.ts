import { collectiveSec } from "../../catalog/kernel-times.ts";
import type { Replica } from "./replica.ts";

/** Links slower than this are PCIe, in GB/s: NVLink starts at 150, PCIe 5 ends at 63. */
const FAST_LINK_GB_PER_SEC = 100;

/**
 * Cost of collectives between GPUs connected by PCIe, whose traffic crosses the host's bridge: kernel launch plus one
 * flag per side, and the share of the link that remains.
 * @source NVIDIA nccl-tests on PCIe hosts without peer access: 0.25 to 0.35 of the link; 20 to 40 us for small messages
 */
const OVER_HOST = { startSec: 30e-6, linkShare: 0.3 } as const;

/** RCCL of 2024 on eight MI300X: start-up time, and bytes per second reached by a ring on a few large messages. */
const RCCL_2024 = { startSec: 80e-6, bytesPerSec: 150e9 } as const;

/** Link assumed if none is known: 200 Gb/s Ethernet. */
const UNKNOWN_LINK = { startSec: 20e-6, bytesPerSec: 25e9 } as const;

/**
 * Seconds of one all-reduce among the GPUs of a layer: the engine's own kernel for small messages, NCCL for large ones.
 */
export function allReduceSec({ gpu, facts, tensor }: Replica, bytes: number): number {
  if (tensor === 1) return 0;
  const gpus = Math.min(tensor, gpu.nodeGpus, 8);
  const ring = (2 * bytes * (gpus - 1)) / gpus;
  if (gpu.vendor === "AMD" && facts.lacks.includes("custom all-reduce"))
    return RCCL_2024.startSec + ring / RCCL_2024.bytesPerSec;
  if (gpu.linkGbPerSec !== null && gpu.linkGbPerSec < FAST_LINK_GB_PER_SEC) {
    return OVER_HOST.startSec + ring / (gpu.linkGbPerSec * 1e9 * OVER_HOST.linkShare);
  }
  const timed = (op: "all-reduce" | "custom-all-reduce"): number =>
    collectiveSec({ gpu, op, bytes, gpus: Math.max(2, gpus), isMonotone: true })?.sec ?? Number.POSITIVE_INFINITY;
  const own = facts.lacks.includes("custom all-reduce") ? Number.POSITIVE_INFINITY : timed("custom-all-reduce");
  const best = Math.min(own, timed("all-reduce"));
  return Number.isFinite(best) ? best : UNKNOWN_LINK.startSec + (2 * bytes) / UNKNOWN_LINK.bytesPerSec;
}

/** Seconds in which the groups of GPUs that hold the experts exchange the tokens of a layer, there and back. */
export function expertExchangeSec({ gpu, groups }: Replica, bytes: number): number {
  if (groups === 1) return 0;
  const gpus = Math.min(groups, gpu.nodeGpus, 8);
  return 2 * (collectiveSec({ gpu, op: "all-gather", bytes, gpus: Math.max(2, gpus), isMonotone: true })?.sec ?? 0);
}

/** Seconds in which pipeline stages pass their tokens to the next stage. */
export function stageExchangeSec({ gpu, pipeline }: Replica, bytes: number): number {
  if (pipeline === 1) return 0;
  const link = gpu.linkGbPerSec === null ? UNKNOWN_LINK.bytesPerSec : gpu.linkGbPerSec * 1e9;
  return (pipeline - 1) * (UNKNOWN_LINK.startSec + bytes / link);
}
