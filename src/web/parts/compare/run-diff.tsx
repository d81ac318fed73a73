import { type ReactNode, useState } from "react";
import { Input, Label, SearchField, ToggleButton } from "react-aria-components";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { type DiffRow, extremes, inputRows, metricRows } from "../../../report/run-diff.ts";
import { shownValue } from "../words.ts";
import { LegendLine } from "./run-legend.tsx";

/** Number of rows from which there is a search for them. */
const MANY = 12;

type Props = { runs: readonly TrackedRun[]; kind: "params" | "metrics" };

/**
 * Table of the comparison, a row for each key and a column for each run. Params and datasets are marked where they are
 * not those of the first run; of metrics, the runs with the lowest and the highest value come first.
 */
export function RunDiff({ runs, kind }: Props): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const [search, setSearch] = useState("");
  const isParams = kind === "params";
  const rows = isParams ? inputRows(runs) : metricRows(runs);
  const differing = rows.filter(({ isSame }) => !isSame);
  const listed = showsAll || !isParams ? rows : differing;
  const shown = listed.filter(({ key }) => key.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className="stack">
      <div className="toolbar">
        {isParams ? (
          <ToggleButton className="button" isSelected={showsAll} onChange={setShowsAll}>
            Equal ones too
          </ToggleButton>
        ) : null}
        {listed.length < MANY ? null : (
          <SearchField value={search} onChange={setSearch}>
            <Label className="visually-hidden">Find {kind}</Label>
            <Input className="input" placeholder={`Find ${kind}`} />
          </SearchField>
        )}
        <span className="soft small">
          {differing.length} of {rows.length} differ
          {isParams ? "; marked: different from the first run" : ""}
        </span>
      </div>
      <DiffTable runs={runs} kind={kind} rows={shown} />
    </div>
  );
}

function DiffTable({ runs, kind, rows }: Props & { rows: readonly DiffRow[] }): ReactNode {
  const isParams = kind === "params";
  return (
    <div className="table-wrap diff" tabIndex={0} role="region" aria-label={`Table: ${kind}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{isParams ? "Param" : "Metric, latest"}</th>
            {isParams ? null : (
              <>
                <th scope="col">Lowest in</th>
                <th scope="col">Highest in</th>
              </>
            )}
            {runs.map(({ id, name }, place) => (
              <th key={id} scope="col" title={name}>
                <LegendLine place={place} />
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, values }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              {isParams ? null : <Extremes runs={runs} values={values} />}
              {values.map((value, place) => (
                <td
                  key={runs[place]!.id}
                  className={isParams ? (value === values[0] ? undefined : "changed") : "number"}
                >
                  <Value value={value} isParam={isParams} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The runs with the lowest and the highest value of a metric. */
function Extremes({ runs, values }: { runs: Props["runs"]; values: DiffRow["values"] }): ReactNode {
  const found = extremes(values);
  if (found === undefined) {
    return (
      <>
        <td className="soft">–</td>
        <td className="soft">–</td>
      </>
    );
  }
  return [found.low, found.high].map((place, index) => (
    <td key={index === 0 ? "low" : "high"} title={runs[place]!.name}>
      <LegendLine place={place} />
      {runs[place]!.name}
    </td>
  ));
}

function Value({ value, isParam }: { value: string | number | undefined; isParam: boolean }): ReactNode {
  if (value === undefined) return <span className="soft">–</span>;
  if (isParam) return String(value);
  return typeof value === "string" ? <span className="state bad">{value}</span> : shownValue(value);
}
