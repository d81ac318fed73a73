import { language } from "../../curate/quality/language.ts";
import { refusal } from "../../curate/quality/refusal.ts";
import type { WatchedRequest } from "../../domain/watch-import.ts";
import { hashedVector, vectorOf, vectorText } from "../../watch/hashed-vector.ts";
import type { RawRequest } from "./read-request.ts";

/** Measurements of a request. `who` is its id and the pseudonym of its user. */
export function measureRequest(request: RawRequest, { id, user }: { id: string; user: string | null }): WatchedRequest {
  const { prompt, answer, hasText } = request;
  return {
    id,
    timeMs: request.timeMs,
    user,
    model: request.model,
    slice: request.slice,
    hasText,
    share: 1,
    promptCharacters: prompt.length,
    answerCharacters: answer.length,
    isRefusal: refusal(answer, prompt.toLowerCase()) !== undefined,
    isJson: isJson(answer),
    language: hasText ? (language(prompt) ?? null) : null,
    latencySec: request.latencySec,
    costUsd: request.costUsd,
    feedback: request.feedback,
    similarity: request.reference === null || !hasText ? null : cosine(vectorIn(answer), vectorIn(request.reference)),
    vector: hasText ? vectorText(hashedVector(prompt)) : "",
    embedding: null,
    embedder: null,
  };
}

function vectorIn(text: string): Float64Array {
  return vectorOf(vectorText(hashedVector(text)));
}

/** Cosine of two vectors; 0 if one has length zero. */
function cosine(a: Float64Array, b: Float64Array): number {
  let [product, first, second] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!;
    first += a[k]! ** 2;
    second += b[k]! ** 2;
  }
  const length = Math.sqrt(first * second);
  return length === 0 ? 0 : Math.max(-1, Math.min(1, product / length));
}

/** True if an answer consists of a JSON object or list and nothing else. */
function isJson(answer: string): boolean {
  if (!/^\s*[[{]/.test(answer)) return false;
  try {
    JSON.parse(answer);
    return true;
  } catch {
    return false;
  }
}
