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
import { budgetStates } from "./budget-state.ts";
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
  const facts: MonthFacts = {
    month,
    isClosed: (await closedPeriods(store)).some(({ period }) => period === month),
    enteredUsd: formatMoney(await enteredPico(store.db, month)),
    charges: await chargeback(store, pricing, { month, tag }),
    accounts: await accountsView(store, pricing, null),
    leakage: await leakageReport(store, pricing),
    budgets: await budgetStates(store, pricing, pricing.now()),
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

/** Hours, fixed costs, labels and model calls that took effect in a month. */
async function enteredPico(db: Db, month: string): Promise<bigint> {
  const rows = await db
    .selectFrom("ledger_lines")
    .select("amount")
    .where("effective_ms", ">=", Date.parse(`${month}-01T00:00:00Z`))
    .where("effective_ms", "<", periodEndMs(month))
    .where("currency", "=", "USD")
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
      { label: "Accrued by runs", value: `${charges.totalUsd} USD` },
      { label: "Entered", value: `${enteredUsd} USD` },
      {
        label: "Ledger",
        value: check.isIntact ? `intact, ${check.size} entries` : `NOT INTACT: ${check.findings.length} findings`,
      },
      { label: "Root", value: check.root },
    ],
    sections: [
      { id: "teams", title: "Charges by team", blocks: [teamTable(charges)] },
      { id: "accounts", title: "Plan, accrual and bill by activity", blocks: [accountTable(accounts)] },
      { id: "budgets", title: "Budgets", blocks: [budgetTable(budgets)] },
      { id: "leakage", title: "Where billed money went", blocks: [classTable(leakage)] },
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

function teamTable({ teams, totalUsd, tag }: Chargeback): Block {
  return {
    kind: "table",
    caption: `Runs by the tag ${tag}`,
    columns: columns("Team", "Runs", "GPU-hours", "Accrued USD", "Billed USD", "Unpriced runs"),
    rows: [
      ...teams.map(({ team, runs, gpuHours, accruedUsd, billedUsd, unpriced }) => ({
        cells: [team, String(runs), String(gpuHours), accruedUsd, billedUsd, String(unpriced)],
      })),
      { cells: ["total", "", "", totalUsd, "", ""], total: true },
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
    columns: columns("Budget", "Cap", "Spent", "Reserved", "Left", "Forecast"),
    rows: budgets.map(({ scope, key, period, capUsd, spentUsd, heldUsd, leftUsd, forecastUsd }) => ({
      cells: [
        `${key === "" ? scope : `${scope} ${key}`}${period === "month" ? ", by month" : ""}`,
        capUsd,
        spentUsd,
        heldUsd,
        leftUsd,
        forecastUsd,
      ],
    })),
  };
}

function classTable({ classes, billedUsd }: LeakageReport): Block {
  return {
    kind: "table",
    caption: "All bills, US dollars",
    columns: [...columns("Class", "Lines", "Billed", "Effective"), { head: "What to do", width: "wide" }],
    rows: [
      ...classes.map(({ class: name, lines, billedUsd: billed, effectiveUsd, isLeak, advice }) => ({
        cells: [isLeak ? `${name} (leak)` : name, String(lines), billed, effectiveUsd, advice],
      })),
      { cells: ["total", "", billedUsd, "", ""], total: true },
    ],
  };
}
