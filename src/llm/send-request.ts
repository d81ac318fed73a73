import { isoDay } from "../base/clock.ts";
import { formatMoney } from "../base/money.ts";
import type { PaidAnswer } from "./answer-journal.ts";
import { type Answered, askOnce, type Failed } from "./ask-once.ts";
import type { AskState } from "./ask-state.ts";
import type { LlmAnswer } from "./asking.ts";
import { type LlmRequest, promptText } from "./request.ts";

/** Longest wait that is accepted from an endpoint; beyond it the request fails. */
export const MOST_WAIT_MS = 600_000;

/** Tokens that a chat template may add to a prompt. */
const TEMPLATE_TOKENS = 64;

/** One request with its cost so far in this run, in pico-dollars. */
export type Task = { request: LlmRequest; key: string; pico: bigint };

/** An answer as stored. */
export type Paid = { kind: "paid"; answer: PaidAnswer };

/** Largest possible cost of a request, in pico-dollars. */
export function worstOf({ asking: { price } }: AskState, request: LlmRequest): bigint {
  const input = Buffer.byteLength(promptText(request)) + TEMPLATE_TOKENS;
  return price.cost?.({ input, output: request.maxTokens * (request.n ?? 1) }) ?? 0n;
}

/** Sends a request whose worst-case cost is reserved, and records the result. */
export async function sendRequest(state: AskState, task: Task, worst: bigint): Promise<Failed | Paid> {
  const { journal, budget, totals, line, cache } = state;
  const { request, key } = task;
  const isPaid = state.asking.price.cost !== undefined;
  if (isPaid) await journal?.add({ key, kind: "asked", usd: formatMoney(worst) });
  totals.sent += 1;
  const ended = await askOnce(line, request);
  totals.refusedFields = [...line.refused];
  if (ended.kind === "failed") {
    const pico = ended.isBilled ? worst : 0n;
    budget.settle(worst, pico);
    charge(state, task, pico);
    if (isPaid) await journal?.add({ key, kind: "failed", usd: formatMoney(pico) });
    return ended;
  }
  const { answer, pico } = paidFor(state, task, ended);
  budget.settle(worst, pico);
  charge(state, task, pico);
  state.failuresInARow = 0;
  state.late.clear();
  if (ended.waitMs > 0) {
    state.pausedUntilMs = Math.max(state.pausedUntilMs, Date.now() + Math.min(ended.waitMs, MOST_WAIT_MS));
  }
  await journal?.add(answer);
  await cache?.write(answer);
  totals.answered += 1;
  return { kind: "paid", answer };
}

function charge(state: AskState, task: Task, pico: bigint): void {
  task.pico += pico;
  state.spentPico += pico;
  if (state.totals.spentUsd !== null) state.totals.spentUsd = formatMoney(state.spentPico);
}

/** US dollars of a request; null if it is free. */
export function costOf({ asking: { price } }: AskState, pico: bigint): string | null {
  return price.cost === undefined ? null : formatMoney(pico);
}

/** An answer with its cost: by the endpoint's token count, or else by an upper estimate. */
function paidFor(
  { asking, line }: AskState,
  { request, key }: Task,
  { answer }: Answered,
): { answer: PaidAnswer; pico: bigint } {
  const countTokens = asking.countTokens ?? ((text: string) => Buffer.byteLength(text));
  const input = answer.input ?? countTokens(promptText(request)) + TEMPLATE_TOKENS;
  const output = answer.output ?? countTokens(answer.texts.join("\n"));
  const pico = asking.price.cost?.({ input, output }) ?? 0n;
  const [text = "", ...more] = answer.texts;
  return {
    pico,
    answer: {
      key,
      kind: "answer",
      text,
      ...(more.length === 0 ? {} : { more }),
      ...(answer.isRefusal ? { refusal: true } : {}),
      ...(answer.isCutOff ? { cutOff: true, maxTokens: request.maxTokens } : {}),
      input,
      output,
      ...(answer.input === null || answer.output === null ? { estimated: true } : {}),
      usd: formatMoney(pico),
      model: line.endpoint.model,
      ...(answer.servedModel === null ? {} : { servedModel: answer.servedModel }),
      ...(answer.fingerprint === null ? {} : { fingerprint: answer.fingerprint }),
      ...(answer.responseId === null ? {} : { responseId: answer.responseId }),
      on: isoDay(asking.now()),
    },
  };
}

/** An answer as returned to the caller. */
export function resultOf(answer: PaidAnswer, cached: LlmAnswer["cached"]): LlmAnswer {
  return {
    text: answer.text,
    texts: [answer.text, ...(answer.more ?? [])],
    isRefusal: answer.refusal === true,
    isCutOff: answer.cutOff === true,
    usage: { inputTokens: answer.input, outputTokens: answer.output, isEstimated: answer.estimated === true },
    cached,
    servedModel: answer.servedModel ?? null,
    fingerprint: answer.fingerprint ?? null,
    on: answer.on,
  };
}
