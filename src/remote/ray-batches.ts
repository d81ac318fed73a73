import { setTimeout as sleep } from "node:timers/promises";

import { shellWord } from "../base/command-line.ts";
import type { BatchSystem } from "./batch-system.ts";
import { RAY_ADDRESS, type RayJobs, rayJobs } from "./ray-jobs.ts";

/** Polling interval of a job, milliseconds. */
const POLL_MS = 500;

/** Final states of a job. */
const ENDED: ReadonlySet<string> = new Set(["SUCCEEDED", "FAILED", "STOPPED"]);

/**
 * Ray, through the REST API of its jobs: one job per batch, each with one CPU, and a maximum number of concurrent jobs.
 * The address is taken from RAY_API_SERVER_ADDRESS, as in Ray's own command.
 */
export function rayBatches(address: string | undefined): BatchSystem {
  const jobs = rayJobs(address ?? RAY_ADDRESS);
  return {
    name: "Ray",
    run: async (command, { batches, workers }) => {
      let [next, said]: [number, string | undefined] = [0, undefined];
      const lane = async (): Promise<void> => {
        while (next < batches) {
          const words = [...command, String(next++)].map(shellWord).join(" ");
          const problem = await runJob(jobs, words);
          said ??= problem; // not in one: with a problem said, no further job would be run
        }
      };
      await Promise.all(Array.from({ length: Math.min(workers, batches) }, lane));
      return said;
    },
  };
}

/** Runs one job until it ends; returns Ray's message if it did not succeed. */
async function runJob(jobs: RayJobs, entrypoint: string): Promise<string | undefined> {
  const id = await jobs.submit({ entrypoint, entrypoint_num_cpus: 1 });
  for (;;) {
    const job = await jobs.job(id);
    if (job === undefined) return "the cluster was restarted";
    const { status, message } = job;
    if (ENDED.has(status)) return status === "SUCCEEDED" ? undefined : (message ?? status).trim().split("\n").at(-1);
    await sleep(POLL_MS);
  }
}
