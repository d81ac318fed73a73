import { existsSync } from "node:fs";

import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { keyIn } from "../../base/secret.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import type { EvaluationTarget, Sampling } from "../../domain/evaluation.ts";
import type { AnswerCost } from "../../domain/evaluation-judge.ts";
import type { TargetPlan } from "../../domain/evaluation-run.ts";
import { type AnswerRequests, answerRequests, slotOf } from "../../evaluate/run/answer-requests.ts";
import { promptAsText } from "../../evaluate/run/fill-prompt.ts";
import type { TargetAnswer } from "../../evaluate/run/score-items.ts";
import { type AnswerJournal, type PaidAnswer, readJournal } from "../../llm/answer-journal.ts";
import {
  askMany,
  type AskTotals,
  type LlmEndpoint,
  type LlmRequest,
  type LlmResult,
  requestKey,
  type TokenPrice,
} from "../../llm/index.ts";
import { answersPath } from "./evaluation-folder.ts";
import type { PromptedItem } from "./load-items.ts";
import { modelPrice } from "./model-price.ts";

/** A target at an endpoint. */
export type AskedTarget = EvaluationTarget & { url: string; model: string };

/** A target that is ready to be asked. */
export type ReadyTarget = {
  name: string;
  target: AskedTarget;
  endpoint: LlmEndpoint;
  price: TokenPrice;
  requests: AnswerRequests;
  /** File of the answers. */
  journal: string;
};

/** Result of asking a target. */
export type TargetAnswers = {
  /** By item, one for each sample. */
  answers: TargetAnswer[][];
  stopped: string | null;
  /** `over_budget` if the cap was reached, `outside` if the endpoint does not answer. */
  ended: "over_budget" | "outside" | null;
  servedModels: string[];
  cost: AnswerCost;
};

/** Key, price and requests of a target. @throws Failure bad_input or not_found, with the name of the target */
export async function readyTarget(
  { name, target, evaluation }: { name: string; target: AskedTarget; evaluation: string },
  {
    dir,
    env,
    now,
    items,
    sampling,
    repeat,
  }: {
    dir: string;
    env: Readonly<Record<string, string | undefined>>;
    now: Clock;
    items: readonly PromptedItem[];
    sampling: Sampling;
    repeat: number;
  },
): Promise<ReadyTarget> {
  const place = `targets.${name}`;
  const { url, model, api, keyEnv } = target;
  endpointOf({ url, api });
  const several = api === "completions" ? items.find(({ later }) => later.length > 0) : undefined;
  if (several !== undefined) {
    const text = `${place}: item ${JSON.stringify(several.item.id)} has several turns, which the completions API does not take`;
    throw new Failure("bad_input", text, { hint: "use api: chat" });
  }
  return {
    name,
    target,
    journal: answersPath(dir, { evaluation, target: name, repeat }),
    endpoint: { url, model, api, key: keyIn(env, { name: keyEnv, flag: `${place}.keyEnv` }) },
    price: await modelPrice(target, { dir, now: now(), place }),
    requests: answerRequests(items, { sampling, api, repeat }),
  };
}

/** Estimate of asking a target; nothing is sent. */
export async function planTarget(ready: ReadyTarget): Promise<TargetPlan> {
  const { name, target, endpoint, price, requests, journal } = ready;
  const kept = existsSync(journal) ? await readJournal(journal) : undefined;
  const known = requestsSoFar(ready, kept);
  const missing = known.flatMap(({ request, answer, turn: first }) => {
    if (answer !== undefined) return [];
    const left = requests.turns(slotOf(request.id).item) - first;
    return Array.from({ length: left }, (_, turn) => ({ request, turn }));
  });
  const counter = await loadTokenCounter();
  const input = missing.map(
    ({ request, turn }) => counter.count(promptAsText(request.prompt)) + turn * 2 * request.maxTokens, // answers, and turns about as long
  );
  const most = missing.reduce(
    (sum, { request }, i) => sum + (price.cost?.({ input: input[i]!, output: request.maxTokens }) ?? 0n),
    0n,
  );
  const { shown, isLoopback } = endpointOf({ url: endpoint.url, api: endpoint.api ?? "chat" });
  const isPaid = price.cost !== undefined;
  const entry = missing.length === 0 ? 0n : most / BigInt(missing.length);
  const left = parseMoney(target.maxUsd) - spentOn(ready, kept);
  return {
    target: name,
    endpoint: shown,
    isThisMachine: isLoopback,
    requests: missing.length + known.filter(({ answer }) => answer !== undefined).length,
    known: known.filter(({ answer }) => answer !== undefined).length,
    inputTokens: input.reduce((sum, count) => sum + count, 0),
    mostUsd: isPaid ? formatMoney(most) : null,
    maxUsd: isPaid ? target.maxUsd : null,
    affordableItems: !isPaid || entry === 0n ? null : Number(left > 0n ? left / entry : 0n),
    price: price.source,
  };
}

/** Asks a target for everything that is missing from its file of answers, turn by turn. */
export async function askTarget(
  ready: ReadyTarget,
  {
    items,
    samples,
    now,
    signal,
    onProgress,
    firstWaitMs,
  }: {
    items: number;
    samples: number;
    now: Clock;
    signal: AbortSignal;
    onProgress: (fraction: number) => void;
    firstWaitMs?: number | undefined;
  },
): Promise<TargetAnswers> {
  const { target, endpoint, price, requests, journal } = ready;
  const collected = collectTurns(requests, { items, samples });
  const all = Array.from({ length: items }, (_, item) => samples * requests.turns(item)).reduce((a, b) => a + b, 0);
  let [ended, round, totals] = [0, requests.first, undefined as AskTotals | undefined];
  while (round.length > 0 && (totals === undefined || totals.stopped === null)) {
    const before = existsSync(journal) ? await readJournal(journal) : undefined;
    const asking = askMany({
      endpoint,
      requests: round,
      limits: { concurrency: target.concurrency, timeoutMs: target.timeoutSec * 1000, firstWaitMs },
      price,
      spendCapUsd: target.maxUsd,
      spentPico: spentOn(ready, before),
      journal,
      now,
      signal,
    });
    round = [];
    for await (const result of asking) {
      onProgress(++ended / all);
      const next = collected.take(result);
      if (next !== undefined) round.push(next);
    }
    totals = asking.totals();
  }
  const { stopped, failure } = totals!;
  const kept = await readJournal(journal);
  return {
    answers: collected.answers,
    stopped:
      stopped === null
        ? null
        : stopped === "over-cap"
          ? `the cap of ${target.maxUsd} USD is reached: the next answer could exceed it`
          : `the endpoint does not answer: ${failure}`,
    ended: stopped === null ? null : stopped === "over-cap" ? "over_budget" : "outside",
    servedModels: [...collected.servedModels].toSorted(),
    cost: {
      ...collected.cost,
      usd: price.cost === undefined ? null : formatMoney(spentOn(ready, kept)),
      unansweredUsd: price.cost === undefined ? null : formatMoney(spentOn(ready, kept) - paidForAnswers(ready, kept)),
      price: price.source,
    },
  };
}

type CollectedTurns = {
  answers: TargetAnswer[][];
  servedModels: Set<string>;
  cost: Omit<AnswerCost, "usd" | "unansweredUsd" | "price">;
  /** Stores a result; returns the request for the next turn of its conversation, if there is one. */
  take: (result: LlmResult) => LlmRequest | undefined;
};

function collectTurns(
  requests: AnswerRequests,
  { items, samples }: { items: number; samples: number },
): CollectedTurns {
  const none = (): TargetAnswer[] => Array.from({ length: samples }, () => ({ error: "not asked" }));
  const answers = Array.from({ length: items }, none);
  const texts = new Map<string, string[]>();
  const [servedModels, counted] = [new Set<string>(), new Set<string>()];
  const cost = { requests: 0, inputTokens: 0, outputTokens: 0, estimatedUsage: 0 };
  const take = (result: LlmResult): LlmRequest | undefined => {
    const { item, sample } = slotOf(result.id);
    const earlier = texts.get(result.id) ?? [];
    if ("error" in result) {
      const place = earlier.length === 0 ? "" : `turn ${earlier.length + 1}: `;
      answers[item]![sample] = { error: `${place}${result.error.message}` };
      return undefined;
    }
    const { text, isCutOff, isRefusal, usage, servedModel, fingerprint } = result;
    if (!counted.has(result.key)) {
      counted.add(result.key); // equal requests are sent and paid for once
      cost.requests += 1;
      cost.inputTokens += usage.inputTokens;
      cost.outputTokens += usage.outputTokens;
      if (usage.isEstimated) cost.estimatedUsage += 1;
    }
    if (servedModel !== null) servedModels.add([servedModel, fingerprint].filter((part) => part !== null).join(" "));
    texts.set(result.id, [...earlier, text]);
    const next = requests.next({ item, sample }, [...earlier, text]);
    answers[item]![sample] =
      next === undefined
        ? { text, isCutOff, isRefusal, ...(earlier.length === 0 ? {} : { earlier }) }
        : { error: `turn ${earlier.length + 2} was not asked` };
    return next;
  };
  return { answers, servedModels, cost, take };
}

/** Cost of these requests so far, in pico-dollars; the file also contains those of earlier sets and prompts. */
function spentOn(ready: ReadyTarget, journal: AnswerJournal | undefined): bigint {
  if (journal === undefined) return 0n;
  const keys = new Set(requestsSoFar(ready, journal).map(({ key }) => key));
  return [...keys].reduce((sum, key) => sum + journal.spentPico(key), 0n);
}

/** Cost of the answers to these requests, in pico-dollars. */
function paidForAnswers(ready: ReadyTarget, journal: AnswerJournal): bigint {
  const answers = new Map(requestsSoFar(ready, journal).map(({ key, answer }) => [key, answer]));
  return [...answers.values()].reduce((sum, answer) => sum + (answer === undefined ? 0n : parseMoney(answer.usd)), 0n);
}

type KnownRequest = {
  request: LlmRequest;
  key: string;
  answer: PaidAnswer | undefined;
  /** From 0. */
  turn: number;
};

/**
 * The requests that are known so far, with their answers: a further turn is known only after the previous one is
 * answered.
 */
function requestsSoFar({ endpoint, requests }: ReadyTarget, journal: AnswerJournal | undefined): KnownRequest[] {
  return requests.first.flatMap((first) => {
    const known: KnownRequest[] = [];
    const answers: string[] = [];
    for (let request: LlmRequest | undefined = first; request !== undefined;) {
      const key = requestKey(endpoint, request);
      const answer = journal?.known(key, request.maxTokens);
      known.push({ request, key, answer, turn: answers.length });
      if (answer === undefined) break;
      answers.push(answer.text);
      request = requests.next(slotOf(first.id), answers);
    }
    return known;
  });
}
