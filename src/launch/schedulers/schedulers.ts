import type { TrainingTarget } from "../../domain/training-target.ts";
import { localScheduler } from "./local/scheduler.ts";
import type { Scheduler } from "./scheduler.ts";
import { sshScheduler } from "./ssh/scheduler.ts";
import { slurmScheduler } from "./slurm/scheduler.ts";

/** The scheduler of a target. */
export function schedulerOf(target: TrainingTarget): Scheduler {
  return target.scheduler === "local"
    ? localScheduler
    : target.scheduler === "ssh"
      ? sshScheduler(target)
      : slurmScheduler(target);
}
