import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { LedgerPage } from "../../domain/ledger.ts";
import type { ClassSum } from "../../domain/bill.ts";
import type { BudgetState, MoneyOverview, PricedRun } from "../../domain/money.ts";
import { getJson } from "../api.ts";
import { Activities, LeakPlaces, useActivities, useLeakage } from "../parts/money-tables.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { ShareBar } from "../parts/share-bar.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { shownUsd } from "../parts/words.ts";

/** Where the money stands: what runs cost, what was billed and leaks, show what is left of each budget, and the ledger. */
export default function MoneyPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["money"],
    queryFn: async () => getJson<MoneyOverview>("/money"),
    refetchInterval: 10_000,
  });
  // All parts come at once: one that came later would push the others down.
  const others = [useActivities(), useLeakage(), useLedger()];
  const isWhole = others.every(({ isPending }) => !isPending);
  return (
    <Page
      title="Money"
      lead="US dollars. Runs accrue by the time the server saw them alive, at the price of the day."
      reading={isWhole ? reading : { data: undefined, error: reading.error }}
      actions={({ isIntact, entries }) => (
        <span className={`state ${isIntact ? "good" : "bad"}`}>
          {isIntact ? `ledger verified, ${entries} entries` : "the ledger is NOT intact: run tunewright ledger verify"}
        </span>
      )}
    >
      {(money) => (
        <>
          <Figures money={money} />
          <Budgets budgets={money.budgets} />
          <Activities />
          <Classes classes={money.classes} billedUsd={money.billedUsd} />
          <LeakPlaces />
          <TopRuns runs={money.topRuns} />
          <Ledger />
        </>
      )}
    </Page>
  );
}

function Figures({ money }: { money: MoneyOverview }): ReactNode {
  // Of what was charged: credits and taxes are no part of what could leak.
  const charged = money.classes.reduce(
    (sum, { class: name, billedUsd }) => sum + (name === "not-work" ? 0 : Number(billedUsd)),
    0,
  );
  const leak = charged > 0 ? Number(money.leakUsd) / charged : null;
  const tiles = [
    {
      term: "Accrued by runs",
      value: shownUsd(money.runsUsd),
      detail: money.unpricedRuns === 0 ? "every run has a price" : `${money.unpricedRuns} runs without a known price`,
    },
    { term: "Billed", value: shownUsd(money.billedUsd), detail: "all imported bills" },
    {
      term: "Of no run",
      value: shownUsd(money.leakUsd),
      detail:
        leak === null ? "no bill imported" : `${Math.round(100 * leak)} % of what was charged, without tax and credits`,
    },
    {
      term: "Budgets",
      value: String(money.budgets.length),
      detail: `${money.budgets.filter(({ usedShare }) => usedShare !== null && usedShare >= 1).length} used up`,
    },
  ];
  return <Tiles tiles={tiles} />;
}

function Budgets({ budgets }: { budgets: readonly BudgetState[] }): ReactNode {
  return (
    <section className="panel" aria-labelledby="budgets">
      <h2 id="budgets">Budgets</h2>
      {budgets.length === 0 ? (
        <Empty title="No budgets">
          <pre tabIndex={0}>tunewright budget set --cap-usd 500 --set-by finance</pre>
        </Empty>
      ) : (
        <DataTable
          label="Budgets"
          head={["Budget", "Period", "Spent", "Held", "Left", "Forecast", "Cap", "Used"]}
          numbers={[2, 3, 4, 5, 6]}
        >
          {budgets.map(({ no, scope, key, period, spentUsd, heldUsd, leftUsd, forecastUsd, capUsd, usedShare }) => (
            <tr key={no}>
              <td>{key === "" ? scope : `${scope}: ${key}`}</td>
              <td>{period}</td>
              <td className="number">{shownUsd(spentUsd)}</td>
              <td className="number">{shownUsd(heldUsd)}</td>
              <td className="number">{shownUsd(leftUsd)}</td>
              <td className="number">{shownUsd(forecastUsd)}</td>
              <td className="number">{shownUsd(capUsd)}</td>
              <td>
                <ShareBar share={usedShare} label="used" />
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

function Classes({ classes, billedUsd }: { classes: readonly ClassSum[]; billedUsd: string }): ReactNode {
  return (
    <section className="panel" aria-labelledby="leakage">
      <h2 id="leakage">Where the bill went</h2>
      {classes.length === 0 ? (
        <Empty title="No bill imported">
          <pre tabIndex={0}>tunewright ledger import focus-2026-11.csv</pre>
        </Empty>
      ) : (
        <DataTable
          label="Bill by class"
          head={["Class", "Lines", "Billed", "Effective", "Share", "What to do"]}
          numbers={[1, 2, 3]}
        >
          {classes.map(({ class: name, lines, billedUsd: billed, effectiveUsd, share, isLeak, advice }) => (
            <tr key={name}>
              <td>
                {name} {isLeak ? <span className="state warn">leak</span> : null}
              </td>
              <td className="number">{lines.toLocaleString()}</td>
              <td className="number">{shownUsd(billed)}</td>
              <td className="number">{shownUsd(effectiveUsd)}</td>
              <td>
                <ShareBar share={share} label="of the bill" />
              </td>
              <td className="wrap">{advice}</td>
            </tr>
          ))}
          <tr className="total">
            <td>total</td>
            <td className="number">{classes.reduce((sum, { lines }) => sum + lines, 0).toLocaleString()}</td>
            <td className="number">{shownUsd(billedUsd)}</td>
            <td colSpan={3} />
          </tr>
        </DataTable>
      )}
    </section>
  );
}

function TopRuns({ runs }: { runs: readonly PricedRun[] }): ReactNode {
  if (runs.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="runs">
      <h2 id="runs">Dearest runs</h2>
      <DataTable label="Dearest runs" head={["Run", "Experiment", "GPU-hours", "Cost", "Price from"]} numbers={[2, 3]}>
        {runs.map(({ id, name, experiment, cost }) => (
          <tr key={id}>
            <td>
              <Link to={`/runs/${id}`}>{name}</Link>
            </td>
            <td>{experiment}</td>
            <td className="number">{cost.gpuHours === null ? "unknown" : cost.gpuHours.toFixed(2)}</td>
            <td className="number">{cost.usd === null ? "unknown" : shownUsd(cost.usd)}</td>
            <td className="wrap soft">{cost.reason ?? cost.basis}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function useLedger(): UseQueryResult<LedgerPage> {
  return useQuery({ queryKey: ["ledger"], queryFn: async () => getJson<LedgerPage>("/ledger", { limit: 20 }) });
}

function Ledger(): ReactNode {
  const { data } = useLedger();
  if (data === undefined || data.total === 0) return null;
  return (
    <section className="panel" aria-labelledby="ledger">
      <h2 id="ledger">
        Ledger{" "}
        <span className="soft small">
          newest {data.entries.length} of {data.total}
        </span>
      </h2>
      <DataTable label="Ledger" head={["No.", "Date", "Kind", "Account", "Amount", "Memo"]} numbers={[0, 4]}>
        {data.entries.flatMap(({ seq, effectiveAt, kind, memo, lines }) =>
          lines.map(({ account, amount }, index) => (
            <tr key={`${seq}-${account}`}>
              <td className="number">{index === 0 ? seq : ""}</td>
              <td>{index === 0 ? effectiveAt.slice(0, 10) : ""}</td>
              <td>{index === 0 ? kind : ""}</td>
              <td>{account}</td>
              <td className="number">{shownUsd(amount)}</td>
              <td className="wrap">{index === 0 ? memo : ""}</td>
            </tr>
          )),
        )}
      </DataTable>
    </section>
  );
}
