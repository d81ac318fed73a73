import type { ReactNode } from "react";

import type { RunSummary } from "../../domain/tracked-run.ts";

/** Time without activity after which a run is shown as silent, s. */
const SILENT_AFTER_SEC = 600;

/**
 * State of a run as a word with a mark. A killed trainer leaves the status RUNNING; after ten minutes the run is shown
 * as silent.
 */
export function RunState({ run }: { run: Pick<RunSummary, "status" | "lastSeenAt"> }): ReactNode {
  const { tone, word } = stateOf(run);
  return <span className={`state ${tone}`}>{word}</span>;
}

function stateOf({ status, lastSeenAt }: Pick<RunSummary, "status" | "lastSeenAt">): { tone: string; word: string } {
  if (status === "FINISHED") return { tone: "good", word: "finished" };
  if (status === "FAILED") return { tone: "bad", word: "failed" };
  if (status === "KILLED") return { tone: "warn", word: "killed" };
  if (status === "SCHEDULED") return { tone: "", word: "scheduled" };
  const silentSec = lastSeenAt === null ? 0 : (Date.now() - Date.parse(lastSeenAt)) / 1000;
  return silentSec > SILENT_AFTER_SEC ? { tone: "warn", word: "silent" } : { tone: "live", word: "running" };
}
