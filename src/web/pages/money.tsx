import "../money.css";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { ClassSum } from "../../domain/bill.ts";
import type { MoneyOverview, PricedRun } from "../../domain/money.ts";
import { getJson } from "../api.ts";
import { DataTable, NumberCell } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Activities, LeakPlaces, useActivities, useLeakage } from "../parts/money/activities.tsx";
import { BillLines, LinesLink } from "../parts/money/bill-lines.tsx";
import { Budgets } from "../parts/money/budgets.tsx";
import { ImportBill, useBillFiles } from "../parts/money/import-bill.tsx";
import { Ledger, useLedgerPage } from "../parts/money/ledger.tsx";
import { MonthEnd } from "../parts/money/month-end.tsx";
import { Page } from "../parts/page.tsx";
import { ShareBar } from "../parts/share-bar.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { shownCount, shownUsd } from "../parts/words.ts";

/** The page Money: cost of runs, bills and leakage, the amount left of each budget, and the ledger. */
export default function MoneyPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["money"],
    queryFn: async () => getJson<MoneyOverview>("/money"),
    refetchInterval: 10_000,
  });
  // All parts come at once: one that came later would push the others down.
  const others = [useActivities(), useLeakage(), useBillFiles(), useLedgerPage()];
  const isWhole = others.every(({ isPending }) => !isPending);
  return (
    <Page
      title="Money"
      lead="US dollars. A run accrues cost for the time in which the server saw it active, at the price of the day."
      reading={isWhole ? reading : { data: undefined, error: reading.error }}
      actions={({ isIntact, entries }) => (
        <span className={`state ${isIntact ? "good" : "bad"}`}>
          {isIntact
            ? `ledger verified, ${shownCount(entries, "entry", "entries")}`
            : "the ledger is NOT intact: run tunewright ledger verify"}
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
          <BillLines />
          <ImportBill />
          <TopRuns runs={money.topRuns} />
          <Ledger />
          <MonthEnd closed={money.closed} />
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
      term: "Today",
      value: shownUsd(money.todayUsd),
      detail: `runs and entered costs; ${shownUsd(money.usdPerHour)} per hour now; days in UTC`,
    },
    {
      term: "This month",
      value: shownUsd(money.monthUsd),
      detail: `forecast ${shownUsd(money.monthForecastUsd)} if active runs continue`,
    },
    {
      term: "Accrued by runs",
      value: shownUsd(money.runsUsd),
      detail:
        money.unpricedRuns === 0
          ? "every run has a price"
          : `${shownCount(money.unpricedRuns, "run")} without a known price`,
    },
    { term: "Billed", value: shownUsd(money.billedUsd), detail: "all imported bills" },
    {
      term: "Unattributed",
      value: shownUsd(money.leakUsd),
      detail: leak === null ? "no bill imported" : `${Math.round(100 * leak)} % of charges, excluding tax and credits`,
    },
    {
      term: "Budgets",
      value: String(money.budgets.length),
      detail: `${money.budgets.filter(({ usedShare }) => usedShare !== null && usedShare >= 1).length} used up`,
    },
  ];
  return <Tiles tiles={tiles} />;
}

function Classes({ classes, billedUsd }: { classes: readonly ClassSum[]; billedUsd: string }): ReactNode {
  return (
    <section className="panel stacked" aria-labelledby="leakage">
      <h2 id="leakage">Unattributed cost</h2>
      {classes.length === 0 ? (
        <Empty title="No bill imported">
          <pre tabIndex={0}>tunewright ledger import focus-2026-11.csv</pre>
        </Empty>
      ) : (
        <DataTable
          label="Bill by class"
          head={["Class", "Parts of lines", "Billed", "Effective", "Share", "What to do"]}
          numbers={[1, 2, 3]}
        >
          {classes.map(({ class: name, lines, billedUsd: billed, effectiveUsd, share, isLeak, advice }) => (
            <tr key={name}>
              <td>
                <LinesLink lines={{ class: name }}>{name}</LinesLink>{" "}
                {isLeak ? <span className="state warn">leak</span> : null}
              </td>
              <NumberCell head="Parts of lines">{lines.toLocaleString()}</NumberCell>
              <NumberCell head="Billed">{shownUsd(billed)}</NumberCell>
              <NumberCell head="Effective">{shownUsd(effectiveUsd)}</NumberCell>
              <td data-head="Share">
                <ShareBar share={share} label="of the bill" />
              </td>
              <td className="wrap">{advice}</td>
            </tr>
          ))}
          <tr className="total">
            <td>total</td>
            <NumberCell head="Parts of lines">
              {classes.reduce((sum, { lines }) => sum + lines, 0).toLocaleString()}
            </NumberCell>
            <NumberCell head="Billed">{shownUsd(billedUsd)}</NumberCell>
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
    <section className="panel stacked" aria-labelledby="runs">
      <h2 id="runs">Most expensive runs</h2>
      <DataTable
        label="Most expensive runs"
        head={["Run", "Experiment", "GPU-hours", "Cost", "Price from"]}
        numbers={[2, 3]}
      >
        {runs.map(({ id, name, experiment, cost }) => (
          <tr key={id}>
            <td>
              <Link to={`/runs/${id}`}>{name}</Link>
            </td>
            <td>{experiment}</td>
            <NumberCell head="GPU-hours">{cost.gpuHours === null ? "unknown" : cost.gpuHours.toFixed(2)}</NumberCell>
            <NumberCell head="Cost">{cost.usd === null ? "unknown" : shownUsd(cost.usd)}</NumberCell>
            <td className="wrap soft" data-head="Price from">
              {cost.reason ?? cost.basis}
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
