import { afterAll, beforeAll, expect, test } from "vitest";

import type { Attack } from "../../server/attacks.ts";
import { attack } from "../../server/attack.ts";
import { attacksOnDocument, attacksOnMlflow } from "../../server/attacked-routes.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

/** Of the attacks one of so many is tried; all of them with FUZZ_ALL=1. */
const SHARE = process.env["FUZZ_ALL"] === undefined ? 4 : 1;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]); // no bug came up
  await server.end();
});

test("attacks on our routes meet no bug, no hang and no leak; all of them with FUZZ_ALL=1", async ({ annotate }) => {
  const attacks = share(await attacksOnDocument(server));
  await annotate(`${attacks.length} attacks`);
  expect(await attack(server, attacks)).toEqual([]);
});

test("attacks on MLflow's routes meet no bug, no hang and no leak; all of them with FUZZ_ALL=1", async ({
  annotate,
}) => {
  const attacks = share(await attacksOnMlflow(server));
  await annotate(`${attacks.length} attacks`);
  expect(await attack(server, attacks)).toEqual([]);
});

function share(attacks: readonly Attack[]): Attack[] {
  return attacks.filter(({ what }, index) => index % SHARE === 0 || what.includes("objects"));
}
