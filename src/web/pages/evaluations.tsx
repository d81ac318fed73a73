import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useNavigate } from "react-router";

import type { EvaluationList, EvaluationRow } from "../../domain/evaluation-list.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Interval } from "../parts/evaluations/interval.tsx";
import { shownInterval, shownScore } from "../parts/evaluations/score-words.ts";
import { Page } from "../parts/page.tsx";
import { shownAge, shownTime, shownUsd } from "../parts/words.ts";
import { useReadsContent } from "../session.ts";
import "../evaluations.css";

/** The evaluations of the programme, and a choice of two to compare. */
export default function EvaluationsPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["evaluations"],
    queryFn: async () => getJson<EvaluationList>("/evaluations"),
    refetchInterval: 30_000,
  });
  return (
    <Page
      title="Evaluations"
      lead="Targets on frozen sets. Each score comes with its 95 % interval; two can be compared if only the target differs."
      reading={reading}
    >
      {({ evaluations, unreadable }) => (
        <>
          {unreadable.map((id) => (
            <p className="notice warn" key={id}>
              evaluations/{id} cannot be read: run the evaluation again.
            </p>
          ))}
          {evaluations.length === 0 ? (
            <Empty title="No evaluations yet">
              <pre tabIndex={0}>{"tunewright eval init NAME --set FOLDER\ntunewright eval run NAME"}</pre>
            </Empty>
          ) : (
            <>
              <Choose rows={evaluations} />
              <List rows={evaluations} />
            </>
          )}
        </>
      )}
    </Page>
  );
}

/** Two comparable evaluations, chosen for a comparison. */
function Choose({ rows }: { rows: readonly EvaluationRow[] }): ReactNode {
  const go = useNavigate();
  const readsContent = useReadsContent();
  const comparable = rows.filter((row) => rows.some((other) => other.id !== row.id && other.terms === row.terms));
  const [chosen, setChosen] = useState("");
  const [other, setOther] = useState("");
  if (!readsContent || comparable.length === 0) return null;
  const baseline = comparable.find(({ id }) => id === chosen) ?? comparable.at(-1)!; // the oldest
  const targets = comparable.filter(({ id, terms }) => id !== baseline.id && terms === baseline.terms);
  const target = targets.find(({ id }) => id === other) ?? targets[0]!;
  const compare = (event: FormEvent): void => {
    event.preventDefault();
    void go(`/evaluations/compare?${new URLSearchParams({ baseline: baseline.id, target: target.id })}`);
  };
  return (
    <section className="panel" aria-labelledby="compare-evaluations">
      <h2 id="compare-evaluations">Compare two evaluations</h2>
      <form className="panel-body choose" onSubmit={compare}>
        <Select label="Baseline" rows={comparable} value={baseline.id} onChange={setChosen} />
        <Select label="Target" rows={targets} value={target.id} onChange={setOther} />
        <button className="button" type="submit">
          Compare
        </button>
      </form>
    </section>
  );
}

type SelectProps = {
  label: string;
  rows: readonly EvaluationRow[];
  value: string;
  onChange: (id: string) => void;
};

function Select({ label, rows, value, onChange }: SelectProps): ReactNode {
  return (
    <div className="choice">
      <label htmlFor={`choose-${label}`}>{label}</label>
      <select id={`choose-${label}`} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {rows.map(({ id, target, evaluation }) => (
          <option key={id} value={id}>
            {target} ({evaluation}, {id.slice(-8)})
          </option>
        ))}
      </select>
    </div>
  );
}

const HEAD = ["Target", "Evaluation", "Score", "95 % interval", "Range", "Items", "State", "Cost, USD", "Finished"];

function List({ rows }: { rows: readonly EvaluationRow[] }): ReactNode {
  const readsContent = useReadsContent();
  return (
    <section className="panel" aria-labelledby="all-evaluations">
      <h2 id="all-evaluations">All evaluations</h2>
      <DataTable label="Evaluations" head={HEAD} numbers={[2, 3, 5, 7]}>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>{readsContent ? <Link to={`/evaluations/${row.id}`}>{row.target}</Link> : row.target}</td>
            <td>
              {row.evaluation} <span className="soft small">on {row.set}</span>
            </td>
            <td className="number">
              {row.headline === null ? "none" : shownScore(row.headline.mean)}{" "}
              <span className="soft small">
                {row.headline?.scorer} {row.headline?.correction}
              </span>
            </td>
            <td className="number">{shownInterval(row.headline?.interval ?? null)}</td>
            <td>
              <Interval
                value={row.headline?.mean ?? null}
                low={row.headline?.interval?.low}
                high={row.headline?.interval?.high}
                ends={[0, 1]}
              />
            </td>
            <td className="number">{row.headline?.n ?? 0}</td>
            <td>
              <States row={row} />
            </td>
            <td className="number">{costOf(row)}</td>
            <td title={shownTime(row.finishedAt)}>{shownAge(row.finishedAt, Date.now())}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function costOf({ targetUsd, judgesUsd }: EvaluationRow): string {
  const parts = [
    ...(targetUsd === null ? [] : [shownUsd(targetUsd)]),
    ...(judgesUsd === null ? [] : [`${shownUsd(judgesUsd)} judges`]),
  ];
  return parts.length === 0 ? "free" : parts.join(" + ");
}

function States({ row: { isComplete, errors, isAdmitted, contaminated } }: { row: EvaluationRow }): ReactNode {
  const states: [tone: string, text: string][] = [
    ...(isComplete ? [] : [["bad", "not complete"] as [string, string]]),
    ...(errors === 0 ? [] : [["warn", `${errors} without an answer`] as [string, string]]),
    ...(isAdmitted === false ? [["bad", "judge not admitted"] as [string, string]] : []),
    ...((contaminated ?? 0) > 0 ? [["warn", `${contaminated} contaminated`] as [string, string]] : []),
  ];
  return (states.length === 0 ? [["good", "complete"] as const] : states).map(([tone, text]) => (
    <span className={`state ${tone}`} key={text}>
      {text}
    </span>
  ));
}
