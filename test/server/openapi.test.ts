import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ROUTE_ACCESS } from "../../src/server/access/route-access.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let document: { paths: Record<string, Record<string, { operationId: string }>> };
beforeAll(async () => {
  server = await startTestServer();
  document = (await server.call("GET /api/v1/openapi.json")).json as typeof document;
});
afterAll(() => server.end());

test("the document is valid OpenAPI 3.1 by the official schema", async () => {
  const validator = new Validator();
  expect(await validator.validate({ ...document })).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  expect(JSON.stringify(document)).not.toContain("whenOff"); // a word of our own, for flags
});

test("the document names every route under /api/v1, itself aside, and no other", () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  const routes = Object.values(ROUTE_ACCESS)
    .flat()
    .filter((row) => row.includes(" /api/v1/") && !row.endsWith("/openapi.json"));
  expect(documented.toSorted()).toEqual(routes.toSorted());
});

test("each operation has an id of its own", () => {
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
