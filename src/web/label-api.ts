import type { AnswerResult, DisputeList, LabelItem, LabelItems, LabelSession } from "../domain/label-work.ts";
import type { Outgoing } from "./answer-queue.ts";
import { getJson, postJson } from "./api.ts";

const path = (task: string, rest: string): string => `/label/${encodeURIComponent(task)}/${rest}`;

let opening: Promise<LabelSession> | undefined;

/**
 * The signed-in account. A token after the `#` of the address is an invitation: it is used once, and removed from the
 * address so that nobody can read or copy it there.
 */
export function openSession(): Promise<LabelSession> {
  const token = window.location.hash.slice(1);
  if (token === "" || opening !== undefined) return opening ?? getJson<LabelSession>("/label/session");
  window.history.replaceState(null, "", window.location.pathname);
  opening = postJson<LabelSession>("/label/session", { token }).finally(() => {
    opening = undefined;
  });
  return opening;
}

/** Ends the session. */
export function endSession(): Promise<LabelSession> {
  return postJson<LabelSession>("/label/sign-out", {});
}

/** The next rows, leased to this account. */
export function takeItems(task: string, limit: number): Promise<LabelItems> {
  return postJson<LabelItems>(path(task, "items"), { limit });
}

/** Sends an answer or a decision. */
export function sendOutgoing(task: string, { kind, body }: Outgoing): Promise<AnswerResult> {
  return postJson<AnswerResult>(path(task, kind), body);
}

/** Reverses an answer by its key. */
export function takeBack(task: string, key: string): Promise<LabelItem> {
  return postJson<LabelItem>(path(task, "undo"), { key });
}

/** The next rows whose answers differ. */
export function openDisputes(task: string): Promise<DisputeList> {
  return getJson<DisputeList>(path(task, "disputes"));
}
