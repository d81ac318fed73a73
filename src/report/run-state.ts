import type { RunState } from "../domain/run-group.ts";
import type { RunSummary } from "../domain/tracked-run.ts";

/** Time without activity after which a run is shown as silent, s. */
const SILENT_AFTER_SEC = 600;

/** State of a run. A killed trainer leaves the status RUNNING; after ten minutes without activity the run is silent. */
export function runStateOf({ status, lastSeenAt }: Pick<RunSummary, "status" | "lastSeenAt">, nowMs: number): RunState {
  if (status !== "RUNNING") return status.toLowerCase() as RunState;
  const silentSec = lastSeenAt === null ? 0 : (nowMs - Date.parse(lastSeenAt)) / 1000;
  return silentSec > SILENT_AFTER_SEC ? "silent" : "running";
}
