import { shellWord } from "../../../base/command-line.ts";
import type { RayTarget } from "../../../domain/training-target.ts";
import type { RaySubmission } from "../../../remote/ray-jobs.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/** Id of the job of an attempt: a second submission of it is refused by Ray, and taken as the first. */
export function rayId({ id }: Pick<PlacedAttempt, "id">): string {
  return `tw-${id}`;
}

/** The job of an attempt. @source Ray Jobs REST API: the entrypoint goes through a shell */
export function raySubmission(attempt: PlacedAttempt, command: readonly string[], target: RayTarget): RaySubmission {
  const { spec } = attempt;
  return {
    entrypoint: `exec ${command.map(shellWord).join(" ")}`,
    submission_id: rayId(attempt),
    metadata: { tunewright: attempt.id, name: spec.name },
    entrypoint_num_cpus: target.cpus,
    entrypoint_num_gpus: spec.device === "cuda" ? spec.gpuCount : 0,
  };
}
