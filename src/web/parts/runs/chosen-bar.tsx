import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { RunRow } from "../../../domain/run-table.ts";
import { callMlflow } from "../../api.ts";
import { download } from "../../download.ts";
import { runsAsCsv } from "../../run-csv.ts";
import { attempt, sayDone } from "../toasts.tsx";

/** Maximum number of runs that can be compared. */
const MOST_COMPARED = 20;

type Props = {
  rows: readonly RunRow[];
  columns: readonly string[];
  chosen: readonly RunRow[];
  isDeleted: boolean;
  onClear: () => void;
};

/** Actions on the selected runs, or on all shown; without a selection, the newest shown ones are compared. */
export function ChosenBar({ rows, columns, chosen, isDeleted, onClear }: Props): ReactNode {
  const client = useQueryClient();
  const change = async (ids: readonly string[], action: "delete" | "restore"): Promise<void> => {
    try {
      for (const run_id of ids) await callMlflow(`runs/${action}`, { run_id });
    } finally {
      await client.invalidateQueries({ queryKey: ["runs"] });
    }
  };
  const remove = async (): Promise<void> => {
    const ids = chosen.map(({ id }) => id);
    const [done, undone] = isDeleted ? (["restore", "delete"] as const) : (["delete", "restore"] as const);
    await change(ids, done);
    onClear();
    sayDone({
      text: `${ids.length} ${ids.length === 1 ? "run" : "runs"} ${done}d`,
      undo: () => void attempt(change(ids, undone)),
    });
  };
  const target = chosen.length > 0 ? chosen : rows;
  const compared = target.slice(0, MOST_COMPARED);
  const isComparable = compared.length > 1 && chosen.length <= MOST_COMPARED && (chosen.length > 0 || !isDeleted);
  const whichWords = rows.length > MOST_COMPARED ? `newest ${MOST_COMPARED}` : `all ${rows.length}`;
  return (
    <>
      <div className="toolbar" role="toolbar" aria-label="Chosen runs">
        {chosen.length === 0 ? null : <strong>{chosen.length.toLocaleString()} chosen</strong>}
        {isComparable ? (
          <Link
            className={chosen.length > 0 ? "button primary" : "button quiet"}
            to={`/compare?${compared.map(({ id }) => `run=${id.slice(0, 12)}`).join("&")}`}
          >
            {chosen.length > 0 ? "Compare" : `Compare ${whichWords}`}
          </Link>
        ) : null}
        {chosen.length > MOST_COMPARED ? <span className="soft small">at most {MOST_COMPARED} compare</span> : null}
        {chosen.length === 0 ? null : (
          <>
            <Button className="button" onPress={() => void attempt(remove())}>
              {isDeleted ? "Restore" : "Delete"}
            </Button>
            <Button className="button quiet" onPress={onClear}>
              Clear
            </Button>
          </>
        )}
        <Button className="button quiet" onPress={() => download("runs.csv", runsAsCsv(target, columns))}>
          CSV
        </Button>
      </div>
    </>
  );
}
