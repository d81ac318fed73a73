import { afterAll, beforeAll, expect, test } from "vitest";

import { attack } from "../../server/attack.ts";
import { attacksOnDocument, attacksOnMlflow } from "../../server/attacked-routes.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]); // no bug came up
  await server.end();
});

test("every attack on our routes meets no bug, no hang and no leak", async () => {
  expect(await attack(server, await attacksOnDocument(server))).toEqual([]);
});

test("every attack on MLflow's routes meets no bug, no hang and no leak", async () => {
  expect(await attack(server, await attacksOnMlflow(server))).toEqual([]);
});
