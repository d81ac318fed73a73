import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { LeakageReport } from "../../../domain/bill.ts";
import type { AccountsView } from "../../../domain/money-accounts.ts";
import { getJson } from "../../api.ts";
import { DataTable, NumberCell } from "../data-table.tsx";
import { LinesLink } from "./bill-lines.tsx";
import { shownUsd } from "../words.ts";

/** Maximum number of rows in a table; the command line has all. */
const MOST_ROWS = 10;

/** Reads the activities. */
export function useActivities(): UseQueryResult<AccountsView> {
  return useQuery({ queryKey: ["money", "activities"], queryFn: async () => getJson<AccountsView>("/activities") });
}

/** Reads the destinations of billed money. */
export function useLeakage(): UseQueryResult<LeakageReport> {
  return useQuery({ queryKey: ["money", "leakage"], queryFn: async () => getJson<LeakageReport>("/leakage") });
}

/** Plan, commitment, accrual and bill of each activity. */
export function Activities(): ReactNode {
  const { data } = useActivities();
  if (data === undefined || data.activities.length === 0) return null;
  return (
    <section className="panel stacked" aria-labelledby="activities">
      <h2 id="activities">Activities</h2>
      <DataTable
        label="Activities"
        head={["Activity", "Plan", "Committed", "Accrued", "Billed", "Left"]}
        numbers={[1, 2, 3, 4, 5]}
      >
        {data.activities.map(({ activity, planUsd, committedUsd, accruedUsd, billedUsd, leftUsd }) => (
          <tr key={activity}>
            <td>{activity}</td>
            <NumberCell head="Plan">{planUsd === null ? "none" : shownUsd(planUsd)}</NumberCell>
            <NumberCell head="Committed">{shownUsd(committedUsd)}</NumberCell>
            <NumberCell head="Accrued">{shownUsd(accruedUsd)}</NumberCell>
            <NumberCell head="Billed">{shownUsd(billedUsd)}</NumberCell>
            <NumberCell head={leftUsd === null ? undefined : "Left"}>
              {leftUsd === null ? "" : shownUsd(leftUsd)}
            </NumberCell>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

/** Billed money that belongs to no run, and the estimate of each run compared with its bill. */
export function LeakPlaces(): ReactNode {
  const { data } = useLeakage();
  if (data === undefined) return null;
  return (
    <>
      {data.places.length === 0 ? null : (
        <section className="panel stacked" aria-labelledby="places">
          <h2 id="places">Where it leaks</h2>
          <DataTable
            label="Places"
            head={["Class", "Where", "Parts of lines", "Billed", "Largest line"]}
            numbers={[2, 3]}
          >
            {data.places.slice(0, MOST_ROWS).map(({ class: name, place, lines, usd, example }) => (
              <tr key={`${name} ${place}`}>
                <td>{name}</td>
                <td className="wrap">
                  <LinesLink lines={{ class: name, place }}>{place}</LinesLink>
                </td>
                <NumberCell head="Parts of lines">{lines.toLocaleString()}</NumberCell>
                <NumberCell head="Billed">{shownUsd(usd)}</NumberCell>
                <td className="soft" data-head="Largest line">
                  {example}
                </td>
              </tr>
            ))}
          </DataTable>
        </section>
      )}
      {data.runs.length === 0 ? null : <RunBills runs={data.runs} unbilled={data.unbilled} />}
    </>
  );
}

function RunBills({ runs, unbilled }: Pick<LeakageReport, "runs" | "unbilled">): ReactNode {
  return (
    <section className="panel stacked" aria-labelledby="run-bills">
      <h2 id="run-bills">Estimate and bill</h2>
      <DataTable
        label="Estimate and bill"
        head={["Run", "Accrued", "Billed (effective)", "Difference", "Why they differ"]}
        numbers={[1, 2, 3]}
      >
        {runs.slice(0, MOST_ROWS).map(({ runId, name, accruedUsd, billedUsd, differenceUsd, reasons }) => (
          <tr key={runId}>
            <td>
              <Link to={`/runs/${runId}`}>{name}</Link>
            </td>
            <NumberCell head="Accrued">{accruedUsd === null ? "unknown" : shownUsd(accruedUsd)}</NumberCell>
            <NumberCell head="Billed">{shownUsd(billedUsd)}</NumberCell>
            <NumberCell head="Difference">{differenceUsd === null ? "unknown" : shownUsd(differenceUsd)}</NumberCell>
            <td className="wrap">{reasons.join("; ")}</td>
          </tr>
        ))}
      </DataTable>
      {unbilled.runs === 0 ? null : (
        <p className="soft small">
          {unbilled.runs.toLocaleString()} other {unbilled.runs === 1 ? "run" : "runs"} accrued{" "}
          {shownUsd(unbilled.accruedUsd)} in the time of the bills and{" "}
          {unbilled.runs === 1 ? "has no line in one" : "have no line in one"}: a bill may be missing, or the tag
          tunewright.resource that names the machine.
        </p>
      )}
    </section>
  );
}
