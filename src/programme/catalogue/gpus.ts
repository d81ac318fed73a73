import { findGpu, searchGpus } from "../../catalog/gpus.ts";
import type { Gpu } from "../../domain/gpu.ts";

/** What `gpus list` looks for; all that hold where nothing is stated. */
export type GpuQuery = {
  /** Words in the id or an alias, in any case. */
  search?: string | undefined;
  vendor?: Gpu["vendor"] | undefined;
  /** Least memory of one GPU, in GiB. */
  minMemory?: number | undefined;
  consumer: boolean;
};

/** GPUs of the catalogue that a query fits. */
export function listGpus({ minMemory, ...query }: GpuQuery): Gpu[] {
  return [...searchGpus({ ...query, minMemoryGib: minMemory })];
}

/** A GPU by its id or an alias. @throws Failure not_found, with what is near */
export function showGpu(name: string): Gpu {
  return findGpu(name);
}
