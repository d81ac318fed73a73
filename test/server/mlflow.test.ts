import { Agent, request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";

import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { limitBody } from "../../src/server/body-limit.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const API = "/api/2.0/mlflow";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]); // no bug came up in any test of this file
  await server.end();
});

async function newRun(name = "r"): Promise<string> {
  const { json } = await server.call(`POST ${API}/runs/create`, { experiment_id: "0", run_name: name, start_time: 1 });
  return (json as { run: { info: { run_id: string } } }).run.info.run_id;
}

async function getRun(runId: string): Promise<{ info: Record<string, unknown>; data: Record<string, unknown[]> }> {
  const { json } = await server.call(`GET ${API}/runs/get?run_id=${runId}`);
  return (json as { run: Awaited<ReturnType<typeof getRun>> }).run;
}

describe("logging as MLflow's client does", () => {
  test("a run without a user has the one of its tag", async () => {
    const userOf = async (body: object): Promise<unknown> => {
      const tags = [{ key: "mlflow.user", value: "ada" }];
      const { json } = await server.call(`POST ${API}/runs/create`, { experiment_id: "0", tags, ...body });
      return (json as { run: { info: { user_id?: string } } }).run.info.user_id;
    };
    expect(await userOf({})).toBe("ada");
    expect(await userOf({ user_id: "grace" })).toBe("grace");
  });

  test("a batch that is sent twice is stored once", async () => {
    const run_id = await newRun();
    const batch = {
      run_id,
      metrics: [
        { key: "loss", value: 2, timestamp: 10, step: 1 },
        { key: "loss", value: 1, timestamp: 20, step: 2 },
      ],
      params: [{ key: "lr", value: "0.1" }],
      tags: [{ key: "team", value: "nlp" }],
    };
    for (let time = 0; time < 3; time++) {
      expect(await server.call(`POST ${API}/runs/log-batch`, batch)).toEqual({ status: 200, json: {} });
    }
    const { json } = await server.call(`GET /api/v1/runs/${run_id}/metrics`);
    expect(json).toEqual({
      runId: run_id,
      curves: [
        {
          key: "loss",
          count: 2,
          isThinned: false,
          points: [
            [1, 10, 2],
            [2, 20, 1],
          ],
        },
      ],
    });
    expect((await getRun(run_id)).data).toMatchObject({
      metrics: [{ key: "loss", value: 1, timestamp: 20, step: 2 }],
      params: [{ key: "lr", value: "0.1" }],
    });
  });

  test("the latest value is that of the highest step, in whatever order the points come", async () => {
    const run_id = await newRun();
    for (const step of [30, 10, 50, 20, 40]) {
      await server.call(`POST ${API}/runs/log-metric`, { run_id, key: "x", value: step / 10, timestamp: 5, step });
    }
    expect((await getRun(run_id)).data["metrics"]).toEqual([{ key: "x", value: 5, timestamp: 5, step: 50 }]);
  });

  test("steps of 64 bits and values that are not finite come back as they went in", async () => {
    const run_id = await newRun();
    const send = (key: string, value: string, step: string): Promise<unknown> =>
      server.call(
        `POST ${API}/runs/log-metric`,
        `{"run_id":"${run_id}","key":"${key}","value":${value},"timestamp":1,"step":${step}}`,
      );
    await send("a", '"NaN"', "9223372036854775807");
    await send("b", '"-Infinity"', "-9223372036854775808");
    await send("c", "0.06666666666666667", '"9007199254740993"');
    const response = await fetch(`${server.url}${API}/runs/get?run_id=${run_id}`);
    const text = await response.text();
    expect(text).toContain('{"key":"a","value":"NaN","timestamp":1,"step":9223372036854775807}');
    expect(text).toContain('{"key":"b","value":"-Infinity","timestamp":1,"step":-9223372036854775808}');
    expect(text).toContain('{"key":"c","value":0.06666666666666667,"timestamp":1,"step":9007199254740993}');
  });

  test("a batch with a param that has another value stores nothing", async () => {
    const run_id = await newRun();
    await server.call(`POST ${API}/runs/log-batch`, { run_id, params: [{ key: "lr", value: "1" }] });
    const { status, json } = await server.call(`POST ${API}/runs/log-batch`, {
      run_id,
      params: [
        { key: "new", value: "1" },
        { key: "lr", value: "2" },
      ],
      metrics: [{ key: "m", value: 1, timestamp: 1, step: 0 }],
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error_code: "INVALID_PARAMETER_VALUE" });
    expect((json as { message: string }).message).toContain("Changing param values is not allowed");
    expect((await getRun(run_id)).data).toEqual({
      params: [{ key: "lr", value: "1" }],
      tags: [{ key: "mlflow.runName", value: "r" }],
    });
  });

  test("what was acknowledged is there after a restart", async () => {
    const run_id = await newRun("kept");
    await server.call(`POST ${API}/runs/log-metric`, { run_id, key: "x", value: 3, timestamp: 5, step: 1 });
    server = await server.restart();
    expect((await getRun(run_id)).data["metrics"]).toEqual([{ key: "x", value: 3, timestamp: 5, step: 1 }]);
  });
});

describe("messages that MLflow's clients and tests match", () => {
  test.each([
    ["experiments/create", {}, 400, "Missing value for required parameter 'name'."],
    ["experiments/create", { name: 123 }, 400, "Invalid value 123 for parameter 'name' supplied"],
    ["experiments/create", { name: "Default" }, 400, "Experiment(name=Default) already exists."],
    ["runs/create", { experiment_id: "77" }, 404, "No Experiment with id=77 exists"],
    ["runs/update", { run_id: "0".repeat(32), status: "FINISHED" }, 404, `Run with id=${"0".repeat(32)} not found`],
    ["runs/set-tag", { run_id: "RUN", key: "", value: "x" }, 400, "Missing value for required parameter 'key'."],
    ["runs/delete-tag", { run_id: "RUN", key: "nope" }, 404, "No tag with name: nope in run with id RUN"],
    [
      "runs/log-batch",
      { run_id: "RUN", metrics: Array.from({ length: 1001 }, () => ({ key: "a", value: 1, timestamp: 1 })) },
      400,
      "A batch logging request can contain at most 1000 metrics. Got 1001 metrics.",
    ],
    [
      "runs/log-batch",
      {
        run_id: "RUN",
        params: [
          { key: "q", value: "1" },
          { key: "q", value: "2" },
        ],
      },
      400,
      "Duplicate parameter keys have been submitted: ['q']",
    ],
    [
      "runs/log-metric",
      { run_id: "RUN", key: "bad name!", value: 1, timestamp: 1 },
      400,
      "Invalid value \"bad name!\" for parameter 'name' supplied",
    ],
    [
      "runs/log-metric",
      { run_id: "RUN", key: "a/../b", value: 1, timestamp: 1 },
      400,
      "This name would resolve to 'b'",
    ],
    ["runs/update", { run_id: "RUN", status: "DONE" }, 400, "Invalid value \"DONE\" for parameter 'status' supplied"],
  ])("%s %j", async (...row) => {
    const [path, body, status, message] = row;
    const run_id = await newRun();
    const sent = JSON.stringify(body).replaceAll('"RUN"', `"${run_id}"`);
    const answer = await server.call(`POST ${API}/${path}`, sent);
    expect(answer.status).toBe(status);
    expect((answer.json as { message: string }).message).toContain(message.replaceAll("RUN", run_id));
  });

  test("a deleted run takes no metric until it is restored", async () => {
    const run_id = await newRun();
    await server.call(`POST ${API}/runs/delete`, { run_id });
    const metric = { run_id, key: "a", value: 1, timestamp: 1, step: 0 };
    const refused = await server.call(`POST ${API}/runs/log-metric`, metric);
    expect(refused).toMatchObject({
      status: 400,
      json: { message: `The run ${run_id} must be in the 'active' state. Current state is deleted.` },
    });
    await server.call(`POST ${API}/runs/restore`, { run_id });
    expect(await server.call(`POST ${API}/runs/log-metric`, metric)).toEqual({ status: 200, json: {} });
  });
});

describe("activity, by the server's clock", () => {
  test("opens with the run, is extended by writes, closes at its end, opens again when it is resumed", async () => {
    let ms = Date.parse("2026-11-25T12:00:00Z");
    const own = await startTestServer(undefined, { now: () => new Date(ms) });
    const { json } = await own.call(`POST ${API}/runs/create`, { experiment_id: "0", start_time: 1 });
    const { run_id } = (json as { run: { info: { run_id: string } } }).run.info;
    const after = async (seconds: number, route: string, body: object): Promise<void> => {
      ms += seconds * 1000;
      expect((await own.call(`POST ${API}/${route}`, { run_id, ...body })).status).toBe(200);
    };
    await after(10, "runs/log-metric", { key: "x", value: 1, timestamp: 1, step: 1 });
    await after(20, "runs/update", { status: "FINISHED" });
    await after(600, "runs/set-tag", { key: "note", value: "read later" });
    await after(10, "runs/update", { status: "RUNNING" });
    await after(5, "runs/log-metric", { key: "x", value: 1, timestamp: 1, step: 2 });
    const { json: run } = await own.call(`GET /api/v1/runs/${run_id}`);
    expect(run).toMatchObject({
      activeSec: 35,
      lastSeenAt: "2026-11-25T12:10:45.000Z",
      activity: [
        {
          openedAt: "2026-11-25T12:00:00.000Z",
          lastAt: "2026-11-25T12:00:30.000Z",
          closedAt: "2026-11-25T12:00:30.000Z",
        },
        { openedAt: "2026-11-25T12:10:40.000Z", lastAt: "2026-11-25T12:10:45.000Z", closedAt: null },
      ],
    });
    await own.end();
  });
});

describe("artifacts", () => {
  const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

  test("are kept by their path, listed and removed", async () => {
    const url = `${server.url}${ARTIFACTS}`;
    expect((await fetch(`${url}/0/r/artifacts/a/b.txt`, { method: "PUT", body: "hello" })).status).toBe(200);
    expect(await (await fetch(`${url}/0/r/artifacts/a/b.txt`)).text()).toBe("hello");
    const { json } = await server.call(`GET ${ARTIFACTS}?path=0%2Fr%2Fartifacts`);
    expect(json).toEqual({ files: [{ path: "a", is_dir: true }] });
    expect((await fetch(`${url}/0/r/artifacts/a/b.txt`, { method: "DELETE" })).status).toBe(200);
    expect((await fetch(`${url}/0/r/artifacts/a/b.txt`)).status).toBe(404);
    // a client whose answer was lost asks again; the root of a run has a slash after it
    expect((await fetch(`${url}/0/r/artifacts/a/b.txt`, { method: "DELETE" })).status).toBe(200);
    await fetch(`${url}/0/r/artifacts/c.txt`, { method: "PUT", body: "hello" });
    expect((await fetch(`${url}/0/r/artifacts/`, { method: "DELETE" })).status).toBe(200);
    expect((await server.call(`GET ${ARTIFACTS}?path=0%2Fr%2Fartifacts`)).json).toEqual({});
  });

  test.each(["..%2f..%2fx", "a/..%2f..%2f..%2fx", "%2fetc%2fpasswd", "a//b", "a%5c..%5cb", "a%00b", "%252e%252e/x"])(
    "never leave their folder: %s",
    async (path) => {
      const { status, text } = await rawPut(server.url, `${ARTIFACTS}/${path}`);
      expect([status, text.includes("Invalid path")]).toEqual([400, true]);
    },
  );
});

describe("requests that a page elsewhere may cause", () => {
  test("a foreign Host is refused", async () => {
    const { port } = new URL(server.url);
    const status = await new Promise((resolve) => {
      request({ port, host: "127.0.0.1", path: "/version", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  test("a change that comes from a page of another origin is refused, one without an origin is not", async () => {
    const create = (headers: Record<string, string>) =>
      server.call(`POST ${API}/experiments/create`, { name: `x${Math.random()}` }, headers);
    expect((await create({ origin: "http://evil.example" })).status).toBe(403);
    expect((await create({ origin: server.url })).status).toBe(200);
    expect((await create({})).status).toBe(200);
  });
});

test("a large request that is refused early is answered, and so is the next on its connection", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: unknown[] = [];
  for (let time = 0; time < 4; time++) {
    statuses.push(
      await new Promise((resolve, reject) => {
        const options = { agent, method: "POST", path: "/ajax-api/2.0/mlflow/upload-artifact" };
        const sent = request(server.url, options, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
        });
        sent.on("error", reject);
        sent.end("x".repeat(2 * 2 ** 20));
      }),
    );
  }
  agent.destroy();
  expect(statuses).toEqual([400, 400, 400, 400]);
});

test("a body that comes in pieces is read whole; a client that goes away before its end is no bug of the server", async () => {
  const runId = await newRun();
  const { port } = new URL(server.url);
  const bytes = Buffer.from(JSON.stringify({ run_id: runId, key: "größe", value: "größer" }));
  const head = (length: number): string =>
    `POST ${API}/runs/log-parameter HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${length}\r\nConnection: close\r\n\r\n`;
  const send = async (length: number, hasGone: boolean): Promise<string> => {
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(head(length));
    for (const byte of bytes) {
      await new Promise<void>((resolve) => socket.write(Buffer.of(byte), () => resolve()));
    }
    if (hasGone) socket.destroy();
    await closed;
    return received;
  };
  expect(await send(bytes.length, false)).toMatch(/^HTTP\/1.1 200 /);
  const { json } = await server.call(`GET ${API}/runs/get?run_id=${runId}`);
  expect(json).toMatchObject({ run: { data: { params: [{ key: "größe", value: "größer" }] } } });
  await send(bytes.length + 1, true);
  await server.call("GET /health");
  expect(server.log).toEqual([]);
});

test("a client that goes while its account is looked up leaves no request behind", async () => {
  const app = new Hono();
  app.use(limitBody());
  app.onError((error) => Response.json({ message: error.message }, { status: 400 }));
  const incoming = Object.assign(new Readable({ read: () => undefined }), {
    headers: { "content-type": "application/json" },
  });
  incoming.on("error", () => undefined).destroy(new Error("aborted"));
  await new Promise((resolve) => incoming.once("close", resolve));
  const response = await app.request("/", { method: "POST" }, { incoming });
  expect(await response.json()).toEqual({ message: "the request ended before its body was complete" });
});

test("the alias `latest`, in any case, is the newest version of a model that was not deleted", async () => {
  await server.call(`POST ${API}/registered-models/create`, { name: "aliased" });
  const latest = async (alias: string) => server.call(`GET ${API}/registered-models/alias?name=aliased&alias=${alias}`);
  expect(await latest("latest")).toMatchObject({ status: 404, json: { error_code: "RESOURCE_DOES_NOT_EXIST" } });
  for (let version = 1; version <= 3; version++) {
    await server.call(`POST ${API}/model-versions/create`, { name: "aliased", source: "s3://bucket/model" });
  }
  await server.call(`POST ${API}/model-versions/transition-stage`, { name: "aliased", version: "1", stage: "Staging" });
  await server.call(`DELETE ${API}/model-versions/delete`, { name: "aliased", version: "3" });
  expect(await latest("Latest")).toMatchObject({ status: 200, json: { model_version: { version: "2" } } });
});

test("an unknown call of MLflow's API is named so that its client can tell", async () => {
  expect(await server.call(`POST ${API}/nothing/here`, {})).toMatchObject({
    status: 404,
    json: { error_code: "ENDPOINT_NOT_FOUND" },
  });
});

test("the document of the REST API names the routes of runs", async () => {
  const { json } = await server.call("GET /api/v1/openapi.json");
  const paths = Object.keys((json as { paths: object }).paths);
  expect(paths).toEqual(expect.arrayContaining(["/api/v1/runs", "/api/v1/runs/{id}", "/api/v1/runs/{id}/metrics"]));
});

function rawPut(url: string, path: string): Promise<{ status: number; text: string }> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method: "PUT", host: "127.0.0.1" }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    sent.on("error", reject);
    sent.end("x");
  });
}

test.each([
  ["POST", `${API}/registered-models/create`, `${'{"name":'.repeat(20_000)}1${"}".repeat(20_000)}`],
  [
    "GET",
    `/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=RUN&metric_key=a&max_results=-9223372036854775808`,
    undefined,
  ],
])("what the fuzz suite found is refused: %s %s", async (method, path, body) => {
  const run_id = await newRun();
  const { status } = await server.call(`${method} ${path.replace("RUN", run_id)}`, body);
  expect(status).toBe(400);
});

test("a text with a NUL is refused by name, since PostgreSQL cannot store it", async () => {
  const renamed = { experiment_id: "0", new_name: "a\0b" };
  expect(await server.call(`POST ${API}/experiments/update`, renamed)).toMatchObject({
    status: 400,
    json: { error_code: "INVALID_PARAMETER_VALUE", message: expect.stringContaining("'new_name' contains a NUL") },
  });
  const run_id = await newRun();
  const batch = { run_id, metrics: [], params: [{ key: "lr", value: "0\0" }], tags: [] };
  expect(await server.call(`POST ${API}/runs/log-batch`, batch)).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining("'params[0].value' contains a NUL") },
  });
});
