import type { Db } from "../store/database.ts";

/**
 * LIKE pattern of the GPU metrics of MLflow's client: `system/gpu_0_power_usage_watts`. If several machines log to one
 * run, the machine name precedes `gpu_`: `system/node-2/gpu_0_power_usage_watts`.
 */
const GPU_KEYS = "system/%gpu_%";

/** LIKE pattern of the utilisation of each GPU, percent, of one machine or several. */
export const GPU_UTILIZATION_KEYS = `${GPU_KEYS}_utilization_percentage`;

/** Number of runs per query: below the maximum number of parameters of both databases. */
const CHUNK = 1000;

/** The GPU to which a metric belongs, with its machine: `system/node-2/gpu_0`; undefined for any other metric. */
export function gpuOf(key: string): string | undefined {
  return /^system\/(?:[^/]+\/)?gpu_\d+(?=_)/.exec(key)?.[0];
}

/** Keys of the GPU metrics of some runs, by run number; `undefined` reads those of all runs. */
export async function gpuKeysOf(
  db: Db,
  runNos: readonly number[] | undefined,
): Promise<Map<number, { key: string }[]>> {
  const found = new Map<number, { key: string }[]>();
  const all = db.selectFrom("series").select(["run_no", "key"]).where("key", "like", GPU_KEYS).orderBy("series_no");
  const take = async (query: typeof all): Promise<void> => {
    for (const { run_no, key } of await query.execute()) {
      const known = found.get(run_no);
      if (known === undefined) found.set(run_no, [{ key }]);
      else known.push({ key });
    }
  };
  if (runNos === undefined) await take(all);
  for (let start = 0; start < (runNos?.length ?? 0); start += CHUNK) {
    await take(all.where("run_no", "in", runNos!.slice(start, start + CHUNK)));
  }
  return found;
}
