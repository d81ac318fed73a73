import type { ActualSpend } from "../../audit/found-facts.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { AccountsView } from "../../domain/money-accounts.ts";
import { type LedgerEntry, LedgerPage } from "../../domain/ledger.ts";
import { budgetShape } from "../../plan/cost/budget-shape.ts";
import { accountsView } from "../money/accounts-view.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { ledgerPage } from "../money/ledger-page.ts";
import type { AskState } from "../state/with-state.ts";
import type { Clock } from "../../base/clock.ts";

/** Parts of the budget by activity; any other activity is engineering and operations. */
const PARTS: ReadonlyMap<string, "data-and-evaluation" | "compute"> = new Map([
  ["data", "data-and-evaluation"],
  ["evaluation", "data-and-evaluation"],
  ["training", "compute"],
  ["serving", "compute"],
]);

/** Accounts of data and evaluation, in which annotation belongs. */
const DATA = /^(?:data:|spent:(?:data|evaluation)$)/;

/** Work on labels, as an entry describes it. */
const ANNOTATION =
  /\b(?:annotat(?:e|ed|ing|ions?)|(?:re-?)?labell?(?:ed|ing)|adjudicat\w+|transcri(?:bed?|bing|ptions?))\b/i;

/** Work on the tools of annotation, which is engineering. */
const TOOLS =
  /\b(?:tool\w*|pages?|ui|apps?|software|scripts?|servers?|platform|set-?up|integrat\w+|pipelines?|code)\b/i;

/** Most entries that are searched, newest first. */
const MOST_ENTRIES = 10_000;

/** Page of the ledger. */
const PAGE = 1_000;

/** Spend by activity, its shape, and entries of annotation outside the accounts of data; null if nothing was spent. */
export async function actualSpend(
  ask: AskState,
  { dir, now, assumption }: { dir: string; now: Clock; assumption: (id: string) => Assumption },
): Promise<ActualSpend | null> {
  const { activities, totals } = await ask({
    local: async (store, programmes) => accountsView(store, await folderPricing({ cwd: dir, now }, programmes), null),
    path: "/activities",
    output: AccountsView,
  });
  const totalUsd = Number(totals.accruedUsd);
  if (totalUsd <= 0) return null;
  const spent = activities.map(({ activity, accruedUsd }) => ({ activity, usd: Number(accruedUsd) }));
  const amounts = spent.map(({ activity, usd }) => ({ part: PARTS.get(activity) ?? ("mlops" as const), usd }));
  return {
    totalUsd,
    activities: spent.filter(({ usd }) => usd !== 0),
    shape: budgetShape(amounts, assumption),
    misbooked: (await enteredElsewhere(ask)).flatMap(annotationIn),
  };
}

/** Entries of the accounts of entered costs, newest first. */
async function enteredElsewhere(ask: AskState): Promise<LedgerEntry[]> {
  const found: LedgerEntry[] = [];
  for (let before: number | undefined; found.length < MOST_ENTRIES;) {
    const query = { limit: PAGE, account: "spent:", ...(before === undefined ? {} : { before }) };
    const { entries } = await ask({
      local: (store) => ledgerPage(store, query),
      path: "/ledger",
      query,
      output: LedgerPage,
    });
    found.push(...entries);
    if (entries.length < PAGE) break;
    before = entries.at(-1)!.seq;
  }
  return found;
}

/** Lines of an entry that book annotation outside the accounts of data. */
function annotationIn({ seq, memo, lines, currency }: LedgerEntry): ActualSpend["misbooked"][number][] {
  if (currency !== "USD" || !ANNOTATION.test(memo) || TOOLS.test(memo)) return [];
  return lines
    .filter(({ account, amount }) => account.startsWith("spent:") && !DATA.test(account) && Number(amount) > 0)
    .map(({ account, amount }) => ({ seq, account, usd: Number(amount), memo }));
}
