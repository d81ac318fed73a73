import type { Context } from "../../base/context.ts";
import type { TrainingTarget } from "../../domain/training-target.ts";
import { kubernetesScheduler } from "./kubernetes/scheduler.ts";
import { localScheduler } from "./local/scheduler.ts";
import { openaiScheduler } from "./openai/scheduler.ts";
import { rayScheduler } from "./ray/scheduler.ts";
import type { Scheduler } from "./scheduler.ts";
import { slurmScheduler } from "./slurm/scheduler.ts";
import { skyScheduler } from "./skypilot/scheduler.ts";
import { sshScheduler } from "./ssh/scheduler.ts";

/** Factory function for the scheduler of each kind of target. */
const SCHEDULERS: {
  readonly [Name in TrainingTarget["scheduler"]]: (
    target: Extract<TrainingTarget, { scheduler: Name }>,
    env: Context["env"],
  ) => Scheduler;
} = {
  local: () => localScheduler,
  slurm: slurmScheduler,
  ssh: sshScheduler,
  ray: rayScheduler,
  skypilot: skyScheduler,
  kubernetes: kubernetesScheduler,
  openai: openaiScheduler,
};

/** The scheduler of a target. Keys of a provider or of a bucket are read from `env`. */
export function schedulerOf(target: TrainingTarget, env: Context["env"]): Scheduler {
  // under each scheduler name, the table has the function for targets of that scheduler
  return (SCHEDULERS[target.scheduler] as (target: TrainingTarget, env: Context["env"]) => Scheduler)(target, env);
}
