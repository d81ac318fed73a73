import { formatMoney, parseMoney } from "../../base/money.ts";
import type { LedgerCheck } from "../../domain/ledger.ts";
import type { LeakageReport } from "../../domain/bill.ts";
import type { BudgetList } from "../../domain/money.ts";
import type { AccountsView, Chargeback, MonthPack } from "../../domain/money-accounts.ts";
import { periodEndMs } from "../../ledger/periods.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import type { Block, TableColumn } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { accountsView } from "./accounts-view.ts";
import { placeText, unbilledText } from "./bills/bill-text.ts";
import { budgetStates, visibleBudgets } from "./budget-state.ts";
import { chargeback } from "./chargeback.ts";
import { closedPeriods } from "./close-period.ts";
import { exportFocus } from "./export-focus.ts";
import { leakageReport } from "./leakage.ts";
import type { Pricing } from "./pricing.ts";

type MonthFacts = {
  month: string;
  isClosed: boolean;
  enteredUsd: string;
  charges: Chargeback;
  accounts: AccountsView;
  leakage: LeakageReport;
  budgets: BudgetList["budgets"];
  check: LedgerCheck;
};

/**
 * The month-end files for finance: an HTML page, the chargeback and costs as files, the head of the ledger and its
 * check.
 */
export async function monthPack(
  store: Store,
  pricing: Pricing,
  { month, tag }: { month: string; tag: string },
): Promise<MonthPack> {
  const isVisible = await visibleBudgets(store, pricing);
  const facts: MonthFacts = {
    month,
    isClosed: (await closedPeriods(store)).some(({ period }) => period === month),
    enteredUsd: formatMoney(await enteredPico(store.db, month)),
    charges: await chargeback(store, pricing, { month, tag }),
    accounts: await accountsView(store, pricing, null),
    leakage: await leakageReport(store, pricing, month),
    budgets: (await budgetStates(store, pricing, pricing.now())).filter(({ no }) => isVisible(no)),
    check: await verifyLedger(store),
  };
  const { check, charges, leakage } = facts;
  const { csv } = await exportFocus(store, { month, programme: pricing.programmes[0] ?? "" });
  const head = { size: check.size, hash: check.hash, root: check.root };
  const { csv: chargesCsv, ...chargesJson } = charges;
  return {
    month,
    isClosed: facts.isClosed,
    accruedUsd: formatMoney(parseMoney(charges.totalUsd) + parseMoney(facts.enteredUsd)),
    leakUsd: leakage.leakUsd,
    isIntact: check.isIntact,
    root: check.root,
    files: [
      { name: `money-${month}.html`, content: monthPage(facts) },
      { name: `chargeback-${month}.csv`, content: chargesCsv },
      { name: `focus-${month}.csv`, content: csv },
      { name: `head-${month}.json`, content: `${JSON.stringify(head, null, 2)}\n` },
      { name: `money-${month}.json`, content: `${JSON.stringify({ ...facts, charges: chargesJson }, null, 2)}\n` },
    ],
  };
}

/**
 * Hours, fixed costs, labels and model calls that took effect in a month and name no run: those that name one belong to
 * its team.
 */
async function enteredPico(db: Db, month: string): Promise<bigint> {
  const rows = await db
    .selectFrom("ledger_lines")
    .select("amount")
    .where("effective_ms", ">=", Date.parse(`${month}-01T00:00:00Z`))
    .where("effective_ms", "<", periodEndMs(month))
    .where("currency", "=", "USD")
    .where("run_id", "is", null)
    .where((eb) => eb.or([eb("account", "like", "spent:%"), eb("account", "like", "data:labelling:%")]))
    .execute();
  return rows.reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
}

function monthPage(facts: MonthFacts): string {
  const { month, isClosed, enteredUsd, charges, accounts, leakage, budgets, check } = facts;
  return htmlPage({
    title: `Money of ${month}`,
    subtitle: isClosed ? "The month is closed." : "The month is not closed: figures may still change.",
    facts: [
      { label: "Accrued by runs, with calls of models and trained tokens", value: `${charges.totalUsd} USD` },
      { label: "Entered without a run", value: `${enteredUsd} USD` },
      { label: "Billed", value: `${leakage.billedUsd} USD` },
      { label: "Leakage", value: leakageFact(leakage) },
      {
        label: "Ledger",
        value: check.isIntact ? `intact, ${check.size} entries` : `NOT INTACT: ${check.findings.length} findings`,
      },
      { label: "Root", value: check.root },
    ],
    sections: [
      { id: "teams", title: "Charges by team", blocks: [teamTable(charges)] },
      {
        id: "leakage",
        title: "Where the billed money of the month went",
        blocks: [...leakageNotes(leakage), classTable(leakage), placeTable(leakage)],
      },
      { id: "runs", title: "Estimate and bill of each run", blocks: [runTable(leakage)] },
      { id: "budgets", title: "Budgets", blocks: [budgetTable(budgets)] },
      { id: "accounts", title: "Plan, accrual and bill by activity, all time", blocks: [accountTable(accounts)] },
      {
        id: "ledger",
        title: "The ledger",
        blocks: [
          { kind: "list", items: check.findings.map(({ text }) => text) },
          { kind: "paragraph", text: check.limits, tone: "note" },
        ],
      },
    ],
    footer: `Head of the ledger: ${check.size} entries, ${check.hash}. Keep it elsewhere.`,
  });
}

/** Columns with the first as text and the others as numbers. */
function columns(first: string, ...numbers: readonly string[]): TableColumn[] {
  return [{ head: first }, ...numbers.map((head): TableColumn => ({ head, align: "right" }))];
}

function teamTable({ teams, totals, tag }: Chargeback): Block {
  const cells = ({ runs, gpuHours, accruedUsd, billedUsd, unpriced }: Chargeback["totals"]): string[] => [
    String(runs),
    gpuHours === null ? "unknown" : String(gpuHours),
    accruedUsd,
    billedUsd,
    String(unpriced),
  ];
  return {
    kind: "table",
    caption: `Runs by the tag ${tag}`,
    columns: columns("Team", "Runs", "GPU-hours", "Accrued USD", "Effective USD", "Unpriced runs"),
    rows: [
      ...teams.map(({ team, ...charge }) => ({ cells: [team, ...cells(charge)] })),
      { cells: ["total", ...cells(totals)], total: true },
    ],
  };
}

function accountTable({ activities, totals }: AccountsView): Block {
  const cells = (name: string, row: AccountsView["totals"]): string[] => [
    name,
    row.planUsd ?? "none",
    row.committedUsd,
    row.accruedUsd,
    row.billedUsd,
    row.leftUsd ?? "",
  ];
  return {
    kind: "table",
    caption: "All time, US dollars",
    columns: columns("Activity", "Plan", "Committed", "Accrued", "Billed", "Left"),
    rows: [
      ...activities.map((row) => ({ cells: cells(row.activity, row) })),
      { cells: cells("total", totals), total: true },
    ],
  };
}

function budgetTable(budgets: BudgetList["budgets"]): Block {
  return {
    kind: "table",
    caption: "US dollars",
    columns: columns("Budget", "Cap", "Spent", "Reserved", "Left", "Forecast", "Unpriced runs"),
    rows: budgets.map(({ scope, key, period, capUsd, spentUsd, heldUsd, leftUsd, forecastUsd, unpricedRuns }) => ({
      cells: [
        `${key === "" ? scope : `${scope} ${key}`}${period === "month" ? ", by month" : ""}`,
        capUsd,
        spentUsd,
        heldUsd,
        leftUsd,
        forecastUsd,
        String(unpricedRuns),
      ],
    })),
  };
}

function leakageFact({ leakUsd, leakShare }: LeakageReport): string {
  return `${leakUsd} USD${leakShare === null ? "" : ` (${(100 * leakShare).toFixed(1)} %)`}`;
}

/** The scope of the share of leakage, and bills that no figure includes. */
function leakageNotes(report: LeakageReport): Block[] {
  const { billedUsd, chargedUsd, unconverted } = report;
  const rest = formatMoney(parseMoney(billedUsd) - parseMoney(chargedUsd));
  const base =
    rest === "0.00"
      ? "The share of leakage is that of all charges."
      : `The share of leakage is that of the ${chargedUsd} USD without tax, credit and support (${rest} USD).`;
  return [
    {
      kind: "paragraph",
      text: `A charge belongs to the month in which it ends; a line that several runs share has a part for each. ${base}`,
    },
    ...unbilledText(report).map((text): Block => ({ kind: "paragraph", text: `${text}.`, tone: "note" })),
    ...unconverted.map(({ currency, amount }): Block => ({
      kind: "paragraph",
      text: `${amount} ${currency} are in no figure: no exchange rate is stored.`,
      tone: "note",
    })),
  ];
}

function classTable({ classes, billedUsd }: LeakageReport): Block {
  const effectiveUsd = formatMoney(classes.reduce((sum, row) => sum + parseMoney(row.effectiveUsd), 0n));
  return {
    kind: "table",
    caption: "Bill lines by class, US dollars",
    columns: [...columns("Class", "Parts", "Billed", "Effective", "Share"), { head: "What to do", width: "wide" }],
    rows: [
      ...classes.map(({ class: name, lines, billedUsd: billed, effectiveUsd: effective, share, isLeak, advice }) => ({
        cells: [
          isLeak ? `${name} (leak)` : name,
          String(lines),
          billed,
          effective,
          share === null ? "" : `${(100 * share).toFixed(1)} %`,
          advice,
        ],
      })),
      {
        cells: ["total", String(classes.reduce((sum, { lines }) => sum + lines, 0)), billedUsd, effectiveUsd, "", ""],
        total: true,
      },
    ],
  };
}

function placeTable({ places, runs }: LeakageReport): Block {
  return {
    kind: "table",
    caption: "Largest leaks, US dollars",
    columns: [{ head: "Class" }, { head: "Where" }, ...columns("Largest line", "Parts", "Billed")],
    rows: places.map(({ class: name, place, example, lines, usd }) => ({
      cells: [name, placeText({ class: name, place }, runs), example, String(lines), usd],
    })),
  };
}

function runTable({ runs }: LeakageReport): Block {
  return {
    kind: "table",
    caption: "In the month, US dollars",
    columns: [{ head: "Run" }, ...columns("Name", "Accrued", "Effective", "Difference")],
    rows: runs.map(({ runId, name, accruedUsd, billedUsd, differenceUsd }) => ({
      cells: [runId.slice(0, 8), name, accruedUsd ?? "unknown", billedUsd, differenceUsd ?? "unknown"],
    })),
  };
}
