/**
 * `tunewright/llm`: requests to an OpenAI-compatible model, with retries, rate limits, a spend cap, a journal and a
 * cache. The caller provides the address and the key; nothing is sent elsewhere.
 */
export { type Asking, askMany } from "./ask-many.ts";
export { type AskOne, askOne } from "./ask-one.ts";
export type { AskLimits, AskMany, AskTotals, LlmAnswer, LlmResult, LlmUnanswered } from "./asking.ts";
export { type LlmEndpoint, type LlmMessage, type LlmRequest, requestKey } from "./request.ts";
export { FREE, type TokenPrice, tokenPrice } from "./token-price.ts";
