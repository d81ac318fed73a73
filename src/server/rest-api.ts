import type { Context, Hono } from "hono";
import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { fieldProblems } from "../base/issue-text.ts";
import type { ServerContext } from "./context.ts";
import { parseExactJson } from "../base/exact-json.ts";
import { jsonResponse } from "./mlflow/mlflow-api.ts";

/** A route of the REST API: request, response, and the use case. */
export type RestRoute<Query extends z.ZodObject, Output extends z.ZodType> = {
  summary: string;
  /** Parameters of the query and of the path, or fields of the body if `method` changes something. */
  request: Query;
  response: Output;
  answer: (request: z.output<Query>, c: Context) => Promise<z.input<Output>>;
};

/** A route with a response other than JSON. */
export type RawRoute<Query extends z.ZodObject> = {
  summary: string;
  request: Query;
  mediaType: DocumentedRoute["mediaType"];
  answer: (request: z.output<Query>, c: Context) => Promise<Response>;
};

type Method = "get" | "post" | "put" | "patch" | "delete";

/** Description of a route in the OpenAPI document. */
export type DocumentedRoute = {
  method: Method;
  path: string;
  summary: string;
  request: z.ZodObject;
  response: z.ZodType;
  /** Type of the response: JSON, an HTML page, a file, or a stream of events. */
  mediaType: "application/json" | "text/event-stream" | "text/html" | "text/csv" | "application/octet-stream";
};

/** Prefix of our routes. */
export const REST_PREFIX = "/api/v1";

/** Registers routes of the REST API, and collects their OpenAPI descriptions. */
export class RestApi {
  readonly #app: Hono;
  readonly context: ServerContext;
  readonly routes: DocumentedRoute[] = [];

  constructor(app: Hono, context: ServerContext) {
    this.#app = app;
    this.context = context;
  }

  /**
   * Adds a route: `get /runs/{id}`. Lists in a query are repetitions of a key. `put` sends a file: the body is its
   * bytes, which `answer` reads, and the request is in the query.
   */
  add<const Query extends z.ZodObject, const Output extends z.ZodType>(
    route: `${Method} /${string}`,
    { answer, ...described }: RestRoute<Query, Output>,
  ): void {
    this.#register(route, { ...described, mediaType: "application/json" }, async (request, c) =>
      jsonResponse(await answer(request, c)),
    );
  }

  /** Adds a route with a response other than JSON: a page, a file, events. */
  addRaw<const Query extends z.ZodObject>(
    route: `${Method} /${string}`,
    { answer, ...described }: RawRoute<Query>,
  ): void {
    this.#register(route, { ...described, response: z.string() }, answer);
  }

  #register<const Query extends z.ZodObject>(
    route: string,
    described: Omit<DocumentedRoute, "method" | "path"> & { request: Query },
    answer: (request: z.output<Query>, c: Context) => Promise<Response>,
  ): void {
    const [method, path] = route.split(" ") as [Method, string];
    const { request } = described;
    this.routes.push({ method, path, ...described });
    this.#app.on(method.toUpperCase(), `${REST_PREFIX}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`, async (c) => {
      const given = hasJsonBody(method) ? await fromBody(c) : fromQuery(c, request);
      const parsed = request.safeParse({ ...given, ...c.req.param() });
      if (!parsed.success) throw badRequest(parsed.error, given);
      return answer(parsed.data, c);
    });
  }
}

/** Whether the request of a method is JSON in its body; otherwise it is in the query. */
export function hasJsonBody(method: Method): boolean {
  return method === "post" || method === "patch";
}

function badRequest(error: z.ZodError, given: object): Failure {
  const { path, text } = fieldProblems(error, given)[0]!;
  return new Failure("bad_input", path.length === 0 ? text : `${path.join(".")}: ${text}`, {
    hint: "/api/v1/openapi.json describes the expected body",
  });
}

/** Converts query parameters to the types of the schema: numbers and flags are parsed from text. */
function fromQuery(c: Context, request: z.ZodObject): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(request, { io: "input", unrepresentable: "any" }) as {
    properties?: Record<string, { type?: string }>;
  };
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, words]) => {
      const type = properties[name]?.type;
      const [word] = words;
      if (type === "array") return [name, words];
      if ((type === "integer" || type === "number") && word!.trim() !== "") return [name, Number(word)];
      if (type === "boolean" && /^(true|false)$/.test(word!)) return [name, word === "true"];
      return [name, word];
    }),
  );
}

async function fromBody(c: Context): Promise<object> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new Failure("bad_input", "the body must be JSON: send Content-Type: application/json", {
      hint: "add the header Content-Type: application/json",
    });
  }
  try {
    const body = parseExactJson(await c.req.text());
    if (body !== null && typeof body === "object" && !Array.isArray(body)) return body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Failure("bad_input", "the body must be a JSON object", { hint: 'send an object, as in {"name": "value"}' });
}
