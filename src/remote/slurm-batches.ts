import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { shellWord } from "../base/command-line.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import type { BatchSystem } from "./batch-system.ts";

/** Name of the jobs in `squeue`. */
const JOB_NAME = "tunewright-data";

/**
 * Slurm: one job array per submission, with a maximum number of concurrent tasks. Partition, account, memory and time
 * are set by Slurm's own SBATCH_* variables.
 *
 * @source sbatch(1) of Slurm 24.11: --array=0-N%M, --wait (exit code of the worst element), --wrap
 */
export const slurmBatches: BatchSystem = {
  name: "Slurm",
  run: async (command, { batches, workers, folder }) => {
    const script = `${command.map(shellWord).join(" ")} "$SLURM_ARRAY_TASK_ID"`;
    const ended = await sbatch([
      "--wait",
      "--parsable",
      `--job-name=${JOB_NAME}`,
      `--array=0-${batches - 1}%${workers}`,
      "--ntasks=1",
      `--output=${join(folder, "log-%a.txt")}`,
      `--wrap=${script}`,
    ]);
    if (ended.jobId === undefined) {
      throw new Failure("outside", `sbatch refused the job: ${ended.said}`, {
        hint: "set SBATCH_PARTITION, SBATCH_ACCOUNT and the other variables that your cluster requires; sinfo shows its partitions",
      });
    }
    return ended.code === 0 ? undefined : ((await firstLog(folder)) ?? ended.said);
  },
};

function sbatch(args: readonly string[]): Promise<{ code: number; jobId: string | undefined; said: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile("sbatch", [...args], (error, stdout, stderr) => {
      if (isSystemError(error, "ENOENT")) {
        reject(
          new Failure("outside", "sbatch is not installed on this machine", {
            hint: "run the command on a machine that can submit Slurm jobs",
          }),
        );
        return;
      }
      const [jobId] = /^\d+/.exec(stdout) ?? [];
      resolve({ code: error === null ? 0 : 1, jobId, said: stderr.trim().split("\n").at(-1)! });
    });
    child.stdin?.end();
  });
}

/** Last line of the first non-empty log. */
async function firstLog(folder: string): Promise<string | undefined> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.startsWith("log-")) continue;
    const text = (await readFile(join(folder, name), "utf8")).trim();
    if (text !== "") return text.split("\n").at(-1);
  }
  return undefined;
}
