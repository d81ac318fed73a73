import { setTimeout as sleep } from "node:timers/promises";

import type { Store } from "../../store/open-store.ts";
import { type MailSetting, raiseAlerts } from "./budget-alerts.ts";
import type { Pricing } from "./pricing.ts";
import { settleAccruals } from "./settle-accruals.ts";
import { settleCalls } from "./settle-calls.ts";

/** Interval between two settlements, ms; no client call waits for one. */
const EVERY_MS = 5_000;

/** Number of settlements after which calls of models are posted and alerts raised: once a minute. */
const ALERTS_EVERY = 12;

/**
 * Posts what is due every few seconds, and raises alerts every minute, until the signal; an error is reported, and the
 * next round retries.
 */
export async function settleInTurns(
  store: Store,
  pricing: Pricing & { mail: MailSetting },
  { signal, log }: { signal: AbortSignal; log: (line: string) => void },
): Promise<void> {
  for (let turn = 1; !signal.aborted; turn++) {
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined); // the signal ends the wait early
    try {
      await settleAccruals(store, pricing, { all: false });
      if (turn % ALERTS_EVERY === 0) await settleCalls(store, { now: pricing.now(), all: false });
      if (turn % ALERTS_EVERY === 0) await raiseAlerts(store, pricing, pricing.mail);
    } catch (error) {
      log(`the costs of runs were not posted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
