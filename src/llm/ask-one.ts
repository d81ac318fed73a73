import { Failure } from "../base/failure.ts";
import { askMany } from "./ask-many.ts";
import type { AskLimits, AskMany, LlmAnswer, LlmResult } from "./asking.ts";
import type { LlmRequest } from "./request.ts";

/** One request, with its limits. */
export type AskOne = Omit<AskMany, "requests" | "limits"> & {
  request: LlmRequest;
  limits: Omit<AskLimits, "concurrency">;
};

/**
 * Asks a model one question, like `askMany`.
 *
 * @throws Failure over_budget if its worst case could exceed the cap; outside if there is no answer; the failures of
 * `askMany`
 */
export async function askOne({ request, limits, ...asking }: AskOne): Promise<LlmResult & LlmAnswer> {
  const results = askMany({ ...asking, requests: [request], limits: { ...limits, concurrency: 1 } });
  for await (const result of results) {
    if (!("error" in result)) return result;
    const { reason, message } = result.error;
    throw new Failure(reason === "over-cap" ? "over_budget" : "outside", `${asking.endpoint.model}: ${message}`);
  }
  throw new Failure("interrupted", "interrupted before there was an answer");
}
