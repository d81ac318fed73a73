import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { AccessLine } from "../../src/domain/access-log.ts";
import { accessLogSummary } from "../../src/programme/accounts/access-log.ts";
import { createAccount } from "../../src/programme/accounts/manage-accounts.ts";
import { accessEvidence } from "../../src/programme/comply/evidence/own-evidence.ts";
import { AccessLog, type AccessLimits, type LoggedRequest } from "../../src/server/access/access-log.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const linesIn = async (dataDir: string): Promise<AccessLine[]> =>
  (await readFile(join(dataDir, "access/access.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => AccessLine.parse(JSON.parse(line)));

describe("the access log of a server", () => {
  let server: TestServer;
  let token: string;
  let engineer: string;
  beforeAll(async () => {
    server = await startTestServer();
    token = (await createAccount(server.store, { name: "ada@example.com", role: "viewer", days: 1 }, Date.now())).token;
    engineer = (await createAccount(server.store, { name: "bob", role: "engineer", days: 1 }, Date.now())).token;
    server = await server.restart();
  });
  afterAll(() => server.end());

  test("says who read or changed what, who was refused, and holds no secret and no content", async () => {
    const ada = { authorization: `Bearer ${token}` };
    const run = "0123456789abcdef0123456789abcdef";
    await server.call(`GET /api/2.0/mlflow/runs/get?run_id=${run}&token=${token}`, undefined, ada);
    for (let k = 0; k < 5; k++) await server.call("GET /api/v1/runs", undefined, ada);
    await server.call("POST /api/2.0/mlflow/runs/set-tag", { run_id: run, key: "note", value: "my secret note" }, ada);
    const bob = { authorization: `Bearer ${engineer}` };
    await server.call("POST /api/2.0/mlflow/runs/set-tag", { run_id: run, key: "note", value: "my secret note" }, bob);
    await server.call("GET /api/v1/runs", undefined, { authorization: "Bearer tw_wrong-token-of-somebody" });
    await server.call("GET /version");
    server = await server.restart();
    const lines = await linesIn(server.dataDir);
    const told = lines.map(({ by, role, method, path, of, status, count }) => [
      by,
      role,
      method,
      path,
      of,
      status,
      count,
    ]);
    expect(told).toEqual([
      ["ada@example.com", "viewer", "GET", "/api/2.0/mlflow/runs/get", { run_id: run }, 404, 1],
      ["ada@example.com", "viewer", "GET", "/api/v1/runs", {}, 200, 1],
      ["ada@example.com", "viewer", "POST", "/api/2.0/mlflow/runs/set-tag", {}, 403, 1],
      ["bob", "engineer", "POST", "/api/2.0/mlflow/runs/set-tag", { run_id: run }, 404, 1],
      [null, null, "GET", "/api/v1/runs", {}, 401, 1],
      ["ada@example.com", "viewer", "GET", "/api/v1/runs", {}, 200, 4],
    ]);
    expect(lines.every(({ address }) => address.includes("127.0.0.1"))).toBe(true);
    const text = JSON.stringify(lines);
    for (const word of [token, engineer, "tw_", "secret note", "note"]) expect(text).not.toContain(word);
  });

  test("is evidence by its summary, with the hash of each file and without a name", async () => {
    const { json } = await server.call("GET /api/v1/access-log", undefined, { authorization: `Bearer ${token}` });
    expect(json).toMatchObject({ requests: 9, named: 8, accounts: 2, refused: 2, problems: [], lost: 0 });
    expect(JSON.stringify(json)).not.toContain("ada@");
    const [file] = accessEvidence(await accessLogSummary(server.dataDir), "2026-11-25");
    expect(file).toMatchObject({ proves: ["access-log"], isStale: false, collectedAt: "2026-11-25" });
    expect(file!.detail).toMatch(/ 9 requests, 8 of them with a name \(2 accounts\), 2 refused; head [0-9a-f]{16}$/);
  });
});

describe("its file", () => {
  let dir: string;
  const messages: string[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-access-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const request = (path: string): LoggedRequest => ({
    by: "ada",
    role: "viewer",
    address: "127.0.0.1",
    method: "GET",
    path,
    of: {},
    status: 200,
  });
  const write = async (folder: string, paths: readonly string[], limits: Partial<AccessLimits> = {}): Promise<void> => {
    const log = new AccessLog(folder, {
      now: () => new Date("2026-11-25T10:00:00Z"),
      log: (m) => messages.push(m),
      limits,
    });
    for (const path of paths) {
      log.add(request(path));
      await log.flush();
    }
    await log.close();
  };

  test("is limited: the oldest file is removed, the log says so, and the chain goes on over files and restarts", async () => {
    const folder = join(dir, "limited");
    for (const part of ["a", "b"]) {
      const paths = Array.from({ length: 20 }, (_, k) => `/${part}${k}`);
      await write(folder, paths, { fileBytes: 1000, files: 3 });
    }
    expect((await readdir(join(folder, "access"))).filter((name) => name !== "access.jsonl")).toHaveLength(3);
    const { problems, removed, requests, files } = await accessLogSummary(folder);
    expect(problems).toEqual([]);
    expect([files.length >= 3, removed > 0, requests < 40]).toEqual([true, true, true]);
  });

  test("shows a changed and a removed line, and goes on after one that a killed server left incomplete", async () => {
    const folder = join(dir, "changed");
    const path = join(folder, "access/access.jsonl");
    await write(folder, ["/1", "/2", "/3"]);
    const whole = await readFile(path, "utf8");
    await writeFile(path, whole.replace('"/2"', '"/9"'));
    expect((await accessLogSummary(folder)).problems).toEqual([
      "access.jsonl, line 3 does not follow the line before it",
    ]);
    await writeFile(path, whole.split("\n").toSpliced(1, 1).join("\n"));
    expect((await accessLogSummary(folder)).problems).toHaveLength(1);
    await writeFile(path, whole.slice(0, -30));
    await write(folder, ["/4"]);
    expect(await accessLogSummary(folder)).toMatchObject({ problems: [], incomplete: 1, requests: 3 });
  });

  test("counts what it could not write, and says so once and in the log", async () => {
    const folder = join(dir, "full");
    await writeFile(folder, "not a folder");
    const log = new AccessLog(folder, { now: () => new Date("2026-11-25T10:00:00Z"), log: (m) => messages.push(m) });
    log.add(request("/1"));
    await log.flush();
    log.add(request("/2"));
    await log.flush();
    expect(messages).toHaveLength(1);
    await rm(folder);
    log.add(request("/3"));
    await log.close();
    expect(await accessLogSummary(folder)).toMatchObject({ lost: 2, requests: 1, problems: [] });
  });

  test("in which nobody is named is no evidence of who asked", async () => {
    const folder = join(dir, "nobody");
    const log = new AccessLog(folder, { now: () => new Date("2026-11-25T10:00:00Z"), log: (m) => messages.push(m) });
    log.add({ ...request("/1"), by: null, role: null });
    await log.close();
    expect(accessEvidence(await accessLogSummary(folder), "2026-11-25")).toEqual([]);
  });
});
