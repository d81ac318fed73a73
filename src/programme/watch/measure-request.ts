import { language } from "../../curate/quality/language.ts";
import { refusal } from "../../curate/quality/refusal.ts";
import type { WatchedRequest } from "../../domain/watch-import.ts";
import { hashedVector, vectorText } from "../../watch/hashed-vector.ts";
import type { RawRequest } from "./read-request.ts";

/** What is measured of a request. `who` are its id and the pseudonym of its user. */
export function measureRequest(request: RawRequest, { id, user }: { id: string; user: string | null }): WatchedRequest {
  const { prompt, answer } = request;
  return {
    id,
    timeMs: request.timeMs,
    user,
    model: request.model,
    slice: request.slice,
    promptCharacters: prompt.length,
    answerCharacters: answer.length,
    isRefusal: refusal(answer, prompt.toLowerCase()) !== undefined,
    isJson: isJson(answer),
    language: language(prompt) ?? null,
    latencySec: request.latencySec,
    costUsd: request.costUsd,
    feedback: request.feedback,
    vector: vectorText(hashedVector(prompt)),
  };
}

/** True if an answer is a JSON object or list, with nothing around it. */
function isJson(answer: string): boolean {
  if (!/^\s*[[{]/.test(answer)) return false;
  try {
    JSON.parse(answer);
    return true;
  } catch {
    return false;
  }
}
