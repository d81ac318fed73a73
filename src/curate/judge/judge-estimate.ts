import { formatMoney } from "../../base/money.ts";
import type { JudgeEndpoint, JudgeEstimate } from "../../domain/judge.ts";
import type { AnswerJournal } from "../../llm/answer-journal.ts";
import type { TokenPrice } from "../../llm/token-price.ts";
import { rowSample } from "../rows/row-sample.ts";
import { estimateTokens } from "../tokens/token-estimate.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import type { Question } from "./question.ts";

/** Number of questions in the sample whose tokens are counted. */
const SAMPLED = 500;

/** Tokens of a short answer: a score and a sentence. */
const SHORT_ANSWER = 60;

/** Survey of the questions: their keys, earlier answers, and the estimate for the rest. */
export type JudgeSurvey = {
  /** Keys of all questions. */
  all: ReadonlySet<string>;
  /** Keys of unanswered questions. */
  missing: Set<string>;
  /** Earlier spending on them, in pico-dollars, including failed requests. */
  spentPico: bigint;
  estimate: JudgeEstimate;
  /** The first unanswered question. */
  first: string | undefined;
};

/** Reads all questions once and estimates the cost of the unanswered ones from a sample of 500. */
export async function surveyQuestions(
  questions: AsyncIterable<Question>,
  { options, journal, price, counter }: SurveyWith,
): Promise<JudgeSurvey> {
  const [all, missing] = [new Set<string>(), new Set<string>()];
  const sample = rowSample(SAMPLED);
  let [paid, spent, characters] = [0n, 0n, 0];
  let first: string | undefined;
  for await (const { key, prompt } of questions) {
    if (all.has(key)) continue;
    all.add(key);
    spent += journal.spentPico(key);
    if (journal.known(key, options.maxTokens) !== undefined) {
      paid += journal.spentPico(key);
      continue;
    }
    missing.add(key);
    first ??= prompt;
    characters += prompt.length;
    const place = Number.parseInt(key.slice(0, 13), 16) / 2 ** 52; // keys are hashes: the lowest are a random sample
    sample.offer({ key: place, line: all.size, characters: prompt.length, pieces: [prompt], templateTokens: 0 });
  }
  const rows = sample.rows().map((row) => ({ characters: row.characters, tokens: counter.count(row.pieces[0]!) }));
  const tokens = missing.size === 0 ? { low: 0, high: 0 } : estimateTokens(rows, { rows: missing.size, characters });
  const [less, more] = counter.errorFactors;
  const input = { low: Math.floor(tokens.low * less), high: Math.ceil(tokens.high * more) };
  const estimate: JudgeEstimate = {
    questions: all.size,
    known: all.size - missing.size,
    inputTokens: input,
    outputTokens: options.maxTokens * missing.size,
    paidUsd: price.cost === undefined ? null : formatMoney(paid),
    usd: rangeOf(price, { input, questions: missing.size, maxTokens: options.maxTokens }),
    price: price.source,
  };
  return { all, missing, spentPico: spent, estimate, first };
}

/** Input of a survey. */
export type SurveyWith = {
  options: JudgeEndpoint;
  journal: Pick<AnswerJournal, "known" | "spentPico">;
  price: TokenPrice;
  counter: Pick<TokenCounter, "count" | "errorFactors">;
};

/** Cost of questions of the mean length. */
function rangeOf(
  { cost }: TokenPrice,
  { input, questions, maxTokens }: { input: { low: number; high: number }; questions: number; maxTokens: number },
): JudgeEstimate["usd"] {
  if (cost === undefined) return null;
  if (questions === 0) return { low: "0.00", high: "0.00" };
  const all = (tokens: number, output: number): string =>
    formatMoney(cost({ input: Math.ceil(tokens / questions), output }) * BigInt(questions));
  return { low: all(input.low, Math.min(SHORT_ANSWER, maxTokens)), high: all(input.high, maxTokens) };
}
