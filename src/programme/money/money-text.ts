import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { LedgerCheck, LedgerPage } from "../../domain/ledger.ts";
import type { AlertTargets, BudgetList, CostsEntered, Settlement, SpendEntered } from "../../domain/money.ts";

/** Text of budgets with what is spent, reserved and left. */
export function budgetText({ budgets }: BudgetList): string {
  if (budgets.length === 0) return "no budgets";
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  const unpriced = budgets.flatMap(({ scope, key, unpricedRuns: runs }) =>
    runs === 0 ? [] : [`${nameOf(scope, key)}: ${counted(runs, "run")} without a price not counted`],
  );
  const table = textTable(
    [
      { head: "budget" },
      { head: "period" },
      right("cap USD"),
      right("spent"),
      right("held"),
      right("left"),
      right("forecast"),
      right("used"),
    ],
    budgets.map(({ scope, key, period, capUsd, spentUsd, heldUsd, leftUsd, forecastUsd, usedShare }) => [
      nameOf(scope, key),
      period,
      capUsd,
      spentUsd,
      heldUsd,
      leftUsd,
      forecastUsd,
      usedShare === null ? "unknown" : `${Math.round(100 * usedShare)} %`,
    ]),
  );
  return unpriced.length === 0 ? table : [table, "", ...unpriced].join("\n");
}

function nameOf(scope: string, key: string): string {
  return key === "" ? scope : `${scope} ${key}`;
}

/** Text of the newest entries, then the balances. */
export function ledgerText({ entries, balances, moreBalances, total }: LedgerPage): string {
  if (total === 0) return "the ledger is empty";
  const lines = entries.flatMap(({ seq, effectiveAt, kind, memo, lines: own, currency }) =>
    own.map(({ account, amount }, index) =>
      index === 0
        ? [String(seq), effectiveAt.slice(0, 10), kind, account, amount, currency, memo]
        : ["", "", "", account, amount, currency, ""],
    ),
  );
  return [
    textTable(
      [
        { head: "no.", align: "right" },
        { head: "date" },
        { head: "kind" },
        { head: "account" },
        { head: "amount", align: "right" },
        { head: "" },
        { head: "memo", wrap: 50 },
      ],
      lines,
    ),
    "",
    textTable(
      [{ head: "account" }, { head: "balance", align: "right" }, { head: "" }],
      balances.map(({ account, amount, currency }) => [account, amount, currency]),
    ),
    ...(moreBalances ? ["and more accounts: --account billed: shows those that begin with billed:"] : []),
    "",
    `${entries.length} of ${total} entries`,
  ].join("\n");
}

/** Text of the check of a ledger: problems, or the head to store. */
export function ledgerCheckText({ isIntact, size, hash, root, findings, limits }: LedgerCheck): string {
  const checked = size === 1 ? "1 entry" : `${size} entries`;
  return [
    isIntact ? `intact: ${checked}` : `NOT INTACT: ${counted(findings.length, "finding")} in ${checked}`,
    ...findings.map(({ text }) => `- ${text}`),
    `head: ${hash}`,
    `root: ${root}`,
    limits,
  ].join("\n");
}

/** Text of a settlement. */
export function settlementText({ entries, unpriced, corrected }: Settlement): string {
  return [
    `${entries} entries posted`,
    ...(corrected === 0 ? [] : [`${corrected} intervals corrected: reversed and posted again`]),
    ...(unpriced === 0
      ? []
      : [`${unpriced} ended intervals have no price: tunewright runs list --order cost shows the reason`]),
  ].join("\n");
}

/** Text of an entered cost. */
export function spendText({ seq, usd, isRepeat }: SpendEntered): string {
  return isRepeat ? `already entered as entry ${seq}: nothing was written` : `entry ${seq}: ${usd} USD`;
}

/** Text of costs that were entered from a file. */
export function costsText({ entered, repeated, usd }: CostsEntered): string {
  const before = repeated === 0 ? "" : `; ${counted(repeated, "row")} entered before: nothing was written for them`;
  return `${counted(entered, "cost")} entered: ${usd} USD${before}`;
}

/** Text of the destinations of alerts. */
export function alertText({ targets, smtp }: AlertTargets): string {
  if (targets.length === 0) return "no alerts are set up";
  const needsMail = targets.some(({ kind }) => kind === "email") && !smtp;
  return [
    textTable(
      [{ head: "kind" }, { head: "address" }],
      targets.map(({ kind, address }) => [kind, address]),
    ),
    ...(needsMail ? ["", "email is not set up: set TUNEWRIGHT_SMTP_URL in the server's environment"] : []),
  ].join("\n");
}
