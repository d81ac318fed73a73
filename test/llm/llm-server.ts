import type { ServerResponse } from "node:http";

import type { AskMany } from "../../src/llm/asking.ts";
import { askMany, type Asking } from "../../src/llm/ask-many.ts";
import type { LlmResult } from "../../src/llm/asking.ts";
import type { LlmRequest } from "../../src/llm/request.ts";
import { tokenPrice } from "../../src/llm/token-price.ts";

/** 1 dollar for a million input tokens, 2 for output. */
export const DOLLAR = tokenPrice({ inputUsdPerMtok: "1", outputUsdPerMtok: "2", tiers: [] }, "a price of the test");

/** Sends a chat completion: 100 tokens in, 10 out, so that it costs 120 micro-dollars. */
export function complete(
  response: ServerResponse,
  texts: string | readonly string[],
  { headers = {}, ...more }: { headers?: Record<string, string>; [field: string]: unknown } = {},
): void {
  const choices = [texts].flat().map((content, index) => ({
    index,
    message: { role: "assistant", content },
    finish_reason: "stop",
  }));
  const usage = { prompt_tokens: 100, completion_tokens: 10 };
  response
    .writeHead(200, { "content-type": "application/json", ...headers })
    .end(JSON.stringify({ choices, usage, ...more }));
}

/** Refuses a request. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(JSON.stringify({ error: { message: `status ${status}` } }));
}

/** So many requests, `question 0` and on. */
export function requestsFor(count: number, more: Partial<LlmRequest> = {}): LlmRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    prompt: `question ${index}`,
    maxTokens: 100,
    ...more,
  }));
}

/** Asks with the settings of the tests. */
export function ask(url: string, more: Partial<AskMany> = {}): Asking {
  return askMany({
    endpoint: { url, model: "stub" },
    requests: requestsFor(12),
    limits: { concurrency: 4, timeoutMs: 5000, firstWaitMs: 1 },
    price: DOLLAR,
    spendCapUsd: undefined,
    now: () => new Date("2026-11-28T12:00:00Z"),
    ...more,
  });
}

/** All results, by the name of their request. */
export async function gathered(asking: Asking): Promise<Record<string, LlmResult>> {
  const results: Record<string, LlmResult> = {};
  for await (const result of asking) {
    if (result.id in results) throw new Error(`two results for ${result.id}`);
    results[result.id] = result;
  }
  return results;
}
