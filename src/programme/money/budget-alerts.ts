import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { AlertTarget, type AlertTargets, type BudgetState } from "../../domain/money.ts";
import { askHttp } from "../../remote/ask-http.ts";
import { sendMail } from "../../remote/send-mail.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { budgetStates } from "./budget-state.ts";
import type { Pricing } from "./pricing.ts";

/** Shares of a cap, in per cent, at which an alert is raised, based on the forecast so that it arrives in time. */
const ALERT_PERCENTS = [50, 80, 100] as const;

/** Mail settings: `TUNEWRIGHT_SMTP_URL`, and the sender `TUNEWRIGHT_MAIL_FROM`. */
export type MailSetting = { smtpUrl: string | undefined; from: string };

/** The mail settings of an environment. */
export function mailSetting(env: Readonly<Record<string, string | undefined>>): MailSetting {
  return {
    smtpUrl: env["TUNEWRIGHT_SMTP_URL"] || undefined,
    from: env["TUNEWRIGHT_MAIL_FROM"] || "tunewright@localhost",
  };
}

/** Adds or removes a destination of alerts. @throws Failure bad_input for an address of the wrong kind */
export async function setAlertTarget(
  store: Store,
  { kind, address }: AlertTarget,
  { remove, nowMs }: { remove: boolean; nowMs: number },
): Promise<void> {
  const isMail = /^[^\s@<>",;]+@[^\s@<>",;]+$/.test(address);
  const isUrl = /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : "");
  if (kind === "email" ? !isMail : !isUrl) {
    throw new Failure(
      "bad_input",
      `"${address.slice(0, 80)}" is not a valid ${kind === "email" ? "mail address" : "URL"}`,
      {
        hint: kind === "email" ? "write name@example.org" : "write an address that starts with https://",
      },
    );
  }
  await store.write(async (db) => {
    await db.deleteFrom("alert_targets").where("address", "=", address).execute();
    if (!remove) await db.insertInto("alert_targets").values({ kind, address, added_ms: nowMs }).execute();
  });
}

/** Destinations of alerts. The secret part of a webhook is not shown. */
export async function alertTargets({ db }: Store, { smtpUrl }: MailSetting): Promise<AlertTargets> {
  const rows = await db.selectFrom("alert_targets").selectAll().orderBy("target_no").execute();
  return {
    targets: rows.map(({ kind, address }) => ({
      kind: AlertTarget.shape.kind.parse(kind),
      address: kind === "email" ? address : `${new URL(address).origin}/...`,
    })),
    smtp: smtpUrl !== undefined,
  };
}

/**
 * Raises the alerts that budgets have reached, once for each budget, period and share of its cap, and sends those that
 * no destination has received. An alert that cannot be sent is kept with the error and retried.
 *
 * @returns alerts that were sent now
 */
export async function raiseAlerts(store: Store, pricing: Pricing, mail: MailSetting): Promise<number> {
  const now = pricing.now();
  for (const state of await budgetStates(store, pricing, now)) await raiseFor(store, state, now);
  const targets = await store.db.selectFrom("alert_targets").selectAll().orderBy("target_no").execute();
  const waiting = await store.db
    .selectFrom("budget_alerts")
    .selectAll()
    .where("sent_ms", "is", null)
    .orderBy("raised_ms")
    .orderBy("budget_no")
    .orderBy("percent")
    .execute();
  if (targets.length === 0) return 0;
  let sent = 0;
  for (const alert of waiting) {
    const problems = (await Promise.all(targets.map((target) => sendTo(target, alert, mail)))).filter(
      (problem) => problem !== undefined,
    );
    const isSent = problems.length === 0;
    sent += Number(isSent);
    await store.write((db) =>
      db
        .updateTable("budget_alerts")
        .set(isSent ? { sent_ms: now.getTime(), problem: null } : { problem: problems.join("; ").slice(0, 500) })
        .where("budget_no", "=", alert.budget_no)
        .where("period_key", "=", alert.period_key)
        .where("percent", "=", alert.percent)
        .execute(),
    );
  }
  return sent;
}

async function raiseFor(store: Store, state: BudgetState, now: Date): Promise<void> {
  const cap = parseMoney(state.capUsd);
  const forecast = parseMoney(state.forecastUsd) + parseMoney(state.heldUsd);
  const percent = ALERT_PERCENTS.findLast((step) => cap > 0n && forecast * 100n >= cap * BigInt(step));
  if (percent === undefined) return;
  const period = state.period === "month" ? now.toISOString().slice(0, 7) : "";
  await store.write(async (db) => {
    const row = { budget_no: state.no, period_key: period, percent, text: alertText(state, percent) };
    await db
      .insertInto("budget_alerts")
      .values({ ...row, raised_ms: now.getTime(), sent_ms: null, problem: null })
      .onConflict((conflict) => conflict.columns(["budget_no", "period_key", "percent"]).doNothing())
      .execute();
  });
}

/** Text of an alert: the budget, its use, the amount left, and the runs that spend it. */
function alertText(state: BudgetState, percent: number): string {
  const { scope, key, period, capUsd, spentUsd, heldUsd, leftUsd, forecastUsd, hitBy } = state;
  const name = `${key === "" ? scope : `${scope} ${key}`}${period === "month" ? " (this month)" : ""}`;
  return `Budget ${name} reaches ${percent} % of ${capUsd} USD: spent ${spentUsd}, reserved ${heldUsd}, left ${leftUsd}, forecast ${forecastUsd}${hitBy.length === 0 ? "" : `; most by run ${hitBy.map((id) => id.slice(0, 8)).join(", ")}`}`;
}

/** Timeout of a webhook, ms. */
const TIMEOUT_MS = 10_000;

/** Sends an alert to one destination; returns the error, or undefined. */
async function sendTo(
  { kind, address }: Row<"alert_targets">,
  { text, percent, budget_no, raised_ms }: Row<"budget_alerts">,
  { smtpUrl, from }: MailSetting,
): Promise<string | undefined> {
  try {
    if (kind === "email") {
      if (smtpUrl === undefined) return "no mail server: set TUNEWRIGHT_SMTP_URL";
      await sendMail(smtpUrl, { from, to: address, subject: text.split(":")[0]!, text });
      return undefined;
    }
    const body =
      kind === "slack" ? { text } : { text, percent, budgetNo: budget_no, raisedAt: new Date(raised_ms).toISOString() };
    const { status } = await askHttp(new URL(address), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
    });
    return status < 300 ? undefined : `${kind} answered ${status}`;
  } catch (error) {
    return `${kind}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
