import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { BillImport } from "../../src/domain/bill.ts";
import { BillFiles, BillLines } from "../../src/domain/bill-lines.ts";
import { LedgerPage } from "../../src/domain/ledger.ts";
import { BudgetCurve, BudgetList, MoneyOverview, PricedRunList, RunMoney } from "../../src/domain/money.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let runId: string;
beforeAll(async () => {
  server = await startTestServer();
  const created = await server.call("POST /api/2.0/mlflow/runs/create", {
    experiment_id: "0",
    start_time: 1,
    tags: [],
  });
  runId = (created.json as { run: { info: { run_id: string } } }).run.info.run_id;
});
afterAll(() => server.end());

describe("money over REST", () => {
  test("gives a run its cost once its tags say what it runs on", async () => {
    const before = await server.call("GET /api/v1/runs");
    expect(PricedRunList.parse(before.json).runs[0]!.cost).toMatchObject({
      usd: null,
      reason: expect.stringContaining("gpu.type") as string,
    });
    await server.call("POST /api/2.0/mlflow/runs/set-tag", {
      run_id: runId,
      key: "tunewright.usd_per_hour",
      value: "2.49",
    });
    const after = PricedRunList.parse((await server.call("GET /api/v1/runs?order=cost")).json);
    expect(after.runs[0]!.cost).toMatchObject({ usdPerHour: "2.49", reason: null });
    expect(after.unpriced).toBe(0);
  });

  test("answers MLflow's client with the cost as a metric, and refuses to log one of that name", async () => {
    const search = { experiment_ids: ["0"], filter: "metrics.cost.usd >= 0", order_by: ["metrics.cost.usd DESC"] };
    const answer = await server.call("POST /api/2.0/mlflow/runs/search", search);
    const metrics = expect.arrayContaining([
      expect.objectContaining({ key: "cost.usd_per_hour", value: 2.49 }),
    ]) as object[];
    expect(answer.json).toMatchObject({ runs: [{ info: { run_id: runId }, data: { metrics } }] });
    const plain = await server.call("POST /api/2.0/mlflow/runs/search", { experiment_ids: ["0"] });
    expect(JSON.stringify(plain.json)).not.toContain("cost.usd"); // as MLflow's server would answer
    const point = { key: "cost.usd", value: 1, timestamp: 1, step: 0 };
    for (const [route, body] of [
      ["log-metric", { run_id: runId, ...point }],
      ["log-batch", { run_id: runId, metrics: [point] }],
    ] as const) {
      const refused = await server.call(`POST /api/2.0/mlflow/runs/${route}`, body);
      expect(refused).toMatchObject({ status: 400, json: { error_code: "INVALID_PARAMETER_VALUE" } });
    }
  });

  test("holds money for a run, and answers 409 with what is left where a budget would be passed", async () => {
    const set = await server.call("POST /api/v1/budgets", { scope: "programme", capUsd: "10", setBy: "finance" });
    expect(BudgetList.parse(set.json).budgets).toHaveLength(1);
    expect((await server.call("POST /api/v1/reservations", { runId: "a".repeat(32), usd: "8" })).status).toBe(200);
    const refused = await server.call("POST /api/v1/reservations", { runId: "b".repeat(32), usd: "8" });
    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({ error: { kind: "over_budget" } });
    expect((await server.call(`POST /api/v1/reservations/${"a".repeat(32)}/release`, {})).status).toBe(200);
    expect((await server.call("POST /api/v1/reservations", { runId: "b".repeat(32), usd: "8" })).status).toBe(200);
  });

  test("imports a bill, shows it, and finds the ledger intact", async () => {
    const text = "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,Tags\n";
    const csv = `${text}3.5,3.5,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,Usage,Compute,"{""run_id"":""${runId}""}"\n`;
    const imported = await server.call("POST /api/v1/bills", {
      name: "nov.csv",
      contentBase64: Buffer.from(csv).toString("base64"),
    });
    expect(BillImport.parse(imported.json).classes).toMatchObject([{ class: "run", billedUsd: "3.50" }]);
    const money = MoneyOverview.parse((await server.call("GET /api/v1/money")).json);
    expect(money).toMatchObject({ billedUsd: "3.50", leakUsd: "0.00", isIntact: true });
    const check = await server.call("POST /api/v1/ledger/verify", {});
    expect(check.json).toMatchObject({ isIntact: true, findings: [] });
  });

  test("leads from an entry to its run and to the bill lines behind it", async () => {
    const page = LedgerPage.parse((await server.call("GET /api/v1/ledger?kind=bill&account=billed:")).json);
    expect(page.entries).toMatchObject([{ kind: "bill", runId }]);
    expect(page.balances).toMatchObject([{ account: `billed:${runId}`, amount: "3.50" }]);
    const other = await server.call("GET /api/v1/ledger?kind=spend");
    expect(LedgerPage.parse(other.json).entries).toEqual([]);
    const before = await server.call(`GET /api/v1/ledger?before=${page.entries[0]!.seq}&run=${runId}&kind=bill`);
    expect(LedgerPage.parse(before.json).entries).toEqual([]);
    const days = await server.call("GET /api/v1/ledger?kind=bill&from=2026-11-02&to=2026-11-02");
    expect(LedgerPage.parse(days.json).entries).toHaveLength(1); // effective at the end of its charge
    expect(LedgerPage.parse((await server.call("GET /api/v1/ledger?kind=bill&to=2026-11-01")).json).entries).toEqual(
      [],
    );
    const lines = BillLines.parse((await server.call(`GET /api/v1/bills/lines?run=${runId}`)).json);
    expect(lines).toMatchObject({ total: 1, lines: [{ file: "nov.csv", line: 2, class: "run", billed: "3.50" }] });
    expect(BillLines.parse((await server.call("GET /api/v1/bills/lines?class=no-run")).json).total).toBe(0);
    expect(BillFiles.parse((await server.call("GET /api/v1/bills")).json).files).toMatchObject([
      { file: "nov.csv", lines: 1, billed: "3.50", state: "posted" },
    ]);
  });

  test("shows what a run costs with its tightest cap, and how a budget was used up", async () => {
    const money = RunMoney.parse((await server.call(`GET /api/v1/runs/${runId.slice(0, 10)}/cost`)).json);
    expect(money).toMatchObject({ runId, billedUsd: "3.50", cost: { usdPerHour: "2.49" } });
    expect(money.budgets).toMatchObject([{ budget: "the programme", capUsd: "10" }]);
    const { budgets } = BudgetList.parse((await server.call("GET /api/v1/budgets")).json);
    const curve = BudgetCurve.parse((await server.call(`GET /api/v1/budgets/curve?no=${budgets[0]!.no}`)).json);
    const spent = curve.points.map(({ spentUsd }) => Number(spentUsd));
    expect(spent).toEqual(spent.toSorted((a, b) => a - b));
    expect(curve.points.at(-1)!.spentUsd).toBe(budgets[0]!.spentUsd);
    expect((await server.call("GET /api/v1/budgets/curve?no=99")).status).toBe(404);
  });

  test("takes an entered cost again by its reference, refuses another one under it, and names an unknown field", async () => {
    const cost = { activity: "data", usd: "5", memo: "licence", reference: "INV-1" };
    const spend = (body: object) => server.call("POST /api/v1/ledger/spend", body);
    expect((await spend(cost)).json).toMatchObject({ isRepeat: false });
    expect((await spend(cost)).json).toMatchObject({ isRepeat: true });
    expect(await spend({ ...cost, usd: "6" })).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('the idempotency key "entered:manual:INV-1" was used') } },
    });
    expect((await spend({ ...cost, key: "a" })).json).toMatchObject({ error: { message: "key is not a field here" } });
  });

  test("refuses a bill that is none, with the file's name", async () => {
    const answer = await server.call("POST /api/v1/bills", {
      name: "x.csv",
      contentBase64: Buffer.from("a,b\n1,2\n").toString("base64"),
    });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: { message: expect.stringContaining("x.csv is not a FOCUS file") as string },
    });
  });

  test("takes a bill as the bytes of a request, and refuses one that is none", async () => {
    const head =
      "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ChargeDescription\n";
    const line = `0.01,0.01,2026-11-03T00:00:00Z,2026-11-03T01:00:00Z,Usage,Databases,${"x".repeat(2000)}\n`;
    const lines = 3;
    const put = async (name: string, body: string): Promise<Response> =>
      fetch(`${server.url}/api/v1/bills/files/${name}`, { method: "PUT", body });
    const content = head + line.repeat(lines);
    const answer = await put("large.csv", content);
    expect(answer.status).toBe(200);
    expect(BillImport.parse(await answer.json())).toMatchObject({ file: "large.csv", lines, isRepeat: false });
    const torn = await put("torn.csv?map=BilledCost=Nothing", head);
    expect(torn.status).toBe(400);
    expect((await put("empty.csv", "")).status).toBe(400);
    expect((await put("..%2F..%2Fetc%2Fpasswd", "a,b\n")).status).toBe(400);
  });
});
