import { join } from "node:path";

import { formatMoney, roundMoney } from "../../base/money.ts";
import { qualityQuestion } from "../../curate/quality/quality-prompt.ts";
import type { SynthesisCost } from "../../domain/synthesis-result.ts";
import { type AnswerJournal, readJournal } from "../../llm/answer-journal.ts";
import { requestKey } from "../../llm/index.ts";
import { furtherRequests } from "./agreement-check.ts";
import type { ReadyModel } from "./ask-rows.ts";
import type { Candidate } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Cost of answers, from the file of answers. */
export type Spend = {
  journal: AnswerJournal;
  /** Pico-dollars of one request by its number, including failed attempts. */
  ofRequest: (index: number) => bigint;
  /** Pico-dollars of the additional answers about a row. */
  ofFurther: (candidate: Pick<Candidate, "request" | "slots">) => bigint;
  /** Pico-dollars of the judge's answers about a row. */
  ofJudge: (candidate: Pick<Candidate, "row">) => bigint;
};

/** Whether a synthesis pays for answers: those of its model, or those of its judge. */
export function isPaidFor(
  { definition }: Pick<LoadedSynthesis, "definition">,
  { price }: Pick<ReadyModel, "price">,
): boolean {
  return price.cost !== undefined || definition.checks.judge?.free === false;
}

/** Reads the amounts spent. */
export async function readSpend(
  loaded: LoadedSynthesis,
  { endpoint, requestOf, journal: path }: ReadyModel,
): Promise<Spend> {
  const journal = await readJournal(path);
  const judged = await readJournal(join(loaded.dir, loaded.folder.judged));
  const { judge } = loaded.definition.checks;
  return {
    journal,
    ofRequest: (index) => journal.spentPico(requestKey(endpoint, requestOf(loaded.draw(index)))),
    ofFurther: (candidate) =>
      furtherRequests(candidate, loaded).reduce(
        (sum, request) => sum + journal.spentPico(requestKey(endpoint, request)),
        0n,
      ),
    ofJudge: ({ row }) => {
      const key = judge === undefined || judge.free ? undefined : qualityQuestion(row.fields, undefined, judge)?.key;
      return key === undefined ? 0n : judged.spentPico(key);
    },
  };
}

/**
 * Computes the cost of a synthesis, in total and per kept row. All payments count, including those for dropped rows and
 * for prompts of an earlier state of the file, because they are part of the cost of the kept rows.
 *
 * @param further rows for which additional answers were requested
 */
export async function synthesisCost(
  { loaded, model, spend }: { loaded: LoadedSynthesis; model: ReadyModel; spend: Spend },
  { asked, kept, further }: { asked: number; kept: number; further: readonly Pick<Candidate, "request" | "slots">[] },
): Promise<SynthesisCost> {
  const { price, endpoint, requestOf } = model;
  let [generation, inputTokens, outputTokens, estimatedUsage] = [0n, 0, 0, 0];
  for (let index = 0; index < asked; index++) {
    generation += spend.ofRequest(index);
    const answer = spend.journal.answer(requestKey(endpoint, requestOf(loaded.draw(index))));
    inputTokens += answer?.input ?? 0;
    outputTokens += answer?.output ?? 0;
    if (answer?.estimated === true) estimatedUsage += 1;
  }
  const agreement = further.reduce((sum, candidate) => sum + spend.ofFurther(candidate), 0n);
  const judge = await paidPico(join(loaded.dir, loaded.folder.judged));
  const answers = spend.journal.totalPico();
  const total = answers + judge;
  const isPaid = price.cost !== undefined;
  const usdOf = (pico: bigint): string | null => (isPaid ? formatMoney(pico) : null);
  const isJudgePaid = loaded.definition.checks.judge?.free === false;
  const usd = isPaidFor(loaded, model) ? formatMoney(total) : null;
  return {
    usd,
    generationUsd: usdOf(generation),
    agreementUsd: usdOf(agreement),
    judgeUsd: isJudgePaid ? formatMoney(judge) : null,
    otherUsd: usdOf(answers - generation - agreement),
    perKeptRowUsd: usd !== null && kept > 0 ? formatMoney(roundMoney(total / BigInt(kept), 6)) : null,
    inputTokens,
    outputTokens,
    estimatedUsage,
    price: price.source,
  };
}

/** Pico-dollars of all answers in a file of answers. */
export async function paidPico(path: string): Promise<bigint> {
  return (await readJournal(path)).totalPico();
}
