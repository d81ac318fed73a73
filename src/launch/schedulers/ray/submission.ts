import { shellWord } from "../../../base/command-line.ts";
import type { RayTarget } from "../../../domain/training-target.ts";
import type { RaySubmission } from "../../../remote/ray-jobs.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/** Id of the job of an attempt. Ray rejects a second submission with this id, so only the first one counts. */
export function rayId({ id }: Pick<PlacedAttempt, "id">): string {
  return `tw-${id}`;
}

/** The job of an attempt. @source Ray Jobs REST API: the entrypoint is run by a shell */
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
