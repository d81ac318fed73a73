import { afterAll, beforeAll, expect, test } from "vitest";

import { BillImport } from "../../../src/domain/bill.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.end());

const HEAD =
  "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ChargeDescription\n";

test("a bill larger than what is read as JSON is taken as the bytes of a request", async () => {
  const line = `0.01,0.01,2026-11-03T00:00:00Z,2026-11-03T01:00:00Z,Usage,Databases,${"x".repeat(200_000)}\n`;
  const lines = Math.ceil((40 * 2 ** 20) / line.length);
  const body = HEAD + line.repeat(lines);
  const answer = await fetch(`${server.url}/api/v1/bills/files/large.csv`, { method: "PUT", body });
  expect(answer.status).toBe(200);
  expect(BillImport.parse(await answer.json())).toMatchObject({ file: "large.csv", lines });
});
