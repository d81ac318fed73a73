import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

import type { RunLog } from "../../../domain/run-origin.ts";
import { getJson } from "../../api.ts";
import { Empty } from "../empty.tsx";
import { Problem } from "../problem.tsx";
import { terminalText } from "../../../report/terminal-text.ts";

/** Log of a launched run's trainer, attempt by attempt; refreshed while it runs. */
export function Log({ runId, isLive }: { runId: string; isLive: boolean }): ReactNode {
  const [attempt, setAttempt] = useState<number>();
  const { data, error } = useQuery({
    queryKey: ["run-log", runId, attempt],
    queryFn: async () => getJson<RunLog>(`/runs/${runId}/log`, { attempt }),
    refetchInterval: isLive ? 2_000 : false,
  });
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return null;
  if (data.job === null) {
    return (
      <Empty title="No log">
        <p>Only runs started by Tunewright have a log. Other trainers can log files as artifacts.</p>
        <pre tabIndex={0}>tunewright train start</pre>
      </Empty>
    );
  }
  return (
    <div className="stack">
      {data.attempts.length < 2 ? null : (
        <ToggleButtonGroup
          className="buttons"
          aria-label="Attempt"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[String(data.attempt)]}
          onSelectionChange={(keys) => setAttempt(Number([...keys][0]))}
        >
          {data.attempts.map((number) => (
            <ToggleButton key={number} id={String(number)} className="button">
              Attempt {number}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      {data.isCut ? <p className="soft small">The end of the log.</p> : null}
      <pre tabIndex={0} className="log" aria-label="Log">
        {data.text === "" ? "The log is empty." : terminalText(data.text)}
      </pre>
    </div>
  );
}
