import { afterAll, beforeAll, expect, test } from "vitest";

import { attack } from "../../server/attack.ts";
import { attacksOnDocument, attacksOnMlflow } from "../../server/attacked-routes.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

/** Of the attacks on MLflow's routes one of so many is tried: most give a call a field that it does not read. */
const SHARE = process.env["FUZZ_ALL"] === undefined ? 7 : 1;

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

test("attacks on MLflow's routes meet no bug, no hang and no leak; all of them with FUZZ_ALL=1", async () => {
  const attacks = await attacksOnMlflow(server);
  const tried = attacks.filter(({ what }, index) => index % SHARE === 0 || what.includes("objects"));
  expect(await attack(server, tried)).toEqual([]);
});
