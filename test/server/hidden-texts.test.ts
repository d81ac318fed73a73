import { afterAll, beforeAll, expect, test } from "vitest";

import type { Role } from "../../src/domain/account.ts";
import { createAccount } from "../../src/programme/accounts/manage-accounts.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
const tokens = new Map<Role, string>();
beforeAll(async () => {
  server = await startTestServer();
  for (const role of ["viewer", "finance", "admin"] as const) {
    const { token } = await createAccount(server.store, { name: `a ${role}`, role, days: 1 }, Date.now());
    tokens.set(role, token);
  }
  server = await server.restart(); // the accounts were made behind its back, and it may remember for some seconds
});
afterAll(() => server.end());

const bearer = (role: Role): Record<string, string> => ({ authorization: `Bearer ${tokens.get(role)}` });

test("finance reads no file and no log of a run, and of the reports that of the study alone", async () => {
  const asked = async (path: string, role: Role): Promise<number> =>
    (await server.call(`GET ${path}`, undefined, bearer(role))).status;
  for (const [path, isRefused] of [
    ["/api/2.0/mlflow-artifacts/artifacts/0/none/artifacts/prompts.json", true],
    ["/get-artifact?run_id=none&path=prompts.json", true],
    ["/api/v1/runs/none/log", true],
    ["/api/v1/training/jobs/none/log", true],
    ["/api/v1/programme/reports/data", true],
    ["/api/v1/programme/reports/study", false],
    ["/api/v1/runs/none", false],
  ] as const) {
    expect((await asked(path, "finance")) === 403, path).toBe(isRefused);
    expect(await asked(path, "viewer"), path).not.toBe(403);
  }
});

test("finance reads no text of a run that may be a prompt, and cannot ask for one by a filter", async () => {
  const admin = bearer("admin");
  const said = await server.call("POST /api/2.0/mlflow/runs/create", { experiment_id: "0", start_time: 1 }, admin);
  const { run_id: run } = (said.json as { run: { info: { run_id: string } } }).run.info;
  const tags = ["team", "vision", "mlflow.note.content", "as asked", "system", "You are\na bird"];
  const dataset = { name: "rows", digest: "d", source_type: "code", source: "a bird", schema: "of birds" };
  for (const [path, body] of [
    ["log-parameter", { key: "prompt", value: "a bird" }],
    ["log-inputs", { datasets: [{ dataset }] }],
    ...[0, 2, 4].map((at) => ["set-tag", { key: tags[at], value: tags[at + 1] }] as const),
  ] as const)
    await server.call(`POST /api/2.0/mlflow/runs/${path}`, { run_id: run, ...body }, admin);
  for (const [name, query] of [
    ["open", "?filter=metrics.loss < 2"],
    ["asking", "?filter=params.prompt%20LIKE%20'%25bird%25'"],
  ])
    await server.call("POST /api/v1/views", { name, query }, admin);
  const asFinance = bearer("finance");
  const shown = async (path: string): Promise<unknown> => (await server.call(`GET ${path}`, undefined, asFinance)).json;
  expect(await shown(`/api/v1/runs/${run}`)).toMatchObject({
    params: [{ key: "prompt", value: "(hidden)" }],
    tags: expect.arrayContaining([
      { key: "team", value: "vision" },
      { key: "mlflow.note.content", value: "(hidden)" },
      { key: "system", value: "(hidden)" },
    ]),
    datasets: [{ name: "rows", source: "(hidden)" }],
  });
  const [input] = (
    (await shown(`/api/2.0/mlflow/runs/get?run_id=${run}`)) as { run: { inputs: { dataset_inputs: object[] } } }
  ).run.inputs.dataset_inputs;
  expect(input).toMatchObject({ dataset: { name: "rows", source: "(hidden)", schema: "(hidden)" } });
  expect(await shown("/api/v1/views")).toMatchObject({ views: [{ name: "open" }] });
  const search = async (filter: string): Promise<number> => {
    const body = { experiment_ids: ["0"], filter };
    return (await server.call("POST /api/2.0/mlflow/runs/search", body, asFinance)).status;
  };
  for (const filter of [
    "params.prompt LIKE '%b%'",
    "Parameter.`prompt` = 'x'",
    "tags.system LIKE 'You%'",
    "tags.mlflow.note.content = 'x'",
  ])
    expect(await search(filter), filter).toBe(403);
  expect(await search("tags.team = 'vision' and metrics.loss < 2")).toBe(200);
  expect(await shown("/api/v1/runs/table?column=params.prompt")).toMatchObject({
    error: {
      message: "the role finance does not allow conditions on params and texts",
      hint: "they may contain prompts; use metrics, attributes, and tags that are equal to a value",
    },
  });
  expect((await server.call("GET /api/v1/runs/table?groupBy=params.prompt", undefined, asFinance)).status).toBe(403);
  const byTag = await shown("/api/v1/runs/table?column=tags.system&column=tags.team&groupBy=tags.system");
  expect(byTag).toMatchObject({
    rows: [{ values: ["(hidden)", "vision"] }],
    grouped: { groups: [{ values: ["(hidden)"], columns: [{ only: "(hidden)" }, { only: "vision" }] }] },
  });
});
