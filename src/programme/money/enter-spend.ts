import { randomUUID } from "node:crypto";

import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney, timesQuantity } from "../../base/money.ts";
import type { SpendEntered, SpendRequest } from "../../domain/money.ts";
import { firstOpenMs } from "../../ledger/periods.ts";
import { workOn } from "../../label/label-costs.ts";
import { effectiveMsOf, lockLedger, post } from "../../ledger/post.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

/**
 * Enters hours of people or a fixed cost. With a reference, such as the number of an invoice, it is entered only once.
 *
 * @throws Failure bad_input without an amount, for hours that a labelling task already counts, or if the reference was
 * used for another cost
 */
export async function enterSpend(store: Store, request: SpendRequest, now: Date): Promise<SpendEntered> {
  const { activity, memo, payee, reference, hours, usdPerHour } = request;
  const pico = amountOf(request);
  const work = request.usd === undefined ? ` (${hours} hours at ${usdPerHour} USD)` : "";
  const { entry, isRepeat } = await store.write(async (db) => {
    await lockLedger(db, store);
    if (request.on !== undefined && Date.parse(request.on) < (await firstOpenMs(db))) {
      throw new Failure("bad_input", `${request.on} is in a closed month`, {
        hint: "omit --on: the cost then takes effect today",
      });
    }
    const idempotencyKey = `entered:${reference === undefined ? randomUUID() : `${payee}:${reference}`}`;
    // Without a day, a second entry of a reference uses the day of the first, so that a retry after a crash writes
    // nothing.
    const onMs = request.on === undefined ? await effectiveMsOf(db, idempotencyKey) : Date.parse(request.on);
    if (hours !== undefined) await refuseLabelled(db, request, onMs ?? now.getTime());
    return post(
      db,
      {
        idempotencyKey,
        kind: "spend",
        currency: "USD",
        effectiveMs: onMs ?? now.getTime(),
        runId: null,
        memo: `${memo}${work}${reference === undefined ? "" : `, ${reference}`}`,
        lines: [
          { account: `spent:${activity}`, amount: formatMoney(pico) },
          { account: `payable:${payee}`, amount: formatMoney(-pico) },
        ],
      },
      now.getTime(),
    );
  });
  return { seq: entry.seq, usd: formatMoney(pico), isRepeat };
}

/** Rejects hours of a person whose work of that day is already counted by a labelling task. */
async function refuseLabelled(db: Db, { payee, memo }: SpendRequest, onMs: number): Promise<void> {
  const day = isoDay(new Date(onMs));
  const work = await workOn(db, { name: payee, day, memo });
  if (work === undefined) return;
  throw new Failure(
    "bad_input",
    work.isNamed
      ? `hours of the labelling task ${work.task} are already counted: its page measures them`
      : `the work of ${payee} on ${day} is already counted: ${Math.round(work.activeMs / 60_000)} min of the labelling task ${work.task}`,
    { hint: "enter hours of other work under another payee or day, or as an amount with --usd" },
  );
}

function amountOf({ usd, hours, usdPerHour }: SpendRequest): bigint {
  const isHours = hours !== undefined && usdPerHour !== undefined;
  if ((usd === undefined) !== isHours) {
    throw new Failure("bad_input", "give either an amount, or hours and their price", {
      hint: "add --usd 120, or --hours 3.5 --usd-per-hour 80",
    });
  }
  return usd === undefined ? timesQuantity(parseMoney(usdPerHour!), hours!) : parseMoney(usd);
}
