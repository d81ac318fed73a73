import type { ReactNode } from "react";

import type { RunState as State } from "../../domain/run-group.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import { runStateOf } from "../../report/run-state.ts";

/** Tone of each state. */
const TONES: Readonly<Record<State, string>> = {
  running: "live",
  silent: "warn",
  scheduled: "",
  finished: "good",
  killed: "warn",
  failed: "bad",
};

/** State of a run as a word with a mark. */
export function RunState({ run }: { run: Pick<RunSummary, "status" | "lastSeenAt"> }): ReactNode {
  return <StateMark state={runStateOf(run, Date.now())} />;
}

/** A state with its mark, and the number of runs in it. */
export function StateMark({ state, count }: { state: State; count?: number }): ReactNode {
  return (
    <span className={`state ${TONES[state]}`}>
      {count === undefined ? state : `${count.toLocaleString()} ${state}`}
    </span>
  );
}
