import { afterAll, beforeAll, expect, test } from "vitest";

import type { Role } from "../../../src/domain/account.ts";
import { createAccount } from "../../../src/programme/accounts/manage-accounts.ts";
import { ROUTE_ACCESS } from "../../../src/server/access/route-access.ts";
import { dataFolder } from "../../../src/store/open-store.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { complete } from "../../llm/llm-server.ts";
import { startEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok } from "../../programme/evaluate/programme-folder.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

/** A word of each prompt, answer and label, which nothing changes on the way. */
const WORD = "kumquatfinch";

const TRACE = "c".repeat(32);
const ROW = "1".repeat(24);

let server: TestServer;
const tokens = new Map<Role, string>();
/** Values of the parameters of paths and queries, by name. */
let named: Record<string, string>;

beforeAll(async () => {
  const dir = await programmeWithPrompts();
  server = await startTestServer(dataFolder(dir), { programmeDirs: [dir] });
  for (const role of ["viewer", "annotator", "finance", "admin"] as const) {
    const { token } = await createAccount(server.store, { name: `a ${role}`, role, days: 1 }, Date.now());
    tokens.set(role, token);
  }
  server = await server.restart();
  named = await seed();
});
afterAll(() => server.end());

/** A folder with an evaluation that a judge scored, its training rows, requests of production and a check of them. */
async function programmeWithPrompts(): Promise<string> {
  const endpoint = await startEndpoint((response, _nth, body) => {
    const verdict = JSON.stringify(body).includes("No ") ? "wrong" : "right";
    complete(response, `It names the ${WORD}. [[${verdict}]]`, { model: "judge-1" });
  });
  const items = Array.from({ length: 12 }, (_, index) => ({
    id: `q${index}`,
    question: `What does ${WORD} number ${index} eat?`,
    answer: `The ${WORD} eats ${index} berries`,
    half: index < 6 ? "first" : "second",
  }));
  const dir = await evaluationFolder(items, {
    yaml: `set: set
prompt: "{{question}}"
targets:
  base: { answers: base.jsonl, model: small }
  tuned: { answers: tuned.jsonl, model: small-tuned }
judges:
  strict: { url: "${endpoint.url}", model: judge-1, free: true }
scorers:
  - { kind: judge, name: right, judges: [strict], prompt: right, reference: answer, unadmitted: true }
`,
    files: {
      "base.jsonl": jsonl(items.map(({ id }) => ({ id, answer: `No ${WORD} eats` }))),
      "tuned.jsonl": jsonl(items.map(({ id, answer }) => ({ id, answer }))),
      "train.jsonl": jsonl([...items, ...items].map(({ question, answer }) => ({ question, answer }))),
      "eval/judges/right.yaml": `version: 1
mode: reference
prompt: "{{reference}} {{answer}} {{levels}}"
levels:
  - { label: right, score: 1, anchor: it is right }
  - { label: wrong, score: 0, anchor: it is wrong }
`,
      "programme.yaml": `version: 1
name: Birds
task: { kind: classification, goals: [format] }
model: { base: Qwen/Qwen2.5-7B }
data:
  files: [{ path: train.jsonl, role: train, origin: own }]
  plannedRows: 24
`,
      "requests.jsonl": madeUpTraffic({
        from: "2026-08-24",
        weeks: 13,
        perWeek: 60,
        refusals: { week: 10, share: 0.4 },
      }).replaceAll("Where is my order?", `Where is my ${WORD}?`),
    },
  });
  await ok(dir, "eval run e");
  await endpoint.close();
  await ok(dir, "watch import requests.jsonl");
  await ok(dir, "watch init traffic");
  const { code } = await runHere(["watch", "check", "traffic"], { cwd: dir });
  expect(code).toBe(5); // an alarm, with examples of requests
  await ok(dir, "audit");
  return dir;
}

const bearer = (role: Role): Record<string, string> => ({ authorization: `Bearer ${tokens.get(role)}` });

/** Sends what contains prompts to the server, as the clients of engineers do. */
async function seed(): Promise<Record<string, string>> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const { status, json } = await server.call(`POST ${path}`, body, bearer("admin"));
    expect(status, JSON.stringify(json)).toBe(200);
    return json;
  };
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  const attributes = [
    text("mlflow.spanInputs", JSON.stringify({ messages: [{ role: "user", content: `Hello ${WORD}` }] })),
    text("mlflow.spanOutputs", JSON.stringify(`The ${WORD} greets you`)),
    text("gen_ai.request.model", "gpt-4o-mini"),
    { key: "gen_ai.usage.input_tokens", value: { intValue: "1000" } },
  ];
  const times = { startTimeUnixNano: "1795597488684587000", endTimeUnixNano: "1795597489684587000" };
  const span = { traceId: TRACE, spanId: "c".repeat(16), name: "chat", kind: 3, attributes, ...times, status: {} };
  await post("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const said = await post(`/api/3.0/mlflow/traces/tr-${TRACE}/assessments`, {
    assessment: {
      assessment_name: "judged",
      source: { source_type: "LLM_JUDGE", source_id: "judge-1" },
      feedback: { value: `the ${WORD} is right` },
      rationale: `because the ${WORD} says so`,
    },
  });
  const made = await post("/api/2.0/mlflow/runs/create", { experiment_id: "0", start_time: 1 });
  const { run_id: run } = (made as { run: { info: { run_id: string } } }).run.info;
  await logTexts(run, post);
  const prompt = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
  await post("/api/2.0/mlflow/registered-models/create", { name: "greeting", tags: prompt });
  await post("/api/2.0/mlflow/model-versions/create", {
    name: "greeting",
    source: "prompt-template",
    tags: [...prompt, { key: "mlflow.prompt.text", value: `Greet the ${WORD}` }],
  });
  for (const [task, answer] of [
    ["rewrite", { type: "text" }],
    ["mend", { type: "correction", field: "text" }],
  ] as const) {
    const guideline = "Write it better.";
    const examples = [{ text: `the ${WORD}`, answer: "a bird", why: `a ${WORD}` }];
    await post("/api/v1/labels", { spec: { task, guideline, rows: { file: "train.jsonl" }, answer, examples } });
    const row = { row: ROW, source: "train.jsonl", line: 1, fields: { text: `a ${WORD}` }, wanted: 2 };
    await post(`/api/v1/labels/${task}/rows`, {
      rows: [{ ...row, stratum: null, score: null, gold: null, suggestion: `one ${WORD}` }],
    });
    const answers = ["ada", "bob"].map((rater) => ({
      rater,
      answer: `a fine ${WORD} of ${rater}`,
      reason: null,
      version: 1,
      activeMs: 1000,
    }));
    await post(`/api/v1/labels/${task}/answers`, { rows: [{ row: ROW, answers }] });
  }
  const { assessment_id: assessment } = (said as { assessment: { assessment_id: string } }).assessment;
  return { run, trace: `tr-${TRACE}`, assessment };
}

/** A prompt wherever a script may log one: params, tags and notes, datasets, models, files, and a saved filter. */
async function logTexts(run: string, post: (path: string, body: unknown) => Promise<unknown>): Promise<void> {
  const system = `You are a ${WORD}.\nAnswer in one word.`;
  await post("/api/2.0/mlflow/runs/log-parameter", { run_id: run, key: "system_prompt", value: `You are a ${WORD}` });
  for (const [key, value] of [
    ["system_prompt", system],
    ["mlflow.note.content", `The ${WORD} did well`],
  ])
    await post("/api/2.0/mlflow/runs/set-tag", { run_id: run, key, value });
  await post("/api/2.0/mlflow/experiments/set-experiment-tag", { experiment_id: "0", key: "prompt", value: system });
  const dataset = { name: "rows", digest: "d1", source_type: "code", source: `{"text":"a ${WORD}"}` };
  const described = { ...dataset, schema: `{"example":"a ${WORD}"}`, profile: `{"first":"the ${WORD}"}` };
  await post("/api/2.0/mlflow/runs/log-inputs", {
    run_id: run,
    datasets: [{ dataset: described, tags: [{ key: "mlflow.data.context", value: "training" }] }],
  });
  await post("/api/2.0/mlflow/logged-models", {
    experiment_id: "0",
    name: "m",
    source_run_id: run,
    params: [{ key: "system_prompt", value: system }],
    tags: [{ key: "system_prompt", value: system }],
  });
  await post("/api/v1/views", { name: "mine", query: `?filter=params.system_prompt LIKE '%${WORD}%'` });
}

/** Requests to a route: each with names and ids that exist, as far as there are some. */
function requestsTo(route: string): { method: string; path: string; body?: string }[] {
  const [method, path] = route.split(" ") as [string, string];
  const at = path
    .replace("/runs/:id", `/runs/${named["run"]}`)
    .replace("/evaluations/:id", "/evaluations/base")
    .replace(":trace_id", named["trace"]!)
    .replace(":assessment_id", named["assessment"]!)
    .replaceAll(/:(\w+)/g, "none")
    .replace("*", "none");
  const queries: Record<string, string> = {
    "/api/v1/month-pack": "?month=2026-11",
    "/api/v1/chargeback": "?month=2026-11",
    "/api/v1/ledger/focus": "?month=2026-11",
    "/api/v1/evaluation-comparison": "?baseline=base&target=tuned",
    "/api/v1/audit/evidence": "?path=train.jsonl",
    "/api/v1/training/measurements": "?model=Qwen/Qwen2.5-7B",
    "/api/2.0/mlflow/runs/get": `?run_id=${named["run"]}`,
    "/api/2.0/mlflow/registered-models/get": "?name=greeting",
    "/api/2.0/mlflow/registered-models/get-latest-versions": "?name=greeting",
    "/api/2.0/mlflow/model-versions/get": "?name=greeting&version=1",
    "/api/3.0/mlflow/traces/get": `?trace_id=${named["trace"]}`,
    "/api/3.0/mlflow/traces/batchGet": `?trace_ids=${named["trace"]}`,
  };
  const locations = [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } }];
  const body =
    method === "GET"
      ? undefined
      : JSON.stringify(path.includes("traces/search") ? { locations } : { experiment_ids: ["0"] });
  const places = path.includes(":task")
    ? ["rewrite", "mend"].map((task) => path.replace(":task", task))
    : path.endsWith("/:paper")
      ? ["roles", "register", "risk", "data"].map((paper) => path.replace(":paper", paper))
      : [`${at}${queries[path] ?? ""}`];
  return places.map((place) => ({ method, path: place, ...(body === undefined ? {} : { body }) }));
}

/** Routes whose answer to a role contains the word. */
async function showing(routes: readonly string[], role: Role): Promise<string[]> {
  const found: string[] = [];
  for (const route of routes.filter((each) => !each.endsWith("/events"))) {
    for (const { path, ...request } of requestsTo(route)) {
      const response = await fetch(server.url + path, {
        ...request,
        headers: { ...bearer(role), "content-type": "application/json" },
      });
      if ((await response.text()).includes(WORD)) found.push(`${request.method} ${path.split("?")[0]}`);
    }
  }
  return found;
}

test("no route shows finance a prompt, an answer or a labelled row", async () => {
  const routes = Object.values(ROUTE_ACCESS)
    .flat()
    .filter(
      (route) => route.startsWith("GET ") || ROUTE_ACCESS.read.includes(route) || /\/(?:search|items)$/.test(route),
    );
  const shown = await showing(routes, "viewer");
  for (const path of [
    "/api/v1/evaluations/base",
    "/api/v1/evaluation-comparison",
    "/api/v1/watch",
    "/api/v1/watch/spans",
    "/api/v1/labels/rewrite/answers",
    "/api/2.0/mlflow/model-versions/get",
    "/api/2.0/mlflow/model-versions/search",
    "/api/2.0/mlflow/registered-models/search",
    `/api/3.0/mlflow/traces/${named["trace"]}`,
    `/api/3.0/mlflow/traces/${named["trace"]}/assessments/${named["assessment"]}`,
  ])
    expect(shown, "what finance must not see is there to be seen").toContain(`GET ${path}`);
  for (const path of ["/api/2.0/mlflow/runs/get", "/api/v1/runs", "/api/v1/views", "/api/v1/money"])
    expect(shown, "what finance must not see is there to be seen").toContain(`GET ${path}`);
  expect(await showing(routes, "finance")).toEqual([]);
  expect(await showing(routes, "annotator")).toEqual([]);
});
