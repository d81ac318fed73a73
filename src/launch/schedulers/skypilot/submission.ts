import { shellWord } from "../../../base/command-line.ts";
import { formatYaml } from "../../../base/yaml.ts";
import type { SkyTarget } from "../../../domain/training-target.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/**
 * Name of the managed job of an attempt. SkyPilot accepts duplicate names, so the name is looked up before each
 * submission.
 */
export function skyName({ id }: Pick<PlacedAttempt, "id">): string {
  return `tw-${id}`;
}

/**
 * The task of an attempt. It is not restarted on errors: a task that ended is followed by a new attempt.
 *
 * @source SkyPilot 0.14.1, task YAML: `resources`, `volumes`, `job_recovery.max_restarts_on_errors`
 */
export function skyTask(attempt: Pick<PlacedAttempt, "id">, command: readonly string[], target: SkyTarget): string {
  const { resources, volumes } = target;
  return formatYaml({
    name: skyName(attempt),
    resources: { ...resources, job_recovery: { max_restarts_on_errors: 0 } },
    ...(Object.keys(volumes).length === 0 ? {} : { volumes }),
    run: `exec ${command.map(shellWord).join(" ")}\n`,
  });
}
