import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { QueueSummary, WatchWork as Work } from "../../domain/watch-work.ts";
import { getJson } from "../api.ts";
import { DataTable, NumberCell } from "./data-table.tsx";
import { QualitySeries } from "./quality-series.tsx";

/**
 * Work that follows from production traffic: queues for labelling, scores of repeated evaluations, and the plan of the
 * quarter with its due steps.
 */
export function WatchWork(): ReactNode {
  const { data, error } = useQuery({
    queryKey: ["watch", "work"],
    queryFn: async () => getJson<Work>("/watch/work"),
    refetchInterval: 60_000,
  });
  if (error !== null) return <p className="notice bad">{error.message}</p>;
  if (data === undefined) return null;
  return (
    <>
      <section className="panel stacked" aria-labelledby="watch-queues">
        <h2 id="watch-queues">Hard cases for labelling</h2>
        <div className="watch-body">
          {data.queues.length === 0 ? (
            <pre tabIndex={0}>{"tunewright watch queue NAME --budget-usd 150"}</pre>
          ) : (
            <Queues queues={data.queues} />
          )}
        </div>
      </section>
      <section className="panel" aria-labelledby="watch-quality">
        <h2 id="watch-quality">Quality over time</h2>
        {data.quality.length === 0 ? (
          <div className="watch-body">
            <p className="soft">No target has two complete evaluations yet. Evaluate a replay set each month:</p>
            <pre tabIndex={0}>{"tunewright eval run NAME"}</pre>
          </div>
        ) : (
          <div className="signals">
            {data.quality.map((series) => (
              <QualitySeries key={JSON.stringify([series.evaluation, series.target, series.scorer])} series={series} />
            ))}
          </div>
        )}
      </section>
      <section className="panel stacked" aria-labelledby="watch-plan">
        <h2 id="watch-plan">Maintenance of the quarter</h2>
        <div className="watch-body">
          {data.plan === null ? (
            <pre tabIndex={0}>{"tunewright watch plan --save"}</pre>
          ) : (
            <Plan plan={data.plan} due={data.due} />
          )}
        </div>
      </section>
    </>
  );
}

function Queues({ queues }: { queues: readonly QueueSummary[] }): ReactNode {
  return (
    <DataTable label="Queues" head={["Queue", "Rows", "Days", "Reasons"]} numbers={[1]}>
      {queues.map(({ file, rows, days, reasons }) => (
        <tr key={file}>
          <td>{file}</td>
          <NumberCell head="Rows">{rows.toLocaleString()}</NumberCell>
          <td data-head="Days">{days === null ? "none" : `${days.from} to ${days.to}`}</td>
          <td className="wrap" data-head="Reasons">
            {reasons.map(({ reason, rows: count }) => `${reason.replaceAll("-", " ")} ${count}`).join(", ")}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function Plan({ plan, due }: { plan: NonNullable<Work["plan"]>; due: Work["due"] }): ReactNode {
  const states = new Map(due.map(({ kind, day, state }) => [`${kind} ${day}`, state]));
  const shown = plan.steps.filter(({ kind, day }) => kind !== "drift" || states.has(`${kind} ${day}`));
  const checks = plan.steps.length - shown.length;
  return (
    <>
      <p className="soft small">
        {plan.from} to {plan.to}, saved on {plan.savedOn}
        {checks === 0 ? "" : `; ${checks} weekly checks that are not due are not listed`}
      </p>
      <DataTable label="Maintenance of the quarter" head={["Day", "Step", "State", "Command"]}>
        {shown.map(({ kind, day, what, command }) => {
          const state = states.get(`${kind} ${day}`);
          return (
            <tr key={`${kind} ${day}`}>
              <td>{day}</td>
              <td className="wrap">{what}</td>
              <td>
                {state === undefined ? (
                  ""
                ) : (
                  <span className={`state ${state === "overdue" ? "bad" : "warn"}`}>{state}</span>
                )}
              </td>
              <td>{command === null ? "" : <code>{command}</code>}</td>
            </tr>
          );
        })}
      </DataTable>
    </>
  );
}
