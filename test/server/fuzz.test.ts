import { afterAll, beforeAll, expect, test } from "vitest";

import { attack } from "./attack.ts";
import { attacksOnDocument, attacksOnMlflow } from "./attacked-routes.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** One attack of so many is tried here, another each time; test/full tries more. */
const SHARE = 449;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]); // no bug came up
  await server.end();
});

test("a sample of the attacks on our routes meets no bug, no hang and no leak", async () => {
  const attacks = await attacksOnDocument(server);
  expect(attacks.length).toBeGreaterThan(2000);
  expect(
    await attack(
      server,
      attacks.filter((_, index) => index % SHARE === 0),
    ),
  ).toEqual([]);
});

test("a sample of the attacks on MLflow's routes meets no bug, no hang and no leak", async () => {
  const attacks = await attacksOnMlflow(server);
  expect(attacks.length).toBeGreaterThan(10_000);
  expect(
    await attack(
      server,
      attacks.filter((_, index) => index % (SHARE * 3) === 0),
    ),
  ).toEqual([]);
});
