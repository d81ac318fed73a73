import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Role } from "../../src/domain/account.ts";
import { createAccount } from "../../src/programme/accounts/manage-accounts.ts";
import { ROUTE_ACCESS } from "../../src/server/access/route-access.ts";
import { startServer } from "../../src/server/start-server.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import { runHere } from "../cli/run-here.ts";
import { longCases } from "../long-suite.ts";

/** Permissions of each role according to design.md and issue 15: the kinds of routes that it may call. */
const MAY: Readonly<Record<Role, readonly string[]>> = {
  viewer: ["reads", "reads prompts"],
  annotator: [],
  engineer: ["reads", "reads prompts", "logs", "holds money"],
  finance: ["reads", "holds money", "sets money"],
  auditor: ["reads", "reads prompts", "sees accounts"],
  admin: ["reads", "reads prompts", "logs", "holds money", "sets money", "sees accounts", "changes accounts"],
};

const READING_POSTS = /\/(search|search-datasets|get-latest-versions|ledger\/verify)$/;

/** Paths under which files of runs, logs of trainers, examples of traffic and answers of models are read. */
const FILES_AND_LOGS =
  /artifacts?\b|\/log$|^\/api\/v1\/(?:watch(?:\/spans)?|audit\/evidence|evaluations\/:id|evaluation-comparison)$/;

/** Reads of the registry, in which MLflow's client keeps prompts as versions of models. */
const REGISTRY = /\/(?:registered-models|model-versions)\/(?:get|search|alias$)/;

/** The kind of a route, told by its method and path alone; undefined: everybody may call it. */
function kindOf(method: string, path: string): string | undefined {
  if (["/*", "/health", "/version", "/api/v1/openapi.json", "/api/v1/server"].includes(path)) return undefined;
  if (path.endsWith("/server-info") || path.startsWith("/api/v1/session")) return undefined;
  if (path === "/api/v1/label/session") return undefined;
  if (path.startsWith("/api/v1/label/")) return "labels";
  if (path === "/api/v1/runs/gc" || path === "/api/v1/runs/import") return "changes accounts"; // what an admin may alone
  if (path.startsWith("/api/v1/accounts")) return method === "GET" ? "sees accounts" : "changes accounts";
  if (path.startsWith("/api/v1/reservations")) return "holds money";
  if (path === "/api/3.0/mlflow/traces" && method === "POST") return "logs";
  if (path.includes("/assessments") && method !== "GET") return "logs";
  if (path.startsWith("/api/3.0/mlflow/traces")) return "reads prompts";
  if (/^\/api\/v1\/labels\/:task\/(?:answers|disputes)$/.test(path) && method === "GET") return "reads prompts";
  if (REGISTRY.test(path) && (method === "GET" || READING_POSTS.test(path))) return "reads prompts";
  if (method === "GET" && FILES_AND_LOGS.test(path)) return "reads prompts";
  if (method === "GET" || READING_POSTS.test(path)) return "reads";
  if (path.endsWith("/approve")) return "sets money";
  return /^\/api\/v1\/(?:budgets|bills|alerts|ledger|currencies)\b/.test(path) ? "sets money" : "logs";
}

let server: TestServer;
const tokens = new Map<Role, string>();
beforeAll(async () => {
  server = await startTestServer();
  for (const role of Role.options) {
    const { token } = await createAccount(server.store, { name: `a ${role}`, role, days: 1 }, Date.now());
    tokens.set(role, token);
  }
  server = await server.restart(); // the accounts were made behind its back, and it may remember for some seconds
});
afterAll(async () => {
  expect(server.log).toEqual([]);
  await server.end();
});

const bearer = (role: Role): Record<string, string> => ({ authorization: `Bearer ${tokens.get(role)}` });

async function statusOf(route: string, headers: Record<string, string>): Promise<number> {
  const [method, path] = route.split(" ") as [string, string];
  const at = path.replaceAll(/:(\w+)/g, "none").replace("*", "none");
  const response = await fetch(server.url + at, {
    method,
    headers: { ...headers, ...(method === "GET" ? {} : { "content-type": "application/json" }) },
    ...(method === "GET" ? {} : { body: "{}" }),
  });
  await response.body?.cancel();
  return response.status;
}

describe("every route", () => {
  const rows = Object.values(ROUTE_ACCESS).flat();

  test("has one row in the table of what it needs", () => {
    expect(rows.length).toBeGreaterThan(90);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test.each(longCases(1, Role.options))("answers %s as the role may, and refuses the rest", async (role) => {
    const wrong: string[] = [];
    for (const row of rows) {
      const [method, path] = row.split(" ") as [string, string];
      const kind = kindOf(method, path);
      const isAllowed = kind === undefined || kind === "labels" || MAY[role].includes(kind);
      const status = await statusOf(row, bearer(role));
      if ((status === 403) === isAllowed || status === 401) wrong.push(`${row}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  test("refuses whoever sends no token, or one that does not exist", async () => {
    const wrong: string[] = [];
    for (const row of rows) {
      const [method, path] = row.split(" ") as [string, string];
      const status = await statusOf(row, {});
      const isPublic = kindOf(method, path) === undefined;
      if ((status === 401) === isPublic && row !== "POST /api/v1/session/end") wrong.push(`${row}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("what a role sees and signs", () => {
  test("an engineer sees budgets of own runs and those named for them, others see all", async () => {
    const admin = bearer("admin");
    const created = await server.call(
      "POST /api/2.0/mlflow/runs/create",
      {
        experiment_id: "0",
        start_time: 1,
        tags: [
          { key: "team", value: "nlp" },
          { key: "mlflow.user", value: "a engineer" },
        ],
      },
      bearer("engineer"),
    );
    expect(created.status).toBe(200);
    const budgets = [
      { scope: "tag", key: "team=nlp" },
      { scope: "tag", key: "team=vision" },
      { scope: "tag", key: "user=a engineer" },
    ].map((one) => ({ ...one, capUsd: "10", period: "total", setBy: "CFO", sourceSha256: null }));
    for (const budget of budgets) expect((await server.call("POST /api/v1/budgets", budget, admin)).status).toBe(200);
    const keysFor = async (role: Role): Promise<string[]> => {
      const { json } = await server.call("GET /api/v1/budgets", undefined, bearer(role));
      const money = (await server.call("GET /api/v1/money", undefined, bearer(role))).json as { budgets: object[] };
      const list = (json as { budgets: { key: string }[] }).budgets;
      expect(money.budgets).toEqual(list);
      return list.map(({ key }) => key);
    };
    expect(await keysFor("engineer")).toEqual(["team=nlp", "user=a engineer"]);
    expect(await keysFor("finance")).toEqual(["team=nlp", "team=vision", "user=a engineer"]);
  });

  test("no route shows an engineer the budget of a run of somebody else", async () => {
    const made = await server.call(
      "POST /api/2.0/mlflow/runs/create",
      { experiment_id: "0", start_time: 1, tags: [{ key: "team", value: "hidden-team" }] },
      bearer("admin"),
    );
    const { run_id: id } = (made.json as { run: { info: { run_id: string } } }).run.info;
    let no = 0;
    for (const [scope, key] of [
      ["activity", "hidden-activity"],
      ["tag", "team=hidden-team"],
    ] as const) {
      const budget = { scope, key, capUsd: "98765.43", period: "total", setBy: "CFO", sourceSha256: null };
      const { status, json } = await server.call("POST /api/v1/budgets", budget, bearer("admin"));
      expect(status).toBe(200);
      no = (json as { budgets: { no: number }[] }).budgets.at(-1)!.no;
    }
    const shows = async (route: string, role: Role): Promise<boolean> => {
      const [method, path] = route.split(" ") as [string, string];
      const at = path
        .replace("/runs/:id", `/runs/${id}`)
        .replaceAll(/:(\w+)/g, "none")
        .replace("*", "none");
      const body = method === "GET" ? undefined : { experiment_ids: ["0"], order_by: ["metrics.cost.usd DESC"] };
      const query = path.endsWith("/curve") ? `?no=${no}` : path.endsWith("/month-pack") ? "?month=2026-10" : "";
      const response = await fetch(server.url + at + query, {
        method,
        headers: { ...bearer(role), "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // no part of a random id in hexadecimal digits
      return /(?<![\da-f.])98,?765(?![\da-f])/.test(await response.text());
    };
    const reading = ROUTE_ACCESS.read.filter((route) => !route.endsWith("/events"));
    const seenBy = async (role: Role): Promise<string[]> => {
      const seen: string[] = [];
      for (const route of reading) if (await shows(route, role)) seen.push(route);
      return seen;
    };
    expect((await seenBy("finance")).toSorted()).toEqual([
      "GET /api/v1/activities",
      "GET /api/v1/budgets",
      "GET /api/v1/budgets/curve",
      "GET /api/v1/money",
      "GET /api/v1/month-pack",
      "GET /api/v1/runs/:id/cost",
      "GET /api/v1/runs/:id/guard",
      "POST /api/2.0/mlflow/runs/search",
    ]);
    expect(await seenBy("engineer")).toEqual([]);
  });

  test("an account signs under its own name; the owner of the folder under any", async () => {
    const close = { period: "2026-01", by: "the CFO" };
    expect(await server.call("POST /api/v1/ledger/periods", close, bearer("finance"))).toMatchObject({
      status: 403,
      json: {
        error: {
          message: "a finance cannot sign as the CFO: accounts sign under their own name",
          hint: "sign as a finance",
        },
      },
    });
    for (const [headers, by] of [
      [bearer("finance"), "a finance"],
      [{ authorization: `Bearer ${await readFile(join(server.dataDir, "owner-token"), "utf8")}` }, "the CFO"],
    ] as const) {
      const { status } = await server.call("POST /api/v1/ledger/periods", { ...close, by }, headers);
      expect(status, by).not.toBe(403);
    }
    const seal = await server.call("POST /api/v1/labels/none/seals", { by: "QA" }, bearer("engineer"));
    expect(seal).toMatchObject({
      status: 403,
      json: { error: { message: "a engineer cannot sign as QA: accounts sign under their own name" } },
    });
  });
});

describe("accounts", () => {
  const RUNS = "GET /api/2.0/mlflow/experiments/get?experiment_id=0";

  test("MLflow's Bearer and Basic are the token of an account", async () => {
    const basic = (name: string, token: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(`${name}:${token}`).toString("base64")}`,
    });
    const token = tokens.get("engineer")!;
    expect((await server.call(RUNS, undefined, bearer("engineer"))).status).toBe(200);
    expect((await server.call(RUNS, undefined, basic("a engineer", token))).status).toBe(200);
    expect(await server.call(RUNS, undefined, basic("a viewer", token))).toMatchObject({
      status: 401,
      json: { error_code: "UNAUTHENTICATED", message: "this token is invalid or has expired" },
    });
  });

  test("a viewer that logs is refused in MLflow's words", async () => {
    const answer = await server.call("POST /api/2.0/mlflow/runs/create", { experiment_id: "0" }, bearer("viewer"));
    expect(answer).toMatchObject({
      status: 403,
      json: { error_code: "PERMISSION_DENIED", message: "the role of a viewer, viewer, does not allow this" },
    });
  });

  test("a session by cookie does what its account may, until it is signed out", async () => {
    const response = await fetch(`${server.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: tokens.get("finance") }),
    });
    expect(await response.json()).toEqual({ name: "a finance", role: "finance", needsAccount: true });
    const set = response.headers.get("set-cookie")!;
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    const cookie = { cookie: set.split(";")[0]! };
    expect((await server.call("GET /api/v1/money", undefined, cookie)).status).toBe(200);
    expect((await server.call("GET /api/v1/accounts", undefined, cookie)).status).toBe(403);
    await server.call("POST /api/v1/session/end", {}, cookie);
    expect((await server.call("GET /api/v1/money", undefined, cookie)).status).toBe(401);
  });

  test("a token that was renewed or revoked stops to work, and so do its sessions", async () => {
    const admin = bearer("admin");
    const made = await server.call("POST /api/v1/accounts", { name: "short", role: "viewer" }, admin);
    const { token } = made.json as { token: string };
    const own = { authorization: `Bearer ${token}` };
    expect((await server.call(RUNS, undefined, own)).status).toBe(200);
    const renewed = await server.call("POST /api/v1/accounts/short/token", {}, admin);
    expect((await server.call(RUNS, undefined, own)).status).toBe(401);
    const second = { authorization: `Bearer ${(renewed.json as { token: string }).token}` };
    expect((await server.call(RUNS, undefined, second)).status).toBe(200);
    await server.call("POST /api/v1/accounts/short/revocation", {}, admin);
    expect((await server.call(RUNS, undefined, second)).status).toBe(401);
    const { json } = await server.call("GET /api/v1/accounts", undefined, bearer("auditor"));
    expect((json as { accounts: object[] }).accounts).toContainEqual(
      expect.objectContaining({ name: "short", role: "viewer", tokenUntil: null, sessions: 0 }),
    );
  });

  test("too many wrong tokens are asked to wait, while a right one works", async () => {
    const wrong = (): Promise<Response> =>
      fetch(`${server.url}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: "tw_guess" }),
      });
    const statuses: number[] = [];
    for (let time = 0; time < 30; time++) statuses.push((await wrong()).status);
    expect(statuses.at(-1)).toBe(429);
    expect(Number((await wrong()).headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await server.call(RUNS, undefined, bearer("viewer"))).status).toBe(200);
  });

  test("the owner of the data folder needs no account, and nobody else can read that token", async () => {
    const path = join(server.dataDir, "owner-token");
    const token = (await readFile(path, "utf8")).trim();
    expect((await stat(path)).mode & 0o077).toBe(0);
    const answer = await server.call("GET /api/v1/session", undefined, { authorization: `Bearer ${token}` });
    expect(answer.json).toEqual({ name: "owner", role: "admin", needsAccount: true });
  });

  test("no token is in the database or in the log", async () => {
    const rows = await server.store.db.selectFrom("account_tokens").selectAll().execute();
    const stored = JSON.stringify(rows);
    for (const token of tokens.values()) expect(stored.includes(token)).toBe(false);
  });
});

test("the first account of a server whose state is elsewhere is created in that folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tunewright-accounts-"));
  const [dataDir, env] = [join(folder, "state"), {}];
  const made = await runHere(["accounts", "create", "ada", "--role", "admin", "--data", "state"], { cwd: folder, env });
  expect(made.code, made.stderr).toBe(0);
  const list = await runHere(["accounts", "list", "--data", dataDir, "--json"], { env });
  expect(JSON.parse(list.stdout)).toMatchObject({ accounts: [{ name: "ada", role: "admin" }] });
  const none = await runHere(["accounts", "list", "--data", join(folder, "other")], { env });
  expect([none.code, none.stderr]).toEqual([
    3,
    expect.stringContaining(`${join(folder, "other")} has no database yet`),
  ]);
  await rm(folder, { recursive: true });
});

describe("a server on this machine", () => {
  test("asks nobody until the first account is made, and everybody from then on", async () => {
    const own = await startTestServer();
    expect((await own.call("GET /api/v1/runs")).status).toBe(200);
    expect((await own.call("POST /api/v1/accounts", { name: "ada", role: "admin" })).status).toBe(200);
    expect((await own.call("GET /api/v1/runs")).status).toBe(401);
    await own.end();
  });

  test("at an address of others refuses to start without an account, and starts with one", async () => {
    const own = await startTestServer();
    const { dataDir } = own;
    const options = {
      dataDir,
      databaseUrl: undefined,
      programmes: ["first"],
      host: "0.0.0.0",
      port: 0,
      version: "0.0.0",
      now: () => new Date(),
      env: {},
      log: () => undefined,
      allowedHosts: ["tracking.example"],
    };
    if (own.store.kind === "sqlite") {
      await own.stop();
      await expect(startServer(options)).rejects.toMatchObject({
        message: "other machines can reach 0.0.0.0, and no accounts exist",
        hint: `tunewright accounts create NAME --role admin --data ${dataDir}; or serve on 127.0.0.1`,
      });
      // a proxy on the same machine: the address is private, the name is not
      await expect(startServer({ ...options, host: "127.0.0.1" })).rejects.toMatchObject({
        message: "other machines can reach tracking.example, and no accounts exist",
        hint: `tunewright accounts create NAME --role admin --data ${dataDir}; or serve without --allow-host`,
      });
      const again = await startTestServer(dataDir);
      await createAccount(again.store, { name: "ada", role: "admin", days: 1 }, Date.now());
      await again.stop();
      const open = await startServer(options);
      const { port } = new URL(open.url);
      expect((await fetch(`http://127.0.0.1:${port}/api/v1/runs`)).status).toBe(401);
      await open.stop();
      const behind = await startServer({ ...options, host: "127.0.0.1" });
      const statusOf = async (host: string): Promise<number | undefined> => {
        const [answer] = (await once(get(`${behind.url}/version`, { headers: { host } }), "response")) as [
          IncomingMessage,
        ];
        return answer.resume().statusCode;
      };
      expect([await statusOf("tracking.example"), await statusOf("evil.example")]).toEqual([200, 403]);
      expect((await fetch(`${behind.url}/api/v1/runs`)).status).toBe(401);
      await behind.stop();
    }
    await own.end().catch(() => undefined);
  });
});
