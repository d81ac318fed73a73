import type { Hono } from "hono";
import * as z from "zod";

import { FailureAnswer } from "../../domain/failure-answer.ts";
import { rolesFor } from "../access/roles.ts";
import { abilityFor } from "../access/route-access.ts";
import { jsonResponse } from "../mlflow/mlflow-api.ts";
import { type DocumentedRoute, hasJsonBody, REST_PREFIX, type RestApi } from "../rest-api.ts";

/** `GET /api/v1/openapi.json`: all our routes, from the schemas that check them. */
export function addOpenApiRoute(app: Hono, api: RestApi): void {
  app.get(`${REST_PREFIX}/openapi.json`, () => jsonResponse(openApi(api)));
}

/** Authentication schemes of a caller. */
const SECURITY = {
  token: { type: "http", scheme: "bearer", description: "Token of an account" },
  account: { type: "http", scheme: "basic", description: "Name of an account and its token" },
  session: { type: "apiKey", in: "cookie", name: "tunewright_session", description: "Session of a browser" },
};

/** The OpenAPI 3.1 document of the routes. */
function openApi({ routes, context }: RestApi): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[`${REST_PREFIX}${route.path}`] ??= {})[route.method] = operation(route);
  return {
    openapi: "3.1.0",
    info: {
      title: "Tunewright",
      version: context.version,
      description: "Money is a decimal string, a time is ISO 8601 in UTC, and null is unknown.",
    },
    servers: [{ url: "/" }],
    paths,
    components: { securitySchemes: SECURITY, schemas: { Failure: jsonSchema(FailureAnswer) } },
  };
}

/** One route of the document. A change has a body; fields in the path are parameters. */
function operation({ method, path, summary, request, response, mediaType }: DocumentedRoute): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const schema = jsonSchema(request, "input") as { properties?: Record<string, Property>; required?: string[] };
  const isJson = hasJsonBody(method);
  const properties = Object.entries(schema.properties ?? {});
  const parameters = properties
    .filter(([name]) => !isJson || inPath.includes(name))
    .map(([name, property]) => ({
      name,
      in: inPath.includes(name) ? "path" : "query",
      required: inPath.includes(name) || (schema.required?.includes(name) ?? false),
      ...(property.description === undefined ? {} : { description: property.description }),
      schema: property,
    }));
  const body = {
    ...schema,
    properties: Object.fromEntries(properties.filter(([name]) => !inPath.includes(name))),
    required: (schema.required ?? []).filter((name) => !inPath.includes(name)),
  };
  const needs = abilityFor(method.toUpperCase(), `${REST_PREFIX}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`);
  const failure = { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } };
  return {
    operationId: operationId(method, path),
    tags: [path.split("/")[1]],
    summary,
    description: needs === "public" ? "Requires no account." : `Roles: ${rolesFor(needs)}.`,
    security: needs === "public" ? [] : [{}, ...Object.keys(SECURITY).map((name) => ({ [name]: [] }))],
    parameters,
    ...(isJson ? { requestBody: { required: true, content: { "application/json": { schema: body } } } } : {}),
    ...(method === "put" ? { requestBody: { required: true, content: { "application/octet-stream": {} } } } : {}),
    responses: {
      "200": { description: "Done", content: { [mediaType]: { schema: jsonSchema(response, "output") } } },
      ...(needs === "public"
        ? {}
        : {
            "401": { description: "An account is required, or its token is invalid", content: failure },
            "403": { description: "The role does not allow this", content: failure },
          }),
      default: { description: "Failed", content: failure },
    },
  };
}

type Property = { description?: string };

/** `get /runs/{id}/metrics` is `getRunsByIdMetrics`. */
function operationId(method: string, path: string): string {
  const words = path.split("/").flatMap((part) => (part.startsWith("{") ? ["by", part.slice(1, -1)] : part.split("-")));
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

function jsonSchema(schema: z.ZodType, io: "input" | "output" = "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema: each }) => delete each["whenOff"], // the text of a flag of the command line
  });
  return rest;
}
