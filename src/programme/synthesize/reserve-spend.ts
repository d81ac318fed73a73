import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { BudgetList } from "../../domain/money.ts";
import { folderPricing } from "../money/folder-pricing.ts";
import { releaseAndShow, reserveAndShow } from "../money/set-budgets.ts";
import { answerFromState } from "../state/with-state.ts";
import type { Asking, ReadyModel } from "./ask-rows.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { paidPico } from "./synthesis-cost.ts";

/** Location of the state. */
type Around = Pick<Asking, "now"> & { env: Readonly<Record<string, string | undefined>> };

/**
 * Reserves the remaining cost of a synthesis in the budgets of the programme before anything is requested: the caps
 * minus what was paid under each. Without a state there are no budgets, and nothing is reserved. Reservations left by a killed run
 * are released first.
 *
 * @returns releases the reservation; the paid amount is on the ledger by then
 * @throws Failure over_budget if a budget is too small
 */
export async function reserveSpend(
  loaded: LoadedSynthesis,
  model: ReadyModel,
  around: Around,
): Promise<() => Promise<void>> {
  const { endpoint, checks } = loaded.definition;
  const caps = [
    ...(model.price.cost === undefined ? [] : [{ usd: endpoint.maxUsd, journal: model.journal }]),
    ...(checks.judge === undefined || checks.judge.free
      ? []
      : [{ usd: checks.judge.maxUsd, journal: join(loaded.dir, loaded.folder.judged) }]),
  ];
  let left = 0n;
  for (const { usd, journal } of caps) {
    const rest = parseMoney(usd) - (await paidPico(journal));
    if (rest > 0n) left += rest;
  }
  if (left === 0n) return () => Promise.resolve();
  const runId = `synthesis-${loaded.name}`;
  const place = { programmeDir: loaded.dir, env: around.env, now: around.now };
  const pricingOf = (programmes: readonly string[]) => folderPricing({ cwd: loaded.dir, now: around.now }, programmes);
  const release = async (): Promise<void> => {
    await answerFromState(place, {
      local: async (store, programmes) => releaseAndShow(store, runId, await pricingOf(programmes)),
      path: `/reservations/${encodeURIComponent(runId)}/release`,
      body: {},
      output: BudgetList,
    });
  };
  try {
    await release();
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return () => Promise.resolve();
    throw error;
  }
  const request = { runId, usd: formatMoney(left), experiment: null, tags: [] };
  await answerFromState(place, {
    local: async (store, programmes) => reserveAndShow(store, request, await pricingOf(programmes)),
    path: "/reservations",
    body: request,
    output: BudgetList,
  });
  return release;
}
