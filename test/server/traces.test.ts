import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { forgetRecords } from "../../src/programme/watch/forget/forget-records.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import { traceBytes, valueOf } from "./trace-bytes.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]);
  await server.end();
});

async function send(body: Uint8Array, headers: Record<string, string>): Promise<number> {
  const sent = {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", ...headers },
    body: new Uint8Array(body),
  };
  return (await fetch(`${server.url}/v1/traces`, sent)).status;
}

const SECRET = "write to ada.lovelace@example.com";

test("spans in protobuf and in JSON are kept alike, with tokens, their texts redacted", async () => {
  const more = [
    { key: "gen_ai.usage.input_tokens", value: valueOf.integer(120n) },
    { key: "gen_ai.usage.output_tokens", value: valueOf.integer(30n) },
    { key: "gen_ai.request.model", value: valueOf.text("gpt-4o-mini") },
    { key: "gen_ai.prompt", value: valueOf.text(JSON.stringify({ content: SECRET, phone: 12_125_550_123 })) },
  ];
  expect(await send(Uint8Array.from(traceBytes(more)), { "x-mlflow-experiment-id": "0" })).toBe(200);
  const traceId = "0123456789abcdef0123456789abcdef";
  const json = {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: "0123456789abcdef",
                name: "chat",
                kind: 3,
                startTimeUnixNano: "1795597488684587000",
                endTimeUnixNano: "1795597489684587000",
                attributes: [
                  { key: "gen_ai.usage.input_tokens", value: { intValue: "7" } },
                  { key: "said", value: { stringValue: SECRET } },
                ],
                status: {},
              },
            ],
          },
        ],
      },
    ],
  };
  expect(await server.call("POST /v1/traces", json)).toEqual({ status: 200, json: { partialSuccess: {} } });
  const rows = await server.store.db.selectFrom("spans").selectAll().orderBy("trace_no").execute();
  expect(rows.map(({ input_tokens, output_tokens, model }) => [input_tokens, output_tokens, model])).toEqual([
    [120, 30, "gpt-4o-mini"],
    [7, null, null],
  ]);
  for (const { content } of rows) {
    expect(content).not.toContain("ada.lovelace");
    expect(content).toContain("<EMAIL_ADDRESS>");
  }
  expect(rows[0]!.content).toContain("12125550123"); // a number of JSON stays a number
  const { json: read } = await server.call(`GET /api/3.0/mlflow/traces/get?trace_id=tr-${traceId}`);
  expect(read).toMatchObject({ trace: { trace_info: { execution_duration: "1s" }, spans: [{ name: "chat" }] } });
});

test("the file of a trace that goes to the artifacts is redacted too", async () => {
  const path = "/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-0123456789abcdef0123456789abcdef/artifacts/traces.json";
  const body = `{"spans":[{"start_time_unix_nano":1795597488684587001,"inputs":"${SECRET}"}]}`;
  await fetch(server.url + path, { method: "PUT", body });
  expect(await (await fetch(server.url + path)).text()).toBe(
    '{"spans":[{"start_time_unix_nano":1795597488684587001,"inputs":"write to <EMAIL_ADDRESS>"}]}',
  );
});

test("a packed body is unpacked; bytes that are not an export are refused", async () => {
  expect(await send(gzipSync(Uint8Array.from(traceBytes())), { "content-encoding": "gzip" })).toBe(200);
  expect(await send(Uint8Array.from(traceBytes()).subarray(0, 100), {})).toBe(400);
  expect(await send(Buffer.from("hello"), {})).toBe(400);
  expect(await send(Buffer.from("hello"), { "content-encoding": "gzip" })).toBe(400);
});

test("traces are found by state, name, run, time, tags and metadata, in the order asked for", async () => {
  const { experiment_id } = (await server.call("POST /api/2.0/mlflow/experiments/create", { name: "traced" })).json as {
    experiment_id: string;
  };
  const trace_location = { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id } };
  for (const [index, state] of ["OK", "ERROR", "OK"].entries()) {
    const trace_info = {
      trace_id: `tr-${String(index).repeat(32)}`,
      trace_location,
      request_time: new Date(Date.UTC(2026, 10, 29, 12, index)).toISOString(),
      execution_duration: `${3 - index}s`,
      state,
      tags: { "mlflow.traceName": index === 1 ? "judge" : "answer", team: `t${index}` },
      trace_metadata: index === 2 ? { "mlflow.sourceRun": "a".repeat(32) } : {},
      ...(index === 0 ? { client_request_id: "ticket-7" } : {}),
    };
    await server.call("POST /api/3.0/mlflow/traces", { trace: { trace_info } });
  }
  const found = async (filter: string, order_by: string[] = [], more: object = {}): Promise<string> => {
    const search = { locations: [trace_location], filter, order_by, ...more };
    const { json } = await server.call("POST /api/3.0/mlflow/traces/search", search);
    const { traces = [], message } = json as { traces?: { trace_id: string }[]; message?: string };
    return message ?? traces.map(({ trace_id }) => trace_id[3]).join("");
  };
  expect(await found("")).toBe("210");
  expect(await found("", ["timestamp_ms ASC"])).toBe("012");
  expect(await found("", ["attributes.execution_time_ms ASC"], { max_results: 2 })).toBe("21");
  expect(await found("attributes.status = 'OK'")).toBe("20");
  expect(await found("trace.name = 'judge' AND trace.status = 'ERROR'")).toBe("1");
  expect(await found("attribute.name LIKE 'ans%'", ["tag.team ASC"])).toBe("02");
  expect(await found(`attribute.run_id = '${"a".repeat(32)}'`)).toBe("2");
  expect(await found(`timestamp_ms > ${Date.UTC(2026, 10, 29, 12, 0, 30)}`)).toBe("21");
  expect(await found("tags.team != 't1' AND execution_time_ms >= 2000")).toBe("0");
  expect(await found("metadata.`mlflow.sourceRun` IS NOT NULL")).toBe("2");
  expect(await found("trace.status IN ('ERROR', 'IN_PROGRESS')")).toBe("1");
  expect(await found("trace.client_request_id LIKE 'ticket-%'")).toBe("0");
  const { json } = await server.call(`GET /api/3.0/mlflow/traces/tr-${"0".repeat(32)}`);
  expect(json).toMatchObject({ trace: { trace_info: { client_request_id: "ticket-7", trace_metadata: {} } } });
  expect(JSON.stringify(json)).not.toContain("tunewright.clientRequestId");
  expect(await found("span.name = 'x'")).toBe("");
  expect(await found("spam.name = 'x'")).toContain("Invalid entity type 'spam'");
  expect(await found("", ["span.name ASC"])).toContain("Invalid order_by entity `span`");
  expect(await found("attributes.nope = 'x'")).toContain("Invalid attribute key 'nope'");
});

/** Two traces with spans of MLflow's client, whose texts are JSON; the id of each is one digit. */
async function tracedSpans(
  name: string,
  [first, second]: [string, string],
): Promise<(filter: string) => Promise<string>> {
  const { experiment_id } = (await server.call("POST /api/2.0/mlflow/experiments/create", { name })).json as {
    experiment_id: string;
  };
  const text = (key: string, value: string): object => ({ key, value: { stringValue: JSON.stringify(value) } });
  const span = (digit: string, own: object): object => ({
    traceId: digit.repeat(32),
    startTimeUnixNano: "1795597488684587000",
    endTimeUnixNano: "1795597489684587000",
    ...own,
  });
  const spans = [
    span(first, {
      spanId: "aaaaaaaaaaaaaaa1",
      name: "chat",
      status: { code: 1 },
      attributes: [
        text("mlflow.spanType", "LLM"),
        text("model", "small_model"),
        { key: "top_k", value: { intValue: "40" } },
      ],
    }),
    span(first, { spanId: "aaaaaaaaaaaaaaa2", name: "search", status: { code: 2 }, attributes: [] }),
    span(second, {
      spanId: "aaaaaaaaaaaaaaa3",
      name: "chat",
      status: {},
      attributes: [text("mlflow.spanType", "AGENT"), text("model", "other")],
    }),
  ];
  await server.call(
    "POST /v1/traces",
    { resourceSpans: [{ scopeSpans: [{ spans }] }] },
    { "x-mlflow-experiment-id": experiment_id },
  );
  return async (filter) => {
    const locations = [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id } }];
    const { json } = await server.call("POST /api/3.0/mlflow/traces/search", { locations, filter });
    const { traces = [], message } = json as { traces?: { trace_id: string }[]; message?: string };
    return message ?? traces.map(({ trace_id }) => trace_id[3]).join("");
  };
}

test("traces are found by the name, type, status, attributes and content of one span", async () => {
  const found = await tracedSpans("spans", ["7", "8"]);
  expect(await found("span.name = 'chat'")).toBe("78");
  expect(await found("span.type = 'LLM'")).toBe("7");
  expect(await found("span.type IN ('AGENT', 'TOOL')")).toBe("8");
  expect(await found("span.status = 'ERROR'")).toBe("7");
  expect(await found("span.status = 'UNSET'")).toBe("8");
  expect(await found("span.name = 'chat' AND span.status = 'ERROR'")).toBe(""); // no single span is both
  expect(await found("span.attributes.model LIKE 'small%'")).toBe("7");
  expect(await found("span.attributes.top_k = '40'")).toBe("7");
  expect(await found("span.attributes.nope != 'x'")).toBe("");
  expect(await found("span.content ILIKE '%SMALL%'")).toBe("7");
  expect(await found("trace.text LIKE '%other%'")).toBe("8");
  expect(await found("trace.text LIKE '%chat%'")).toBe("78"); // a name
  for (const field of ["value", "stringValue", "attributes", "status", "key", "code"]) {
    expect(await found(`trace.text LIKE '%${field}%'`), field).toBe(""); // only the stored form has these words
  }
  expect(await found("end_time_ms > 0")).toBe("78");
  expect(await found("span.colour = 'red'")).toContain("Invalid span attribute 'colour'");
  expect(await found("span.content = 'x'")).toContain("Invalid comparator '='");
});

test("feedback and expectations are stored, found, changed, replaced and deleted, their texts redacted", async () => {
  const found = await tracedSpans("assessed", ["5", "6"]);
  const traceId = `tr-${"5".repeat(32)}`;
  const path = `/api/3.0/mlflow/traces/${traceId}/assessments`;
  const source = { source_type: "HUMAN", source_id: "ada" };
  const said = async (name: string, own: object): Promise<string> => {
    const assessment = { assessment_name: name, trace_id: traceId, source, ...own };
    const { status, json } = await server.call(`POST ${path}`, { assessment });
    expect(status, JSON.stringify(json)).toBe(200);
    return (json as { assessment: { assessment_id: string } }).assessment.assessment_id;
  };
  const score = await said("score", { feedback: { value: 0.75 }, rationale: SECRET, metadata: { round: "1" } });
  await said("helpful", { feedback: { value: true } });
  await said("tone", { feedback: { value: "kind" } });
  await said("failed", { feedback: { value: null, error: { error_code: "TIMEOUT", error_message: "too slow" } } });
  await said("answer", {
    expectation: { serialized_value: { serialization_format: "JSON_FORMAT", value: '{"a":[1]}' } },
  });
  // digits that look like a card number are a number all the same
  const digits = await said("digits", { feedback: { value: 4111111111111111 } });
  expect((await server.call(`GET ${path}/${digits}`)).json).toMatchObject({
    assessment: { feedback: { value: 4111111111111111 } },
  });
  await server.call(`DELETE ${path}/${digits}`, {});
  expect((await server.call(`GET ${path}/${score}`)).json).toMatchObject({
    assessment: {
      feedback: { value: 0.75 },
      rationale: "write to <EMAIL_ADDRESS>",
      metadata: { round: "1" },
      valid: true,
    },
  });
  for (const [filter, traces] of [
    ["feedback.score > 0.5", "5"],
    ["feedback.score >= 0.8", ""],
    ["feedback.helpful = true", "5"],
    ["feedback.helpful = 'true'", "5"],
    ["feedback.tone = 'kind'", "5"],
    ["feedback.tone != 'kind'", ""],
    ["feedback.tone LIKE '%in%'", "5"],
    ["feedback.tone IS NULL", "6"],
    ["expectation.answer IS NOT NULL", "5"],
    ["expectation.tone IS NOT NULL", ""],
  ] as const) {
    expect(await found(filter), filter).toBe(traces);
  }
  expect(await found("feedback.score > 'high'")).toContain("Expected a number");

  const change = {
    assessment: { feedback: { value: 0.9 }, metadata: { by: "hand" } },
    update_mask: "feedback,metadata",
  };
  expect((await server.call(`PATCH ${path}/${score}`, change)).json).toMatchObject({
    assessment: { feedback: { value: 0.9 }, metadata: { round: "1", by: "hand" } },
  });
  const wrong = { assessment: { expectation: { value: 1 } }, update_mask: "expectation" };
  expect((await server.call(`PATCH ${path}/${score}`, wrong)).status).toBe(400);

  const second = await said("score", { feedback: { value: 0.1 }, overrides: score });
  expect(await found("feedback.score > 0.5")).toBe(""); // what was replaced counts no more
  await server.call(`DELETE ${path}/${second}`, {});
  expect(await found("feedback.score > 0.5")).toBe("5");
  expect((await server.call(`GET ${path}/${second}`)).status).toBe(404);
  const { json } = await server.call(`GET /api/3.0/mlflow/traces/get?trace_id=${traceId}`);
  const info = (json as { trace: { trace_info: { assessments: { assessment_name: string; expectation?: object }[] } } })
    .trace.trace_info;
  expect(info.assessments.map(({ assessment_name }) => assessment_name).toSorted()).toEqual([
    "answer",
    "failed",
    "helpful",
    "score",
    "tone",
  ]);
  expect(info.assessments).toContainEqual(
    expect.objectContaining({
      expectation: { serialized_value: { serialization_format: "JSON_FORMAT", value: '{"a":[1]}' } },
    }),
  );
});

test("a tag of a trace is set and removed where MLflow's client still sends it", async () => {
  const span = {
    traceId: "9".repeat(32),
    spanId: "aaaaaaaaaaaaaaa9",
    name: "chat",
    startTimeUnixNano: "1",
    endTimeUnixNano: "2",
  };
  await server.call("POST /v1/traces", {
    resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes: [], status: {} }] }] }],
  });
  const traceId = `tr-${"9".repeat(32)}`;
  const path = `/api/2.0/mlflow/traces/${traceId}/tags`;
  expect((await server.call(`PATCH ${path}`, { key: "team", value: "legal" })).status).toBe(200);
  const tags = async (): Promise<object> =>
    (
      (await server.call(`GET /api/3.0/mlflow/traces/get?trace_id=${traceId}`)).json as {
        trace: { trace_info: { tags: object } };
      }
    ).trace.trace_info.tags;
  expect(await tags()).toMatchObject({ team: "legal" });
  expect((await server.call(`DELETE ${path}`, { key: "team" })).status).toBe(200);
  expect(await tags()).not.toHaveProperty("team");
  expect((await server.call(`DELETE ${path}`, { key: "team" })).status).toBe(404);
});

test("the traces of a user whose name has a backslash or a wildcard can be deleted, and no others", async () => {
  for (const [index, user] of ["CORP\\a_1", "CORP\\ab1", "CORPa_1"].entries()) {
    const span = {
      traceId: String(index + 1).padStart(32, "e"),
      spanId: "0123456789abcdef",
      name: "chat",
      startTimeUnixNano: "1",
      endTimeUnixNano: "2",
      attributes: [{ key: "user.id", value: { stringValue: user } }],
    };
    await server.call("POST /v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  }
  const request = { programme: "p", ids: [], user: "CORP\\a_1", before: null, isDryRun: true };
  expect(await forgetRecords(server.store, request, 0)).toMatchObject({ traces: 1, spans: 1 });
});
