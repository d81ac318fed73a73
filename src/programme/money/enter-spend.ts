import { randomUUID } from "node:crypto";

import { isoDay } from "../../base/clock.ts";
import { Failure, namingFile } from "../../base/failure.ts";
import { formatMoney, parseMoney, timesQuantity } from "../../base/money.ts";
import type { CostList, CostsEntered, SpendEntered, SpendRequest } from "../../domain/money.ts";
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
  return store.write(async (db) => {
    await lockLedger(db, store);
    return enterOne(db, request, now);
  });
}

/**
 * Enters a list of costs, all or none of them.
 *
 * @throws Failure bad_input with the place of the first one that is refused, as `enterSpend`
 */
export async function enterCosts(store: Store, { costs }: CostList, now: Date): Promise<CostsEntered> {
  return store.write(async (db) => {
    await lockLedger(db, store);
    const total: CostsEntered = { entered: 0, repeated: 0, usd: "0.00" };
    for (const { place, ...cost } of costs) {
      const { usd, isRepeat } = await namingFile(place, () => enterOne(db, cost, now));
      if (isRepeat) total.repeated += 1;
      else {
        total.entered += 1;
        total.usd = formatMoney(parseMoney(total.usd) + parseMoney(usd));
      }
    }
    return total;
  });
}

async function enterOne(db: Db, request: SpendRequest, now: Date): Promise<SpendEntered> {
  const { activity, memo, payee, reference, hours, usdPerHour } = request;
  const pico = amountOf(request);
  const work = request.usd === undefined ? ` (${hours} hours at ${usdPerHour} USD)` : "";
  if (request.on !== undefined && Date.parse(request.on) < (await firstOpenMs(db))) {
    throw new Failure("bad_input", `${request.on} is in a closed month`, {
      hint: "give a day in an open month; without a day, the cost takes effect today",
    });
  }
  const idempotencyKey = `entered:${reference === undefined ? randomUUID() : `${payee}:${reference}`}`;
  // Without a day, a second entry of a reference uses the day of the first, so that a retry after a crash writes nothing.
  const onMs = request.on === undefined ? await effectiveMsOf(db, idempotencyKey) : Date.parse(request.on);
  if (hours !== undefined) await refuseLabelled(db, request, onMs ?? now.getTime());
  const { entry, isRepeat } = await post(
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
