import { type ReactNode, useState } from "react";
import { ToggleButton } from "react-aria-components";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { shownValue } from "../words.ts";
import { LegendLine } from "./run-legend.tsx";

/** Table of the comparison, a row for each key and a column for each run; marked where a param is not the first run's. */
export function RunDiff({ runs, kind }: { runs: readonly TrackedRun[]; kind: "params" | "metrics" }): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const tables = runs.map((run) => new Map(run[kind].map(({ key, value }) => [key, value])));
  const keys = [...new Set(tables.flatMap((table) => [...table.keys()]))].toSorted();
  const rows = keys
    .map((key) => ({ key, values: tables.map((table) => table.get(key)) }))
    .map((row) => ({ ...row, isSame: new Set(row.values.map(String)).size === 1 }));
  const shown = showsAll || kind === "metrics" ? rows : rows.filter(({ isSame }) => !isSame);
  return (
    <div className="stack">
      <div className="toolbar">
        {kind === "params" ? (
          <ToggleButton className="button" isSelected={showsAll} onChange={setShowsAll}>
            Equal ones too
          </ToggleButton>
        ) : null}
        <span className="soft small">
          {rows.filter(({ isSame }) => !isSame).length} of {rows.length} differ
          {kind === "params" ? "; marked: different from the first run" : ""}
        </span>
      </div>
      <div className="table-wrap diff" tabIndex={0} role="region" aria-label={`Table: ${kind}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{kind === "params" ? "Param" : "Metric, latest"}</th>
              {runs.map(({ id, name }, place) => (
                <th key={id} scope="col" title={name}>
                  <LegendLine place={place} />
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, values }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                {values.map((value, place) => (
                  <td
                    key={runs[place]!.id}
                    className={`${kind === "metrics" ? "number" : ""}${kind === "metrics" || value === values[0] ? "" : " changed"}`}
                  >
                    {value === undefined ? <span className="soft">–</span> : shown6(value, kind)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function shown6(value: string | number, kind: "params" | "metrics"): string {
  return kind === "metrics" ? shownValue(value) : String(value);
}
