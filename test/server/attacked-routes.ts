import { Hono } from "hono";

import { ROUTE_ACCESS } from "../../src/server/access/route-access.ts";
import { addMlflowRoutes } from "../../src/server/api-routes.ts";
import type { ServerContext } from "../../src/server/context.ts";
import { authorizationOf } from "./attack.ts";
import { asWord, type Attack, BODIES, NASTY, pastLimits, sampleOf, type Schema, withField } from "./attacks.ts";
import type { TestServer } from "./start-test-server.ts";

type Operation = {
  parameters: { name: string; in: "path" | "query"; schema: Schema }[];
  requestBody?: { content: { "application/json"?: { schema: Schema } } };
};

/** Every attack on the routes that the OpenAPI document of a server names. */
export async function attacksOnDocument({ call }: TestServer): Promise<Attack[]> {
  const { json } = await call("GET /api/v1/openapi.json");
  const { paths } = json as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(() => !path.endsWith("/events")) // a stream that does not end
      .flatMap(([method, operation]) => onOperation(method.toUpperCase(), path, operation)),
  );
}

function onOperation(method: string, path: string, { parameters, requestBody }: Operation): Attack[] {
  const words = Object.fromEntries(parameters.map(({ name, schema }) => [name, String(sampleOf(schema))]));
  const at = (given: Readonly<Record<string, string>>): string => {
    const inPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodedWord(given[name] ?? "a"));
    const query = parameters.filter((each) => each.in === "query" && given[each.name] !== words[each.name]);
    return query.length === 0 ? inPath : `${inPath}?${query.map(({ name }) => `${name}=${given[name]}`).join("&")}`;
  };
  const schema = requestBody?.content["application/json"]?.schema;
  const sample = (schema === undefined ? {} : sampleOf(schema)) as Record<string, unknown>;
  const whole = JSON.stringify(sample);
  const onWords = parameters.flatMap(({ name, schema: own }) =>
    [...NASTY, ...pastLimits(own)].map(([what, json]) => ({
      what: `${what} as ${name}`,
      method,
      path: at({ ...words, [name]: asWord(json) }),
      ...(schema === undefined ? {} : { body: () => whole }),
    })),
  );
  if (schema === undefined) return onWords;
  const onFields = Object.entries(schema.properties ?? {}).flatMap(([name, own]) =>
    [...NASTY, ...pastLimits(own)].map(([what, json]) => ({
      what: `${what} as ${name}`,
      method,
      path: at(words),
      body: () => withField(sample, name, json),
    })),
  );
  return [
    ...onWords,
    ...onFields,
    ...BODIES.map(([what, body]) => ({ what, method, path: at(words), body: () => body })),
  ];
}

/** A word of a path that is not empty, so that the route is the one that is meant. */
function encodedWord(word: string): string {
  return word === "" ? "%20" : word;
}

const TRACE_ID = `tr-${"a".repeat(32)}`;

/** Fields that calls of MLflow's API read, with values that most of them take. */
async function mlflowFields(server: TestServer): Promise<Record<string, unknown>> {
  const authorization = await authorizationOf(server.dataDir);
  const call: TestServer["call"] = (route, body) => server.call(route, body, { authorization });
  const created = await call("POST /api/2.0/mlflow/runs/create", { experiment_id: "0", start_time: 1 });
  const { run_id } = (created.json as { run: { info: { run_id: string } } }).run.info;
  await call("POST /api/2.0/mlflow/registered-models/create", { name: "model" });
  await call("POST /api/2.0/mlflow/model-versions/create", { name: "model", source: "mlflow-artifacts:/0/a" });
  const logged = await call("POST /api/2.0/mlflow/logged-models", { experiment_id: "0", name: "logged" });
  const { model_id } = (logged.json as { model: { info: { model_id: string } } }).model.info;
  const spans = [
    { traceId: TRACE_ID.slice(3), spanId: "a".repeat(16), name: "a", startTimeUnixNano: "1", endTimeUnixNano: "2" },
  ];
  await call("POST /v1/traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const said = await call(`POST /api/3.0/mlflow/traces/${TRACE_ID}/assessments`, {
    assessment: { assessment_name: "score", source: { source_type: "HUMAN" }, feedback: { value: 1 } },
  });
  const { assessment_id } = (said.json as { assessment: { assessment_id: string } }).assessment;
  return {
    run_id,
    experiment_id: "0",
    name: "model",
    version: "1",
    key: "k",
    value: 1,
    timestamp: 1,
    step: 1,
    metrics: [{ key: "a", value: 1, timestamp: 1, step: 1 }],
    params: [{ key: "p", value: "1" }],
    tags: [{ key: "t", value: "1" }],
    datasets: [
      {
        tags: [{ key: "mlflow.data.context", value: "train" }],
        dataset: { name: "d", digest: "1", source_type: "local", source: "a", schema: "{}", profile: "{}" },
      },
    ],
    models: [{ model_id, step: 0 }],
    model_id,
    filter: "",
    order_by: [],
    max_results: 5,
    page_token: "",
    experiment_ids: ["0"],
    run_ids: [run_id],
    path: "a",
    metric_key: "a",
    start_time: 1,
    end_time: 2,
    status: "FINISHED",
    alias: "best",
    stage: "None",
    new_name: "model",
    run_view_type: "ALL",
    start_step: 1,
    end_step: 2,
    model_json: "{}",
    trace_id: TRACE_ID,
    source: "mlflow-artifacts:/0/a",
    trace: {
      trace_info: {
        trace_id: TRACE_ID,
        trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } },
        request_time: "2026-01-01T00:00:00.000Z",
        execution_duration: "1s",
        state: "OK",
        request_preview: "a",
        response_preview: "b",
        trace_metadata: { a: "b" },
        tags: { a: "b" },
      },
    },
    locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } }],
    assessment: {
      assessment_name: "score",
      source: { source_type: "HUMAN", source_id: "a" },
      span_id: "a",
      feedback: { value: 1, error: null },
      rationale: "a",
      metadata: { a: "b" },
      overrides: null,
    },
    assessment_id,
    update_mask: "feedback,rationale,metadata",
    trace_ids: [TRACE_ID],
    artifact_file_path: "a",
    stages: ["None"],
  };
}

/**
 * Every attack on MLflow's API: each field that a call reads and each field of an object in it; and, of the fields that
 * other calls read, one in so many.
 */
export async function attacksOnMlflow(server: TestServer): Promise<Attack[]> {
  const fields = await mlflowFields(server);
  const routes = Object.values(ROUTE_ACCESS)
    .flat()
    .filter((row) => row.includes("/mlflow/") || row.includes("get-artifact"));
  // the routes are only asked what they read: none of them is called here
  const calls = addMlflowRoutes(new Hono(), { store: server.store } as unknown as ServerContext);
  return routes.flatMap((route) => {
    const read = calls.get(route);
    const known =
      read === undefined ? fields : Object.fromEntries(Object.keys(read).map((name) => [name, fields[name]]));
    const own = onCall(route, { ...fields, ...known }, Object.keys(known));
    const others = onCall(
      route,
      fields,
      Object.keys(fields).filter((name) => !(name in known)),
    );
    return [...own, ...others.filter((_, index) => index % UNREAD_SHARE === 0)];
  });
}

/** Of the attacks on fields that a call does not read one of so many is made. */
const UNREAD_SHARE = 23;

function onCall(route: string, fields: Readonly<Record<string, unknown>>, attacked: readonly string[]): Attack[] {
  const [method, template] = route.split(" ") as [string, string];
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(wordOf(fields[name])));
  const { name: _name, ...others } = fields;
  // an experiment is made under another name each time, so that its name is free
  const sample = template.endsWith("/create") ? others : fields;
  const onFields = attacked.flatMap((name) =>
    NASTY.map(([what, json]): Attack => {
      if (method !== "GET")
        return { what: `${what} as ${name}`, method, path, body: () => withField(sample, name, json) };
      const query = { ...fields, [name]: undefined };
      const words = Object.entries(query)
        .filter(([, value]) => value !== undefined && !Array.isArray(value))
        .map(([key, value]) => `${key}=${encodeURIComponent(wordOf(value))}`);
      return { what: `${what} as ${name}`, method, path: `${path}?${[...words, `${name}=${asWord(json)}`].join("&")}` };
    }),
  );
  if (method === "GET") return onFields;
  const inside = attacked.flatMap((name) =>
    onInside(sample[name]).map(([what, json]) => ({
      what: `${what} in ${name}`,
      method,
      path,
      body: () => withField(sample, name, json()),
    })),
  );
  return [...onFields, ...inside, ...BODIES.map(([what, body]) => ({ what, method, path, body: () => body }))];
}

/** JSON of a value with something else instead of each field inside it, at every depth. */
function onInside(value: unknown): (readonly [what: string, json: () => string])[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : onInside(value[0]).map(([what, json]) => [what, () => `[${json()}]`] as const);
  }
  if (value === null || typeof value !== "object") return [];
  const object = value as Record<string, unknown>;
  return Object.entries(object).flatMap(([name, inner]) => [
    ...NASTY.map(([what, json]) => [`${what} as ${name}`, () => withField(object, name, json)] as const),
    ...onInside(inner).map(([what, json]) => [what, () => withField(object, name, json())] as const),
  ]);
}

function wordOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "a";
}
