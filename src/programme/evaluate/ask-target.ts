import { existsSync } from "node:fs";

import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { keyIn } from "../../base/secret.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import type { EvaluationTarget, Sampling } from "../../domain/evaluation.ts";
import type { AnswerCost } from "../../domain/evaluation-judge.ts";
import type { TargetPlan } from "../../domain/evaluation-run.ts";
import { answerRequests, slotOf } from "../../evaluate/run/answer-requests.ts";
import type { TargetAnswer } from "../../evaluate/run/score-items.ts";
import { type AnswerJournal, readJournal } from "../../llm/answer-journal.ts";
import { askMany, type LlmEndpoint, type LlmRequest, requestKey, type TokenPrice } from "../../llm/index.ts";
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
  requests: LlmRequest[];
  /** File of the answers. */
  journal: string;
};

/** Result of asking a target. */
export type TargetAnswers = {
  /** By item, one for each sample. */
  answers: TargetAnswer[][];
  stopped: string | null;
  /** `over_budget` for the cap, `outside` for an endpoint that does not answer. */
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
  const asked = items.map(({ item, prompt }) => ({ id: item.id, prompt }));
  return {
    name,
    target,
    journal: answersPath(dir, { evaluation, target: name, repeat }),
    endpoint: { url, model, api, key: keyIn(env, { name: keyEnv, flag: `${place}.keyEnv` }) },
    price: await modelPrice(target, { dir, now: now(), place }),
    requests: answerRequests(asked, { sampling, api, repeat }),
  };
}

/** Estimate of asking a target; nothing is sent. */
export async function planTarget({
  name,
  target,
  endpoint,
  price,
  requests,
  journal,
}: ReadyTarget): Promise<TargetPlan> {
  const kept = existsSync(journal) ? await readJournal(journal) : undefined;
  const missing = requests.filter(
    (request) => kept?.known(requestKey(endpoint, request), request.maxTokens) === undefined,
  );
  const counter = await loadTokenCounter();
  const input = missing.map(({ prompt }) =>
    counter.count(typeof prompt === "string" ? prompt : prompt.map(({ content }) => content).join("\n")),
  );
  const most = missing.reduce(
    (sum, { maxTokens }, i) => sum + (price.cost?.({ input: input[i]!, output: maxTokens }) ?? 0n),
    0n,
  );
  const { shown, isLoopback } = endpointOf({ url: endpoint.url, api: endpoint.api ?? "chat" });
  const isPaid = price.cost !== undefined;
  const entry = missing.length === 0 ? 0n : most / BigInt(missing.length);
  const left = parseMoney(target.maxUsd) - spentOn(kept, { endpoint, requests });
  return {
    target: name,
    endpoint: shown,
    isThisMachine: isLoopback,
    requests: requests.length,
    known: requests.length - missing.length,
    inputTokens: input.reduce((sum, count) => sum + count, 0),
    mostUsd: isPaid ? formatMoney(most) : null,
    maxUsd: isPaid ? target.maxUsd : null,
    affordableItems: !isPaid || entry === 0n ? null : Number(left > 0n ? left / entry : 0n),
    price: price.source,
  };
}

/** Asks a target everything that its file of answers lacks. */
export async function askTarget(
  { target, endpoint, price, requests, journal }: ReadyTarget,
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
  const none = (): TargetAnswer[] => Array.from({ length: samples }, () => ({ error: "not asked" }));
  const answers = Array.from({ length: items }, none);
  const servedModels = new Set<string>();
  const cost = { requests: 0, inputTokens: 0, outputTokens: 0, estimatedUsage: 0 };
  const before = existsSync(journal) ? await readJournal(journal) : undefined;
  const asking = askMany({
    endpoint,
    requests,
    limits: { concurrency: target.concurrency, timeoutMs: target.timeoutSec * 1000, firstWaitMs },
    price,
    spendCapUsd: target.maxUsd,
    spentPico: spentOn(before, { endpoint, requests }),
    journal,
    now,
    signal,
  });
  let ended = 0;
  for await (const result of asking) {
    const { item, sample } = slotOf(result.id);
    onProgress(++ended / requests.length);
    if ("error" in result) {
      answers[item]![sample] = { error: result.error.message };
      continue;
    }
    answers[item]![sample] = { text: result.text, isCutOff: result.isCutOff, isRefusal: result.isRefusal };
    cost.requests += 1;
    cost.inputTokens += result.usage.inputTokens;
    cost.outputTokens += result.usage.outputTokens;
    if (result.usage.isEstimated) cost.estimatedUsage += 1;
    if (result.servedModel !== null) {
      servedModels.add([result.servedModel, result.fingerprint].filter((part) => part !== null).join(" "));
    }
  }
  const { stopped, failure } = asking.totals();
  const kept = await readJournal(journal);
  return {
    answers,
    stopped:
      stopped === null
        ? null
        : stopped === "over-cap"
          ? `the cap of ${target.maxUsd} USD is reached: the next answer could exceed it`
          : `the endpoint does not answer: ${failure}`,
    ended: stopped === null ? null : stopped === "over-cap" ? "over_budget" : "outside",
    servedModels: [...servedModels].toSorted(),
    cost: {
      ...cost,
      usd: price.cost === undefined ? null : formatMoney(spentOn(kept, { endpoint, requests })),
      price: price.source,
    },
  };
}

/** What these requests have cost so far, in pico-dollars; the file also holds those of earlier sets and prompts. */
function spentOn(
  journal: AnswerJournal | undefined,
  { endpoint, requests }: Pick<ReadyTarget, "endpoint" | "requests">,
): bigint {
  if (journal === undefined) return 0n;
  const keys = new Set(requests.map((request) => requestKey(endpoint, request)));
  return [...keys].reduce((sum, key) => sum + journal.spentPico(key), 0n);
}
