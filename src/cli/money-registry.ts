/** Commands for budgets and the cost ledger; part of the registry, in a separate file because of its size. */
export const MONEY_COMMANDS = [
  {
    path: ["budget", "set"],
    summary: "set the caps for runs",
    load: () => import("./commands/budget-set.ts"),
  },
  {
    path: ["budget", "show"],
    summary: "show the remaining amount of each budget",
    load: () => import("./commands/budget-show.ts"),
  },
  {
    path: ["budget", "reserve"],
    summary: "reserve money for a run before it starts",
    load: () => import("./commands/budget-reserve.ts"),
  },
  {
    path: ["budget", "alert"],
    summary: "send budget alerts to a webhook, Slack or email",
    load: () => import("./commands/budget-alert.ts"),
  },
  {
    path: ["ledger", "show"],
    summary: "show the newest entries of the cost ledger, and balances",
    load: () => import("./commands/ledger-show.ts"),
  },
  {
    path: ["ledger", "add"],
    summary: "enter hours of people or a fixed cost",
    load: () => import("./commands/ledger-add.ts"),
  },
  {
    path: ["ledger", "costs"],
    summary: "enter hours of people and fixed costs from a CSV file",
    load: () => import("./commands/ledger-costs.ts"),
  },
  {
    path: ["ledger", "settle"],
    summary: "post the accrued cost of runs",
    load: () => import("./commands/ledger-settle.ts"),
  },
  {
    path: ["ledger", "import"],
    summary: "import a cloud bill and match it to runs",
    load: () => import("./commands/ledger-import.ts"),
  },
  {
    path: ["ledger", "invoice"],
    summary: "enter an invoice by hand",
    load: () => import("./commands/ledger-invoice.ts"),
  },
  {
    path: ["ledger", "match"],
    summary: "move a bill line to another class by hand",
    load: () => import("./commands/ledger-match.ts"),
  },
  {
    path: ["ledger", "leaks"],
    summary: "show billed spend that belongs to no run",
    load: () => import("./commands/ledger-leaks.ts"),
  },
  {
    path: ["ledger", "rate"],
    summary: "store the exchange rate of a currency",
    load: () => import("./commands/ledger-rate.ts"),
  },
  {
    path: ["ledger", "export"],
    summary: "write costs as FOCUS 1.2",
    load: () => import("./commands/ledger-export.ts"),
  },
  {
    path: ["ledger", "accounts"],
    summary: "show plan, commitment, accrual and bill by activity",
    load: () => import("./commands/ledger-accounts.ts"),
  },
  {
    path: ["ledger", "chargeback"],
    summary: "show the costs of a month by team",
    load: () => import("./commands/ledger-chargeback.ts"),
  },
  {
    path: ["ledger", "month"],
    summary: "write the month-end pack for finance",
    load: () => import("./commands/ledger-month.ts"),
  },
  {
    path: ["ledger", "close"],
    summary: "close a month",
    load: () => import("./commands/ledger-close.ts"),
  },
  {
    path: ["ledger", "head"],
    summary: "print the head of the ledger, to store elsewhere",
    load: () => import("./commands/ledger-head.ts"),
  },
  {
    path: ["ledger", "prove"],
    summary: "prove that an entry, or an earlier ledger, is included",
    load: () => import("./commands/ledger-prove.ts"),
  },
  {
    path: ["ledger", "verify"],
    summary: "check that the ledger is unchanged",
    load: () => import("./commands/ledger-verify.ts"),
  },
];
