import type { Context, Hono } from "hono";

import { invalid } from "../../track/track-failure.ts";
import type { ServerContext } from "../context.ts";
import { writeExactJson, parseExactJson } from "../../base/exact-json.ts";
import { type Fields, readFields, type Values } from "./fields.ts";

/** Prefixes under which MLflow's client and its pages call the same route. */
const PREFIXES = ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow"] as const;

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** A call of MLflow's API: its fields and its handler. */
export type Call<Shape extends Fields> = {
  fields: Shape;
  /** The response as JSON. `raw` is the request as received, with the parameters of the path. */
  answer: (request: Values<Shape>, raw: RawRequest, c: Context) => Promise<object>;
};

/** A request before its fields are read. */
export type RawRequest = { body: Record<string, unknown>; bytes: number; text: string };

/** Registers calls of MLflow's REST API under all of its prefixes. */
export class MlflowApi {
  readonly #app: Hono;
  readonly context: ServerContext;
  readonly #prefixes: readonly string[];
  /** Every call, as `GET /api/2.0/mlflow/runs/get`, with the fields that it reads. */
  readonly calls = new Map<string, Fields>();

  constructor(app: Hono, context: ServerContext, prefixes: readonly string[] = PREFIXES) {
    this.#app = app;
    this.context = context;
    this.#prefixes = prefixes;
  }

  /** Adds one call. `route` is the method and the path below the prefix, such as `GET runs/get`. */
  add<const Shape extends Fields>(route: `${Method} ${string}`, { fields, answer }: Call<Shape>): void {
    const [method, path] = route.split(" ") as [Method, string];
    const handle = async (c: Context): Promise<Response> => {
      const raw = method === "GET" ? readQuery(c, fields) : await readBody(c);
      for (const [name, value] of Object.entries(c.req.param())) raw.body[name] = value;
      return jsonResponse(await answer(valuesOf(raw, fields), raw, c));
    };
    this.calls.set(`${method} ${this.#prefixes[0]}/${path}`, fields);
    for (const prefix of this.#prefixes) this.#app.on(method, `${prefix}/${path}`, handle);
  }
}

/** Fields of a request. A number with a decimal point is reported as written, because the parser turns 9.0 into 9. */
function valuesOf<const Shape extends Fields>({ body, text }: RawRequest, fields: Shape): Values<Shape> {
  try {
    return readFields(body, fields);
  } catch (error) {
    const [, value, name] = /^Invalid value (-?\d+) for parameter '(\w+)'/.exec((error as Error).message) ?? [];
    const written =
      name === undefined ? undefined : new RegExp(`"${name}"\\s*:\\s*(-?\\d+\\.0)0*[,}\\s]`).exec(text)?.[1];
    if (value === undefined || written === undefined) throw error;
    throw invalid((error as Error).message.replace(value, written).replace("'int'", "'float'"));
  }
}

/** A JSON answer. */
export function jsonResponse(value: unknown, status = 200): Response {
  return new Response(writeExactJson(value), { status, headers: { "content-type": "application/json" } });
}

/** Parameters of a query; a list field takes every repetition of its key. */
function readQuery(c: Context, fields: Fields): RawRequest {
  const body: Record<string, unknown> = {};
  const values = c.req.queries();
  for (const [name, given] of Object.entries(values)) body[name] = fields[name]?.kind === "texts" ? given : given[0];
  return { body, bytes: 0, text: "" };
}

async function readBody(c: Context): Promise<RawRequest> {
  const text = await c.req.text();
  const type = c.req.header("content-type") ?? "";
  if (text === "" && c.req.method === "DELETE") return { body: {}, bytes: 0, text };
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw invalid("Bad Request. Content-Type must be one of ['application/json'].");
  }
  let body: unknown;
  try {
    body = text === "" ? {} : parseExactJson(text);
    if (typeof body === "string") body = parseExactJson(body); // clients before 1.0 encoded twice
  } catch {
    throw invalid("Malformed JSON in the request body");
  }
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw invalid("The request body must be a JSON object");
  }
  return { body: { ...body }, bytes: text.length, text };
}
