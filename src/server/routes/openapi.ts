import type { Hono } from "hono";
import * as z from "zod";

import { FailureAnswer } from "../../domain/failure-answer.ts";
import { jsonResponse } from "../mlflow/mlflow-api.ts";
import { REST_PREFIX, type RestApi } from "../rest-api.ts";

/** `GET /api/v1/openapi.json`: every route of ours, from the schemas that check them. */
export function addOpenApiRoute(app: Hono, api: RestApi): void {
  app.get(`${REST_PREFIX}/openapi.json`, () => jsonResponse(openApi(api)));
}

/** The OpenAPI 3.1 document of the routes. */
function openApi({ routes, context }: RestApi): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, summary, request, response } of routes) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const schema = z.toJSONSchema(request, { io: "input", unrepresentable: "any" }) as {
      properties?: Record<string, { description?: string }>;
      required?: string[];
    };
    const isRead = method === "get" || method === "delete";
    const parameters = Object.entries(schema.properties ?? {})
      .filter(([name]) => isRead || inPath.includes(name))
      .map(([name, property]) => ({
        name,
        in: inPath.includes(name) ? "path" : "query",
        required: inPath.includes(name) || (schema.required?.includes(name) ?? false),
        description: property.description,
        schema: property,
      }));
    (paths[`${REST_PREFIX}${path}`] ??= {})[method] = {
      summary,
      parameters,
      ...(isRead ? {} : { requestBody: { required: true, content: { "application/json": { schema } } } }),
      responses: {
        "200": { description: "Done", content: { "application/json": { schema: jsonSchema(response) } } },
        default: { description: "Failed", content: { "application/json": { schema: jsonSchema(FailureAnswer) } } },
      },
    };
  }
  return { openapi: "3.1.0", info: { title: "Tunewright", version: context.version }, paths };
}

function jsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { unrepresentable: "any" });
}
