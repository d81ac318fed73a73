import { existsSync } from "node:fs";
import { join } from "node:path";

import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { sha256 } from "../../base/hash.ts";
import { formatMoney } from "../../base/money.ts";
import { keyIn } from "../../base/secret.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import type { SynthesisPlan } from "../../domain/synthesis-result.ts";
import { readJournal } from "../../llm/answer-journal.ts";
import {
  type AskTotals,
  askMany,
  type LlmEndpoint,
  type LlmMessage,
  type LlmRequest,
  type LlmResult,
  requestKey,
  type TokenPrice,
} from "../../llm/index.ts";
import { answerSchema, type DrawnRequest } from "../../synthesize/draw-requests.ts";
import { modelPrice } from "../evaluate/model-price.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** A model that is ready to be asked. */
export type ReadyModel = {
  endpoint: LlmEndpoint;
  price: TokenPrice;
  /** Absolute path of the file of answers. */
  journal: string;
  /** The API request for a drawn request. */
  requestOf: (drawn: DrawnRequest) => LlmRequest;
};

/** Context for asking. */
export type Asking = {
  now: Clock;
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  onProgress: (step: string, fraction: number) => void;
  firstWaitMs?: number | undefined;
};

/** Key, price and requests of the model. @throws Failure not_found if the price is unknown; bad_input */
export async function readyModel(
  { dir, definition, recipe, folder }: LoadedSynthesis,
  { env, now }: { env: Readonly<Record<string, string | undefined>>; now: Date },
): Promise<ReadyModel> {
  const { endpoint: stated, sampling } = definition;
  const { url, model, keyEnv, structured } = stated;
  endpointOf({ url, api: "chat" });
  const schema = { name: "row", strict: true, schema: answerSchema(recipe) };
  const extra = {
    ...(sampling.topP === undefined ? {} : { top_p: sampling.topP }),
    ...(structured ? { response_format: { type: "json_schema", json_schema: schema } } : {}),
  };
  return {
    endpoint: { url, model, key: keyIn(env, { name: keyEnv, flag: "endpoint.keyEnv" }) },
    price: await modelPrice(stated, { dir, now, place: "endpoint" }),
    journal: join(dir, folder.answers),
    requestOf: ({ index, seed, system, user }) => ({
      id: String(index),
      prompt: promptOf(system, user),
      maxTokens: sampling.maxTokens,
      temperature: sampling.temperature,
      seed,
      extra,
    }),
  };
}

/** A conversation of one turn. */
export function promptOf(system: string, user: string): LlmMessage[] {
  return [...(system === "" ? [] : [{ role: "system" as const, content: system }]), { role: "user", content: user }];
}

/** Hash of the prompt of a request. */
export function promptSha256({ prompt }: Pick<LlmRequest, "prompt">): string {
  return sha256(JSON.stringify(prompt));
}

/** Estimate of asking; nothing is sent. */
export async function planRows(
  { definition, draw, rights }: LoadedSynthesis,
  { endpoint, price, journal, requestOf }: ReadyModel,
): Promise<SynthesisPlan> {
  const { requests, sampling, endpoint: stated, pilot, checks } = definition;
  const kept = existsSync(journal) ? await readJournal(journal) : undefined;
  const counter = await loadTokenCounter();
  let [known, inputTokens, most] = [0, 0, 0n];
  let firstPrompt: string | null = null;
  for (let index = 0; index < requests; index++) {
    const drawn = draw(index);
    if (kept?.known(requestKey(endpoint, requestOf(drawn)), sampling.maxTokens) !== undefined) {
      known += 1;
      continue;
    }
    const text = `${drawn.system}\n${drawn.user}`;
    firstPrompt ??= text.trim();
    const input = counter.count(text);
    inputTokens += input;
    const output = sampling.maxTokens;
    const further = BigInt(checks.agreement?.samples ?? 0);
    // A further request shows the input again, and part of the first answer.
    most += (price.cost?.({ input, output }) ?? 0n) + further * (price.cost?.({ input: input + output, output }) ?? 0n);
  }
  const { shown, isLoopback } = endpointOf({ url: endpoint.url, api: "chat" });
  const isPaid = price.cost !== undefined;
  return {
    endpoint: shown,
    isThisMachine: isLoopback,
    model: endpoint.model,
    terms: rights,
    requests,
    known,
    inputTokens,
    mostUsd: isPaid ? formatMoney(most) : null,
    maxUsd: isPaid ? stated.maxUsd : null,
    price: price.source,
    pilot: Math.min(pilot, requests),
    firstPrompt,
  };
}

/** Answers by the id of their request, and the totals. */
export type Answers = { results: Map<string, LlmResult>; totals: AskTotals };

/** Requests the answers that are missing from the file. @param count number of the requests, for the progress */
export async function askRows(
  { endpoint, price, journal }: ReadyModel,
  requests: Iterable<LlmRequest>,
  {
    count,
    stated,
    step,
    around,
  }: { count: number; stated: LoadedSynthesis["definition"]["endpoint"]; step: string; around: Asking },
): Promise<Answers> {
  return around.untilInterrupted(async (signal) => {
    const asking = askMany({
      endpoint,
      requests,
      limits: {
        concurrency: stated.concurrency,
        timeoutMs: stated.timeoutSec * 1000,
        firstWaitMs: around.firstWaitMs,
      },
      price,
      spendCapUsd: stated.maxUsd,
      journal,
      now: around.now,
      signal,
    });
    const results = new Map<string, LlmResult>();
    for await (const result of asking) {
      results.set(result.id, result);
      around.onProgress(step, results.size / count);
    }
    return { results, totals: asking.totals() };
  });
}

/** Why asking ended early. */
export type Stopped = { kind: "over_budget" | "outside"; message: string };

/** Reason why asking ended early; null if it did not. */
export function stoppedBy(
  { stopped, failure }: Pick<AskTotals, "stopped" | "failure">,
  maxUsd: string,
): Stopped | null {
  if (stopped === null) return null;
  return stopped === "over-cap"
    ? { kind: "over_budget", message: `the cap of ${maxUsd} USD is reached: the next answer could exceed it` }
    : { kind: "outside", message: `the endpoint does not answer: ${failure}` };
}
