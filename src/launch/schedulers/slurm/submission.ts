import { shellWord } from "../../../base/command-line.ts";
import type { SlurmTarget } from "../../../domain/training-target.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/** Seconds before a time limit at which the trainer is asked for a checkpoint, in addition to its own grace period. */
const SPARE_SEC = 60;

/** Name of the job, used to find it if its submission is repeated. */
export function slurmName({ id }: Pick<PlacedAttempt, "id">): string {
  return `tw-${id}`;
}

/**
 * The batch script of an attempt. `--no-requeue`: a preempted job returns as a new attempt, which is checked against
 * the cap. The signal goes to the batch script (`B:`), which our wrapper replaces by `exec`; without both, the signal
 * never arrives.
 *
 * @param folder of the attempt, as the cluster sees it
 * @source sbatch(1) of Slurm 24.11; a signal may come up to 60 s early
 */
export function slurmScript(
  attempt: PlacedAttempt,
  { command, target, folder }: { command: readonly string[]; target: SlurmTarget; folder: string },
): string {
  const { spec } = attempt;
  const gres = target.gres ?? (spec.device === "cuda" ? `gpu:${spec.gpuCount}` : undefined);
  const options = [
    `--job-name=${slurmName(attempt)}`,
    `--comment=tunewright:${attempt.id}`,
    `--output=${folder.replaceAll("%", "%%")}/slurm.txt`,
    "--open-mode=append",
    "--no-requeue",
    "--ntasks=1",
    `--signal=B:TERM@${Math.ceil(spec.graceSec) + SPARE_SEC}`,
    ...(target.partition === undefined ? [] : [`--partition=${target.partition}`]),
    ...(target.account === undefined ? [] : [`--account=${target.account}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    ...(target.cpusPerTask === undefined ? [] : [`--cpus-per-task=${target.cpusPerTask}`]),
    ...(target.memoryGib === undefined ? [] : [`--mem=${target.memoryGib}G`]),
    ...(target.timeLimitMinutes === undefined ? [] : [`--time=${target.timeLimitMinutes}`]),
    ...target.options,
  ];
  const lines = options.map((option) => `#SBATCH ${shellWord(option)}`);
  return ["#!/bin/bash", ...lines, `exec ${command.map(shellWord).join(" ")}`, ""].join("\n");
}
