import { setTimeout as sleep } from "node:timers/promises";

import { type Clock, isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney } from "../../base/money.ts";
import type { UnjudgedReason } from "../../domain/judge.ts";
import type { AnswerJournal } from "./answer-journal.ts";
import { askModel, type Line, type ModelAnswer } from "./ask-model.ts";
import type { Budget } from "./budget.ts";
import type { JudgePrice } from "./judge-price.ts";
import type { Question } from "./question.ts";

/** Whom questions are asked of, and within what. */
export type Asking = {
  line: Line;
  /** Address for messages. */
  shown: string;
  price: JudgePrice;
  budget: Budget;
  journal: AnswerJournal;
  concurrency: number;
  /** Tokens of a text, by estimate: for answers that the endpoint does not count. */
  countTokens: (text: string) => number;
  now: Clock;
  /** Ends sending; answers on their way are waited for, since they are paid. */
  signal: AbortSignal;
  /** Milliseconds before the second attempt; twice as many before each further one. */
  firstWaitMs?: number | undefined;
  onAnswer?: (() => void) | undefined;
};

/** How asking ended. */
export type Asked = {
  sent: number;
  answered: number;
  /** Why questions have no answer, those aside that were never reached. */
  failed: Map<string, UnjudgedReason>;
  /** Why the rest was not asked. */
  stopped: "over-cap" | "no-answer" | undefined;
  /** The last failure of the endpoint that cost a question its answer. */
  failure: string | null;
};

/** Attempts at one question. */
const ATTEMPTS = 6;

const FIRST_WAIT_MS = 500;

/** The longest that an endpoint may ask to be waited for; beyond, it has to be asked another day. */
const MOST_WAIT_MS = 600_000;

/** So many questions in a row without an answer end the asking: nobody is there. */
const FAILURES_IN_A_ROW = 8;

/** So many requests that find no endpoint, before any was answered, and it is the address that is wrong. */
const ASTRAY = 3;

/** Tokens that a chat template may add to a prompt. */
const TEMPLATE_TOKENS = 64;

/**
 * Asks questions, several at once. Each answer is in the journal before the next question is taken; none is asked whose
 * worst case could pass the cap. The worst case takes every byte of the prompt for a token, which no tokenizer exceeds,
 * and the longest answer.
 *
 * @throws Failure outside where no question can be answered (no key, no such model, nobody at the address) or an answer cannot be written
 */
export async function askAll(asking: Asking, questions: AsyncIterable<Question>): Promise<Asked> {
  const asked: Asked = { sent: 0, answered: 0, failed: new Map(), stopped: undefined, failure: null };
  const state = { asking, asked, pausedUntilMs: 0, failuresInARow: 0, astray: 0, error: undefined as unknown };
  const iterator = questions[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    while (!isOver(state)) {
      const { value, done } = await iterator.next();
      if (done === true) return;
      await askOne(state, value);
    }
  };
  const lanes = Array.from({ length: asking.concurrency }, () =>
    lane().catch((error: unknown) => {
      state.error ??= error;
    }),
  );
  await Promise.all(lanes);
  await iterator.return?.();
  if (state.error !== undefined) throw state.error;
  return asked;
}

type State = {
  asking: Asking;
  asked: Asked;
  pausedUntilMs: number;
  failuresInARow: number;
  /** Requests that found no endpoint. */
  astray: number;
  error: unknown;
};

function isOver({ asking, asked, error }: State): boolean {
  return asking.signal.aborted || asked.stopped !== undefined || error !== undefined;
}

async function askOne(state: State, question: Question): Promise<void> {
  const { asking, asked } = state;
  for (let attempts = 0; ;) {
    await pause(state, state.pausedUntilMs - Date.now());
    if (isOver(state)) return;
    const ended = await attempt(state, question);
    if (ended === undefined) return;
    const { next, reason, waitMs } = ended;
    if (next === "astray") state.astray += 1;
    if (next === "fatal" || (next === "astray" && asked.answered === 0 && state.astray >= ASTRAY)) {
      throw new Failure("outside", `${asking.shown}: ${reason}`, {
        hint: "check the address, the model's name and the key; answers so far are kept, and a later run asks for the others",
      });
    }
    if (next === "at-once") continue; // without the field that was refused
    attempts += 1;
    if (next === "never" || attempts === ATTEMPTS || (waitMs ?? 0) > MOST_WAIT_MS) {
      asked.failed.set(question.key, "no-answer");
      asked.failure = reason;
      state.failuresInARow += 1;
      if (state.failuresInARow >= FAILURES_IN_A_ROW || (waitMs ?? 0) > MOST_WAIT_MS) asked.stopped ??= "no-answer";
      return;
    }
    if (waitMs !== undefined) state.pausedUntilMs = Math.max(state.pausedUntilMs, Date.now() + waitMs);
    else await pause(state, (asking.firstWaitMs ?? FIRST_WAIT_MS) * 2 ** (attempts - 1));
  }
}

/** Waits, or until the asking is interrupted. */
async function pause({ asking: { signal } }: State, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Sends a question once; undefined where it was answered, or where there is no money for it. */
async function attempt(state: State, question: Question): Promise<Failed | undefined> {
  const { line, price, budget, journal } = state.asking;
  const { key, prompt } = question;
  const worst = price.cost?.({
    input: Buffer.byteLength(prompt) + TEMPLATE_TOKENS,
    output: line.maxTokens,
  });
  if (!(await budget.reserve(worst ?? 0n))) {
    state.asked.stopped ??= "over-cap";
    return undefined;
  }
  if (worst !== undefined) await journal.add({ key, kind: "asked", usd: formatMoney(worst) });
  state.asked.sent += 1;
  const ended = await askModel(line, prompt);
  if (ended.kind === "answer") {
    const paid = costOf(state.asking, prompt, ended.answer);
    budget.settle(worst ?? 0n, paid.pico);
    state.failuresInARow = 0;
    await keep(state, key, { answer: ended.answer, ...paid });
    return undefined;
  }
  const cost = ended.isBilled ? (worst ?? 0n) : 0n;
  budget.settle(worst ?? 0n, cost);
  if (worst !== undefined) await journal.add({ key, kind: "failed", usd: formatMoney(cost) });
  return ended;
}

type Failed = { next: "again" | "astray" | "at-once" | "never" | "fatal"; reason: string; waitMs?: number };

type Paid = { input: number; output: number; isEstimated: boolean; pico: bigint };

/** What an answer cost: by the endpoint's own count, else by an estimate on the high side. */
function costOf({ price, countTokens }: Asking, prompt: string, { input, output, text }: ModelAnswer): Paid {
  const tokens = {
    input: input ?? countTokens(prompt) + TEMPLATE_TOKENS,
    output: output ?? countTokens(text),
  };
  return { ...tokens, isEstimated: input === null || output === null, pico: price.cost?.(tokens) ?? 0n };
}

async function keep(
  { asking, asked }: State,
  key: string,
  { answer, input, output, isEstimated, pico }: Paid & { answer: ModelAnswer },
): Promise<void> {
  await asking.journal.add({
    key,
    kind: "answer",
    text: answer.text,
    ...(answer.isRefusal ? { refusal: true } : {}),
    ...(answer.isCutOff ? { cutOff: true, maxTokens: asking.line.maxTokens } : {}),
    input,
    output,
    ...(isEstimated ? { estimated: true } : {}),
    usd: formatMoney(pico),
    model: asking.line.model,
    on: isoDay(asking.now()),
  });
  asked.answered += 1;
  asking.onAnswer?.();
}
