import { setMaxListeners } from "node:events";

import { endpointOf } from "../base/api-endpoint.ts";
import { Failure } from "../base/failure.ts";
import { formatMoney, parseMoney } from "../base/money.ts";
import { type AnswerJournal, openJournal } from "./answer-journal.ts";
import { answerOne } from "./answer-one.ts";
import type { AskMany, AskTotals, LlmResult } from "./asking.ts";
import type { AskState } from "./ask-state.ts";
import { budgetOf } from "./budget.ts";
import { paceOf } from "./pace.ts";
import type { LlmRequest } from "./request.ts";
import { responseCache } from "./response-cache.ts";

/** Results in order of completion, and the totals so far. */
export type Asking = AsyncIterable<LlmResult> & { totals: () => AskTotals };

/**
 * Asks a model many questions, several concurrently. Every request has one result; results come in order of completion.
 * Each answer is in the journal before its result is returned, so that a killed run does not ask again. No request is
 * sent whose worst case could exceed the cap: every byte of the prompt as a token, which no tokenizer exceeds, and
 * answers of maximum length. An aborted signal stops the sending; answers in progress are awaited, because they are
 * paid for, and then it throws. The same happens if the caller leaves the loop early.
 *
 * @throws Failure outside if no request can be answered (no key, no such model, no server at the address) or an answer
 * cannot be written; interrupted by the signal; bad_input if another process has the journal open
 */
export function askMany(asking: AskMany): Asking {
  const totals: AskTotals = {
    sent: 0,
    answered: 0,
    known: 0,
    unanswered: 0,
    stopped: null,
    failure: null,
    spentUsd: null,
    refusedFields: [],
  };
  return { [Symbol.asyncIterator]: () => resultsOf(asking, totals), totals: () => totals };
}

async function* resultsOf(asking: AskMany, totals: AskTotals): AsyncGenerator<LlmResult> {
  const journal = typeof asking.journal === "string" ? await openJournal(asking.journal) : asking.journal;
  const state = stateOf(asking, totals, journal);
  try {
    yield* gathered(state);
  } finally {
    if (typeof asking.journal === "string") await journal?.close();
  }
}

function stateOf(asking: AskMany, totals: AskTotals, journal: AnswerJournal | undefined): AskState {
  const { endpoint, limits, price, spendCapUsd } = asking;
  const signal = AbortSignal.any(asking.signal === undefined ? [] : [asking.signal]);
  setMaxListeners(0, signal); // every waiting request adds a listener
  const { url, shown } = endpointOf({ url: endpoint.url, api: endpoint.api ?? "chat" });
  const spentPico = asking.spentPico ?? journal?.totalPico() ?? 0n;
  if (price.cost !== undefined) totals.spentUsd = formatMoney(0n);
  return {
    asking,
    totals,
    journal,
    shown,
    line: { endpoint, url, timeoutMs: limits.timeoutMs, refused: new Set() },
    budget: budgetOf(spendCapUsd === undefined ? undefined : parseMoney(spendCapUsd), spentPico),
    pace: paceOf(limits.concurrency),
    cache: asking.cacheDir === undefined ? undefined : responseCache(asking.cacheDir),
    pending: new Map(),
    signal,
    isClosed: false,
    error: undefined,
    pausedUntilMs: 0,
    failuresInARow: 0,
    late: new Set(),
    astray: 0,
    spentPico: 0n,
  };
}

/** Starts requests while there is capacity, and yields finished ones. */
async function* gathered(state: AskState): AsyncGenerator<LlmResult> {
  const { asking, signal } = state;
  const iterator = iterated(asking.requests);
  const ended: LlmResult[] = [];
  const running = new Set<Promise<void>>();
  const answer = async (request: LlmRequest): Promise<void> => {
    try {
      const result = await answerOne(state, request);
      if (result !== undefined) ended.push(result);
    } catch (error) {
      state.error ??= error;
    }
  };
  const start = (request: LlmRequest): void => {
    const task = answer(request).finally(() => running.delete(task));
    running.add(task);
  };
  try {
    for (let isDry = false; ;) {
      while (!isDry && !signal.aborted && state.error === undefined && running.size < asking.limits.concurrency) {
        const next = await iterator.next();
        if (next.done === true) isDry = true;
        else start(next.value);
        if (ended.length > 0) break;
      }
      if (ended.length === 0 && running.size > 0) await Promise.race(running);
      for (let result = ended.shift(); result !== undefined; result = ended.shift()) yield result;
      if (running.size === 0 && (isDry || signal.aborted || state.error !== undefined)) break;
    }
  } finally {
    state.isClosed = true; // the caller left the loop, or everything is complete
    await Promise.all(running);
    await iterator.return(undefined);
  }
  for (const result of ended) yield result;
  if (state.error !== undefined) throw state.error;
  if (signal.aborted) throw interrupted(state);
}

async function* iterated(requests: AskMany["requests"]): AsyncGenerator<LlmRequest> {
  yield* requests;
}

function interrupted({ totals }: AskState): Failure {
  return new Failure("interrupted", `interrupted: ${totals.answered} requests were answered`, {
    hint: "these answers are kept; run the same command again to continue",
  });
}
