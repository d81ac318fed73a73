import type { ServerResponse } from "node:http";
import { join } from "node:path";

import { type TokenPrice, tokenPrice } from "../../../src/llm/token-price.ts";
import type { JudgeSetup } from "../../../src/curate/judge/judge-questions.ts";
import { type Prompt, type Question, questionKey } from "../../../src/curate/judge/question.ts";
import { scoreOf } from "../../../src/curate/judge/read-verdict.ts";
import { JudgeEndpoint } from "../../../src/domain/judge.ts";

/** Sends a completion as servers do: 100 tokens in, 10 out. */
export function complete(response: ServerResponse, content: unknown, more: Record<string, unknown> = {}): void {
  const usage = { prompt_tokens: 100, completion_tokens: 10 };
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  json(response, 200, { choices, usage, ...more });
}

/** Sends any JSON. */
export function json(
  response: ServerResponse,
  status: number,
  { headers, ...body }: { headers?: Record<string, string>; [field: string]: unknown },
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** The text that a request asks about. */
export function promptIn(body: Record<string, unknown>): string {
  return (body["messages"] as { content: string }[])[0]!.content;
}

/** A prompt that asks for a score. */
export const SCORE: Prompt<number> = { name: "test-1", valueOf: scoreOf, shown: String };

/** 1 dollar for a million input tokens, 2 for output: an answer of the stub costs 120 micro-dollars. */
export const DOLLAR: TokenPrice = tokenPrice(
  { inputUsdPerMtok: "1", outputUsdPerMtok: "2", tiers: [] },
  "a price of the test",
);

/** Options for an endpoint. */
export const optionsFor = (url: string, more: Partial<JudgeEndpoint> = {}): JudgeEndpoint =>
  JudgeEndpoint.parse({ url, model: "stub", ...more });

/** A setup that agrees to all, with its answers in a folder. */
export const setupIn = (folder: string, more: Partial<JudgeSetup> = {}): JudgeSetup => ({
  key: undefined,
  price: DOLLAR,
  journal: join(folder, "answers.jsonl"),
  now: () => new Date("2026-11-28T12:00:00Z"),
  untilInterrupted: (work) => work(new AbortController().signal),
  agree: () => Promise.resolve(true),
  onProgress: () => undefined,
  firstWaitMs: 1,
  ...more,
});

/** So many questions, `question 0` and on. */
export function questionsFor(url: string, count: number): () => AsyncGenerator<Question> {
  return async function* () {
    for (let at = 0; at < count; at++) {
      const prompt = `question ${at}`;
      yield { key: questionKey({ url, model: "stub" }, "test-1", prompt), prompt };
    }
  };
}
