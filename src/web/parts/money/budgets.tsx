import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { BudgetCurve, BudgetState } from "../../../domain/money.ts";
import { getJson } from "../../api.ts";
import { DataTable, NumberCell } from "../data-table.tsx";
import { Empty } from "../empty.tsx";
import { ShareBar } from "../share-bar.tsx";
import { shownTime, shownUsd } from "../words.ts";
import { BurnDown, NoCurve } from "./burn-down.tsx";

/** Budgets with the amounts left, and the course of each. */
export function Budgets({ budgets }: { budgets: readonly BudgetState[] }): ReactNode {
  return (
    <section className="panel stacked" aria-labelledby="budgets">
      <h2 id="budgets">Budgets</h2>
      {budgets.length === 0 ? (
        <Empty title="No budgets">
          <pre tabIndex={0}>tunewright budget set --cap-usd 500 --set-by finance</pre>
        </Empty>
      ) : (
        <>
          <DataTable
            label="Budgets"
            head={["Budget", "Period", "Spent", "Reserved", "Left", "Forecast", "Cap", "Used"]}
            numbers={[2, 3, 4, 5, 6]}
          >
            {budgets.map((budget) => (
              <tr key={budget.no}>
                <td>{nameOf(budget)}</td>
                <td data-head="Period">{budget.period}</td>
                <NumberCell head="Spent">
                  {shownUsd(budget.spentUsd)}
                  {budget.unpricedRuns === 0 ? null : (
                    <div className="soft small">and {budget.unpricedRuns.toLocaleString()} without a price</div>
                  )}
                </NumberCell>
                <NumberCell head="Reserved">{shownUsd(budget.heldUsd)}</NumberCell>
                <NumberCell head="Left">{shownUsd(budget.leftUsd)}</NumberCell>
                <NumberCell head="Forecast">{shownUsd(budget.forecastUsd)}</NumberCell>
                <NumberCell head="Cap">{shownUsd(budget.capUsd)}</NumberCell>
                <td data-head="Used">
                  <ShareBar share={budget.usedShare} label="used" />
                </td>
              </tr>
            ))}
          </DataTable>
          <div className="burn-downs">
            {budgets.map((budget) => (
              <Curve key={budget.no} budget={budget} />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function nameOf({ scope, key }: BudgetState): string {
  return key === "" ? scope : `${scope}: ${key}`;
}

/** The burn-down of one budget. */
function Curve({ budget }: { budget: BudgetState }): ReactNode {
  const { data } = useQuery({
    queryKey: ["money", "curve", budget.no],
    queryFn: async () => getJson<BudgetCurve>("/budgets/curve", { no: budget.no }),
    refetchInterval: 60_000,
  });
  const end = !data?.usedUpAt ? "" : `; used up ${shownTime(data.usedUpAt)} if its runs continue`;
  return (
    <figure className="burn-down">
      <figcaption>
        {nameOf(budget)}
        <span className="soft small">
          {" "}
          {shownUsd(budget.leftUsd)} of {shownUsd(budget.capUsd)} left{end}
        </span>
      </figcaption>
      {data === undefined ? <NoCurve /> : <BurnDown curve={data} name={nameOf(budget)} />}
    </figure>
  );
}
