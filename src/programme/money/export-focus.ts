import { csvCell } from "../../base/csv-cell.ts";
import { LedgerEntry } from "../../domain/ledger.ts";
import type { FocusExport } from "../../domain/bill.ts";
import { periodEndMs } from "../../ledger/periods.ts";
import type { Store } from "../../store/open-store.ts";
import { activityOf } from "./entered-costs.ts";

/** Exported columns: the mandatory ones of FOCUS 1.2, some optional ones, and ours. */
const COLUMNS = [
  "BilledCost",
  "BillingAccountId",
  "BillingAccountName",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargeClass",
  "ChargeDescription",
  "ChargeFrequency",
  "ChargePeriodEnd",
  "ChargePeriodStart",
  "ContractedCost",
  "EffectiveCost",
  "InvoiceIssuerName",
  "ListCost",
  "PricingQuantity",
  "PricingUnit",
  "ProviderName",
  "PublisherName",
  "ResourceId",
  "ResourceName",
  "ResourceType",
  "ServiceCategory",
  "ServiceName",
  "Tags",
  "x_Activity",
  "x_EntryHash",
  "x_EntrySeq",
  "x_Experiment",
  "x_RunId",
] as const;

/** Accounts whose lines are costs: accruals of runs, and entered costs. */
const COST = /^(?:accrued:|spent:|data:labelling:)/;

const DAY_MS = 86_400_000;
const PAGE = 5_000;

type RunNames = ReadonlyMap<string, { name: string; experiment: string }>;

/**
 * The costs of the ledger as FOCUS 1.2, one row for each line of an entry that accrues or enters cost, with its number
 * and hash. A row is dated by the day on which the entry takes effect. Corrections are separate rows, so that the sum
 * is the balance of the ledger.
 *
 * @param month `YYYY-MM`; undefined: all
 */
export async function exportFocus(
  { db }: Store,
  { month, programme }: { month: string | undefined; programme: string },
): Promise<FocusExport> {
  const [fromMs, toMs] = month === undefined ? [0, Number.MAX_SAFE_INTEGER] : [startOf(month), periodEndMs(month)];
  const names = await runNames(db);
  const rows: string[] = [];
  for (let after = 0; ;) {
    const entries = await db
      .selectFrom("ledger_entries")
      .select(["seq", "body", "hash"])
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(PAGE)
      .execute();
    if (entries.length === 0) break;
    after = entries.at(-1)!.seq;
    for (const { body, hash } of entries) {
      const entry = LedgerEntry.parse(JSON.parse(body));
      const ms = Date.parse(entry.effectiveAt);
      if (ms < fromMs || ms >= toMs) continue;
      for (const { account, amount } of entry.lines.filter((line) => COST.test(line.account))) {
        rows.push(rowOf(entry, { account, amount, hash, programme, names }));
      }
    }
  }
  return { rows: rows.length, csv: `${[COLUMNS.join(","), ...rows].join("\n")}\n` };
}

function startOf(month: string): number {
  periodEndMs(month);
  return Date.parse(`${month}-01T00:00:00Z`);
}

async function runNames(db: Store["db"]): Promise<RunNames> {
  const rows = await db
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.experiment_id", "runs.experiment_id")
    .select(["run_id", "runs.name", "experiments.name as experiment"])
    .execute();
  return new Map(rows.map(({ run_id, name, experiment }) => [run_id, { name, experiment }]));
}

type RowFacts = { account: string; amount: string; hash: string; programme: string; names: RunNames };

function rowOf(entry: LedgerEntry, { account, amount, hash, programme, names }: RowFacts): string {
  const { seq, kind, currency, effectiveAt, memo, runId } = entry;
  const day = Math.floor(Date.parse(effectiveAt) / DAY_MS) * DAY_MS;
  const month = effectiveAt.slice(0, 7);
  const run = runId === null ? undefined : names.get(runId);
  const activity = account.startsWith("accrued:") ? "training" : activityOf(account);
  const isTraining = activity === "training";
  const fields: Record<(typeof COLUMNS)[number], string> = {
    BilledCost: amount,
    BillingAccountId: programme,
    BillingAccountName: programme,
    BillingCurrency: currency,
    BillingPeriodEnd: shownTime(periodEndMs(month)),
    BillingPeriodStart: `${month}-01T00:00:00Z`,
    ChargeCategory: "Usage",
    ChargeClass: kind === "reverse" ? "Correction" : "",
    ChargeDescription: memo,
    ChargeFrequency: "Usage-Based",
    ChargePeriodEnd: shownTime(day + DAY_MS),
    ChargePeriodStart: shownTime(day),
    ContractedCost: amount,
    EffectiveCost: amount,
    InvoiceIssuerName: "Tunewright",
    ListCost: amount,
    PricingQuantity: "1",
    PricingUnit: "Units",
    ProviderName: "Tunewright",
    PublisherName: "Tunewright",
    ResourceId: runId ?? account,
    ResourceName: run?.name ?? account,
    ResourceType: runId === null ? "Activity" : "Training run",
    ServiceCategory: isTraining ? "AI and Machine Learning" : "Other",
    ServiceName: isTraining ? "Model training" : activity,
    Tags: JSON.stringify(run === undefined ? {} : { experiment: run.experiment }),
    x_Activity: activity,
    x_EntryHash: hash,
    x_EntrySeq: String(seq),
    x_Experiment: run?.experiment ?? "",
    x_RunId: runId ?? "",
  };
  return COLUMNS.map((column) => csvCell(fields[column])).join(",");
}

/** A time in FOCUS format, to the second. */
function shownTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
