import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import { parseExactJson, writeExactJson } from "../../base/exact-json.ts";
import { AccessFailure } from "./access-failure.ts";
import type { Caller } from "./access.ts";
import { may } from "./roles.ts";
import { abilityFor } from "./route-access.ts";

/** Replaces a text that may be a prompt. */
const HIDDEN = "(hidden)";

/** Longest value of a tag that is taken for a label, such as a team, characters. */
const LABEL_CHARS = 100;

/** Tag of a description, which people write freely. @source mlflow 3.11 utils/mlflow_tags.py */
const NOTE = "mlflow.note.content";

/** Fields of a request that can ask what a param or a text of a tag contains. */
const ASKING = /^(?:filter|order|column|group)/i;

/** A condition on params, on a description, or on a part of a tag. */
const REVEALING = /\bparam(?:eter)?s?\b|note\.content|\btags?\b.*\bI?LIKE\b/is;

/**
 * Hides texts of runs from callers who may read runs but no prompts: scripts log prompts as params, tags, notes and
 * descriptions of datasets. Tags stay as far as they are labels, because budgets and chargeback are by tag.
 */
export function hideTexts(): MiddlewareHandler {
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
    const caller = c.get("caller") as Caller | undefined;
    if (route === undefined || caller === undefined || !may(caller.role, "read") || may(caller.role, "content"))
      return next();
    if (abilityFor(route.method, route.path) !== "read") return next();
    const questions = await questionsIn(c);
    for (const asked of questions)
      if (REVEALING.test(asked))
        throw new AccessFailure(403, `the role ${caller.role} does not allow conditions on params and texts`, {
          hint: "they may contain prompts; use metrics, attributes, and tags that are equal to a value",
        });
    await next();
    if (!(c.res.headers.get("content-type") ?? "").includes("json")) return;
    const { status, headers } = c.res;
    const answer = withoutTexts(parseExactJson(await c.res.text()));
    const shown = writeExactJson(questions.some((asked) => asked.startsWith("tags.")) ? withLabels(answer) : answer);
    headers.delete("content-length");
    c.res = new Response(shown, { status, headers });
  };
}

/** Filters, orders, columns and keys of groups of a request. */
async function questionsIn(c: Context): Promise<string[]> {
  const given = [...new URL(c.req.url).searchParams];
  if (c.req.method !== "GET") {
    const body = bodyOf(await c.req.text());
    if (typeof body === "object" && body !== null) given.push(...Object.entries(body).map(asText));
  }
  return given.filter(([name]) => ASKING.test(name)).map(([, value]) => value);
}

/** The body as the routes parse it; undefined if it is not JSON, which they reject. */
function bodyOf(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

function asText([name, value]: [string, unknown]): [string, string] {
  return [name, typeof value === "string" ? value : writeExactJson(value)];
}

/** The answer with `(hidden)` in place of each text that may be a prompt. @param name field in which it is */
function withoutTexts(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) {
    const kept = name === "views" ? value.filter((view) => !isRevealing(view)) : value;
    return kept.map((each) => withoutTexts(each, name));
  }
  if (typeof value !== "object" || value === null) return value;
  const row = value as Record<string, unknown>;
  if (isPrivate(row, name)) return { ...row, value: HIDDEN };
  const isDataset = "digest" in row && ("source_type" in row || "sourceType" in row);
  return Object.fromEntries(
    Object.entries(row).map(([field, each]) => {
      if (isDataset && ["source", "schema", "profile"].includes(field) && each !== null) return [field, HIDDEN];
      return [field, withoutTexts(each, field)];
    }),
  );
}

function isPrivate({ key, value }: Record<string, unknown>, name: string): boolean {
  if (typeof key !== "string" || typeof value !== "string") return false;
  if (name === "params") return true;
  return name === "tags" && (key === NOTE || !isLabel(value));
}

function isLabel(value: string): boolean {
  return value.length <= LABEL_CHARS && !/[\n\r]/.test(value);
}

/** The answer with `(hidden)` in place of each value of a column, or of a key of groups, that is no label. */
function withLabels(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withLabels(each, name));
  if (typeof value === "string") return ["values", "only"].includes(name) && !isLabel(value) ? HIDDEN : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, withLabels(each, field)]));
}

/** Whether a saved view has a condition that this caller may not use. */
function isRevealing(view: unknown): boolean {
  const { query } = view as { query?: unknown };
  return typeof query !== "string" || REVEALING.test(decoded(query));
}

function decoded(query: string): string {
  return [...new URLSearchParams(query)].flat().join(" ");
}
