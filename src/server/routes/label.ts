import * as z from "zod";

import {
  AnswerRequest,
  AnswerResult,
  DecisionRequest,
  DisputeList,
  LabelItem,
  LabelItems,
  LabelSession,
} from "../../domain/label-work.ts";
import {
  answerItem,
  decideItem,
  openDisputes,
  sessionOf,
  signIn,
  takeBack,
  takeItems,
} from "../../programme/labels/work-on-task.ts";
import { signOut } from "../../programme/accounts/sign-in.ts";
import type { RestApi } from "../rest-api.ts";
import { mustHaveAccount } from "../access/guard-access.ts";
import { setSessionCookie } from "../access/session-cookie.ts";

const Task = z.string().describe("Name of the task");
const Nothing = z.strictObject({});
const NOBODY: LabelSession = { name: null, tasks: [] };

/** The page Label: signing in by a link, rows, answers, decisions. All routes except signing in require an account. */
export function addLabelRoutes(api: RestApi): void {
  const { context } = api;
  const { store, now } = context;
  const nowMs = (): number => now().getTime();
  api.add("post /label/session", {
    summary: "Accept an invitation, which works once, and start a session with a cookie",
    request: z.strictObject({ token: z.string().min(1).describe("Token of the link") }),
    response: LabelSession,
    answer: async ({ token }, c) => {
      const { token: cookie, session } = await signIn(store, token, nowMs());
      setSessionCookie(c, cookie);
      return session;
    },
  });
  api.add("get /label/session", {
    summary: "Show the account that is signed in and its tasks",
    request: Nothing,
    response: LabelSession,
    answer: async (_request, c) => {
      const account = (await context.access.callerOf(c))?.account;
      return account === undefined ? NOBODY : sessionOf(store, account);
    },
  });
  api.add("post /label/sign-out", {
    summary: "End the sessions of this account",
    request: Nothing,
    response: LabelSession,
    answer: async (_request, c) => {
      await signOut(store, mustHaveAccount(c), nowMs());
      setSessionCookie(c, "");
      return NOBODY;
    },
  });
  api.add("post /label/{task}/items", {
    summary: "Lease the next rows to label to this account",
    request: z.strictObject({
      task: Task,
      limit: z.int().min(1).max(20).default(5).describe("Maximum number of rows"),
    }),
    response: LabelItems,
    answer: async (request, c) => takeItems(store, request, { account: mustHaveAccount(c), nowMs: nowMs() }),
  });
  api.add("post /label/{task}/answers", {
    summary: "Store an answer or a skip; repeating a request with the same key changes nothing",
    request: z.strictObject({ task: Task, ...AnswerRequest.shape }),
    response: AnswerResult,
    answer: async (request, c) => answerItem(store, request, { account: mustHaveAccount(c), nowMs: nowMs() }),
  });
  api.add("post /label/{task}/undo", {
    summary: "Withdraw an answer by its key; the row is leased to the account again",
    request: z.strictObject({ task: Task, key: AnswerRequest.shape.key }),
    response: LabelItem,
    answer: async (request, c) => takeBack(store, request, { account: mustHaveAccount(c), nowMs: nowMs() }),
  });
  api.add("get /label/{task}/disputes", {
    summary: "List the next rows with conflicting answers, without names",
    request: z.strictObject({ task: Task }),
    response: DisputeList,
    answer: async ({ task }, c) => openDisputes(store, task, mustHaveAccount(c)),
  });
  api.add("post /label/{task}/decisions", {
    summary: "Store the decision of an adjudicator; repeating a request with the same key changes nothing",
    request: z.strictObject({ task: Task, ...DecisionRequest.shape }),
    response: AnswerResult,
    answer: async (request, c) => decideItem(store, request, { account: mustHaveAccount(c), nowMs: nowMs() }),
  });
}
