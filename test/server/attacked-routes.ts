import { accessRows } from "../../src/server/access/route-access.ts";
import { authorizationOf } from "./attack.ts";
import { asWord, type Attack, BODIES, NASTY, pastLimits, sampleOf, type Schema, withField } from "./attacks.ts";
import type { TestServer } from "./start-test-server.ts";

type Operation = {
  parameters: { name: string; in: "path" | "query"; schema: Schema }[];
  requestBody?: { content: { "application/json": { schema: Schema } } };
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
  const schema = requestBody?.content["application/json"].schema;
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
    datasets: [],
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
    trace_id: "tr-1",
    source: "mlflow-artifacts:/0/a",
    trace: {},
    locations: [],
    artifact_file_path: "a",
    stages: ["None"],
  };
}

/** Every attack on MLflow's API: each field that any call reads, in each call. */
export async function attacksOnMlflow(server: TestServer): Promise<Attack[]> {
  const fields = await mlflowFields(server);
  const routes = accessRows().filter((row) => row.includes("/mlflow/") || row.includes("get-artifact"));
  return routes.flatMap((route) => onCall(route, fields));
}

function onCall(route: string, fields: Readonly<Record<string, unknown>>): Attack[] {
  const [method, template] = route.split(" ") as [string, string];
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(wordOf(fields[name])));
  const { name: _name, ...others } = fields;
  // an experiment is made under another name each time, so that its name is free
  const sample = template.endsWith("/create") ? others : fields;
  const onFields = Object.keys(fields).flatMap((name) =>
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
  return method === "GET"
    ? onFields
    : [...onFields, ...BODIES.map(([what, body]) => ({ what, method, path, body: () => body }))];
}

function wordOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "a";
}
