import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { endpointOf } from "../../../base/api-endpoint.ts";
import type { Clock } from "../../../base/clock.ts";
import { formatMoney, parseMoney } from "../../../base/money.ts";
import { keyIn } from "../../../base/secret.ts";
import type { AnswerCost, EvaluationJudge } from "../../../domain/evaluation-judge.ts";
import { readJournal } from "../../../llm/answer-journal.ts";
import {
  askMany,
  type LlmAnswer,
  type LlmEndpoint,
  type LlmMessage,
  type LlmRequest,
  type TokenPrice,
} from "../../../llm/index.ts";
import { EVALUATIONS } from "../evaluation-folder.ts";
import { modelPrice } from "../model-price.ts";

/** A judge that is ready to be asked. */
export type ReadyJudge = {
  name: string;
  judge: EvaluationJudge;
  endpoint: LlmEndpoint;
  price: TokenPrice;
  /** File of all its answers in this evaluation, with one cap. */
  journal: string;
  shown: string;
  isLoopback: boolean;
};

/** Context for asking a judge. */
export type JudgeSurroundings = {
  now: Clock;
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  onProgress: (step: string, fraction: number) => void;
  firstWaitMs?: number | undefined;
};

/** Result of asking a judge. */
export type JudgeAnswers = {
  /** By case and conversation; the error if there is no answer. */
  answers: ({ text: string } | { error: string })[][];
  cost: AnswerCost;
  servedModels: string[];
  ended: { kind: "over_budget" | "outside"; message: string } | null;
};

/** File of the answers of a judge in an evaluation. */
function judgeJournal(dir: string, evaluation: string, judge: string): string {
  return join(dir, EVALUATIONS, "judges", `${evaluation}-${judge}`, "answers.jsonl");
}

/** Key and price of a judge. @throws Failure bad_input or not_found, with the name of the judge */
export async function readyJudge(
  { name, judge, evaluation }: { name: string; judge: EvaluationJudge; evaluation: string },
  { dir, env, now }: { dir: string; env: Readonly<Record<string, string | undefined>>; now: Clock },
): Promise<ReadyJudge> {
  const place = `judges.${name}`;
  const { url, model, keyEnv } = judge;
  const { shown, isLoopback } = endpointOf({ url, api: "chat" });
  return {
    name,
    judge,
    shown,
    isLoopback,
    journal: judgeJournal(dir, evaluation, name),
    endpoint: { url, model, key: keyIn(env, { name: keyEnv, flag: `${place}.keyEnv` }) },
    price: await modelPrice(judge, { dir, now: now(), place }),
  };
}

/** Asks a judge about the cases that are missing from its file of answers. */
export async function askJudge(
  { name, judge, endpoint, price, journal }: ReadyJudge,
  cases: readonly (readonly LlmMessage[][])[],
  { now, untilInterrupted, onProgress, firstWaitMs, step }: JudgeSurroundings & { step: string },
): Promise<JudgeAnswers> {
  const requests = cases.flatMap((conversations, index) =>
    conversations.map((prompt, turn): LlmRequest => {
      return { id: `${index}/${turn}`, prompt, maxTokens: judge.maxTokens, temperature: 0, seed: 1 };
    }),
  );
  const answers: JudgeAnswers["answers"] = cases.map((list) => list.map(() => ({ error: "not asked" })));
  const counts = { requests: 0, inputTokens: 0, outputTokens: 0, estimatedUsage: 0 };
  const [served, keys, answered] = [new Set<string>(), new Set<string>(), new Set<string>()];
  await mkdir(dirname(journal), { recursive: true });
  const stopped = await untilInterrupted(async (signal) => {
    const asking = askMany({
      endpoint,
      requests,
      limits: { concurrency: judge.concurrency, timeoutMs: judge.timeoutSec * 1000, firstWaitMs },
      price,
      spendCapUsd: judge.maxUsd,
      journal,
      now,
      signal,
    });
    let done = 0;
    for await (const result of asking) {
      const [index, turn] = result.id.split("/").map(Number);
      onProgress(step, ++done / requests.length);
      keys.add(result.key);
      if ("error" in result) {
        answers[index!]![turn!] = { error: result.error.message };
        continue;
      }
      answers[index!]![turn!] = judgeAnswer(result, judge.maxTokens);
      if (result.servedModel !== null) served.add(result.servedModel);
      if (answered.has(result.key)) continue; // equal questions are sent and paid for once
      answered.add(result.key);
      counts.requests += 1;
      counts.inputTokens += result.usage.inputTokens;
      counts.outputTokens += result.usage.outputTokens;
      if (result.usage.isEstimated) counts.estimatedUsage += 1;
    }
    return asking.totals();
  });
  const { spent, forAnswers } = await spentOn(journal, { keys, answered });
  const isFree = price.cost === undefined;
  return {
    answers,
    servedModels: [...served].toSorted(),
    cost: {
      ...counts,
      usd: isFree ? null : formatMoney(spent),
      unansweredUsd: isFree ? null : formatMoney(spent - forAnswers),
      price: price.source,
    },
    ended:
      stopped.stopped === null
        ? null
        : stopped.stopped === "over-cap"
          ? { kind: "over_budget", message: `the judge ${name}: the cap of ${judge.maxUsd} USD is reached` }
          : { kind: "outside", message: `the judge ${name} does not answer: ${stopped.failure}` },
  };
}

/** The text of an answer, or why it gives no verdict: the levels named in reasoning that was cut off are none. */
function judgeAnswer(
  { text, isRefusal, isCutOff }: Pick<LlmAnswer, "text" | "isRefusal" | "isCutOff">,
  maxTokens: number,
): { text: string } | { error: string } {
  if (isRefusal) return { error: `declined: ${text}` };
  return isCutOff ? { error: `cut off after ${maxTokens} tokens (maxTokens of the judge): ${text}` } : { text };
}

/** Cost of questions so far, and the part of it for their answers, in pico-dollars. */
async function spentOn(
  journal: string,
  { keys, answered }: { keys: ReadonlySet<string>; answered: ReadonlySet<string> },
): Promise<{ spent: bigint; forAnswers: bigint }> {
  if (!existsSync(journal)) return { spent: 0n, forAnswers: 0n };
  const kept = await readJournal(journal);
  const spent = [...keys].reduce((sum, key) => sum + kept.spentPico(key), 0n);
  const forAnswers = [...answered].reduce((sum, key) => sum + parseMoney(kept.answer(key)?.usd ?? "0"), 0n);
  await kept.close();
  return { spent, forAnswers };
}
