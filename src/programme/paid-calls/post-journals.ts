import { formatMoney, parseMoney } from "../../base/money.ts";
import { MOST_CALLS, type PaidCalls, PaidCallsPosted } from "../../domain/paid-calls.ts";
import { paidCalls } from "../../llm/paid-calls.ts";
import { answerFromState, type StatePlace } from "../state/with-state.ts";
import { postCalls } from "./post-calls.ts";

/** Files of answers of one purpose. */
export type PaidJournals = Omit<PaidCalls, "calls"> & { journals: readonly string[] };

/**
 * Posts the calls in files of answers that the ledger does not contain: to the server that owns the folder, or to its
 * database.
 *
 * @returns null if no call cost anything
 * @throws Failure as `readJournal` and `answerFromState`
 */
export async function postJournals(
  place: StatePlace,
  { journals, ...rest }: PaidJournals,
): Promise<PaidCallsPosted | null> {
  const calls = (await Promise.all(journals.map(paidCalls))).flat();
  const pages: PaidCallsPosted[] = [];
  for (let from = 0; from < calls.length; from += MOST_CALLS) {
    const request: PaidCalls = { ...rest, calls: calls.slice(from, from + MOST_CALLS) };
    pages.push(
      await answerFromState(place, {
        local: (store) => postCalls(store, request, place.now()),
        path: "/paid-calls",
        body: request,
        creates: true,
        output: PaidCallsPosted,
      }),
    );
  }
  const last = pages.at(-1);
  if (last === undefined) return null;
  const added = pages.reduce((sum, { addedUsd }) => sum + parseMoney(addedUsd), 0n);
  const entries = pages.reduce((sum, page) => sum + page.entries, 0);
  return { entries, addedUsd: formatMoney(added), totalUsd: last.totalUsd };
}
