import { findGpu, searchGpus } from "../../catalog/gpus.ts";
import type { Gpu } from "../../domain/gpu.ts";

/** Filter of `gpus list`; absent fields match everything. */
export type GpuQuery = {
  /** Words in the id or an alias, in any case. */
  search?: string | undefined;
  vendor?: Gpu["vendor"] | undefined;
  /** Smallest memory of one GPU, in GiB. */
  minMemory?: number | undefined;
  consumer: boolean;
};

/** GPUs of the catalogue that match a filter. */
export function listGpus({ minMemory, ...query }: GpuQuery): Gpu[] {
  return [...searchGpus({ ...query, minMemoryGib: minMemory })];
}

/** A GPU by its id or an alias. @throws Failure not_found, with the closest names */
export function showGpu(name: string): Gpu {
  return findGpu(name);
}
