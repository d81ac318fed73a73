import { endpointOf } from "../../base/api-endpoint.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { JudgeEndpoint } from "../../domain/judge.ts";
import type { ValueOf } from "./read-verdict.ts";

/** A question, identified by the hash of endpoint, model, prompt and subject. */
export type Question = { key: string; prompt: string };

/** A prompt: its name and version, and how its answer is read and displayed. */
export type Prompt<Value> = { name: string; valueOf: ValueOf<Value>; shown: (value: Value) => string };

/** Key of a question: questions with the same endpoint, model, prompt and subject share an answer. */
export function questionKey(
  { url, model }: Pick<JudgeEndpoint, "url" | "model">,
  prompt: string,
  about: string,
): string {
  const endpoint = endpointOf({ url, api: "chat" }).shown;
  return sha256(canonicalJson({ endpoint, model, prompt, about })).slice(0, 32);
}
