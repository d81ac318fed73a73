import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { StoredSpan } from "../../../src/domain/watch-spans.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { spanRow } from "../../../src/programme/watch/span-rows.ts";
import { tracedRows } from "../../../src/programme/watch/traced-rows.ts";
import { measuredRequests, textsOfRequests } from "../../../src/programme/watch/traffic-folder.ts";
import { redactContent } from "../../../src/programme/traces/redact-content.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { logSpans } from "../../../src/track/traces/log-spans.ts";
import { spanRows } from "../../../src/track/traces/span-rows.ts";
import type { OtlpAttribute, OtlpSpan } from "../../../src/track/traces/otlp.ts";

const text = (key: string, stringValue: string): OtlpAttribute => ({ key, value: { stringValue } });
const messages = (...list: object[]): string => JSON.stringify(list);

const stored = (attributes: OtlpAttribute[], events: object[] = []): StoredSpan => ({
  traceId: `tr-${"a".repeat(32)}`,
  spanId: "b".repeat(16),
  name: "chat",
  startNs: "1788220800000000000",
  endNs: "1788220801250000000",
  model: "support-1",
  costUsd: "0.0004",
  content: JSON.stringify({ attributes, events, status: { code: 0, message: "" } }),
});

/** Each dialect says the same exchange. */
const DIALECTS: readonly { name: string; source: string; span: StoredSpan }[] = [
  {
    name: "GenAI attributes",
    source: "OpenTelemetry GenAI conventions 1.41, gen_ai.input.messages",
    span: stored([
      text("gen_ai.system_instructions", messages({ type: "text", content: "Be brief." })),
      text(
        "gen_ai.input.messages",
        messages({ role: "user", parts: [{ type: "text", content: "Where is my order?" }] }),
      ),
      text(
        "gen_ai.output.messages",
        messages({ role: "assistant", parts: [{ type: "text", content: "On its way." }], finish_reason: "stop" }),
      ),
    ]),
  },
  {
    name: "GenAI events",
    source: "OpenTelemetry GenAI conventions 1.36, gen_ai.user.message and gen_ai.choice",
    span: stored(
      [],
      [
        { name: "gen_ai.system.message", attributes: [text("content", "Be brief.")] },
        { name: "gen_ai.user.message", attributes: [text("content", "Where is my order?")] },
        {
          name: "gen_ai.choice",
          attributes: [text("message", JSON.stringify({ role: "assistant", content: "On its way." }))],
        },
      ],
    ),
  },
  {
    name: "OpenLLMetry",
    source: "opentelemetry-instrumentation-openai 0.40, gen_ai.prompt.N.content",
    span: stored([
      text("gen_ai.prompt.0.role", "system"),
      text("gen_ai.prompt.0.content", "Be brief."),
      text("gen_ai.prompt.1.role", "user"),
      text("gen_ai.prompt.1.content", "Where is my order?"),
      text("gen_ai.completion.0.role", "assistant"),
      text("gen_ai.completion.0.content", "On its way."),
    ]),
  },
  {
    name: "OpenInference",
    source: "openinference-semantic-conventions 0.1, llm.input_messages.N.message.content",
    span: stored([
      text("llm.input_messages.0.message.role", "system"),
      text("llm.input_messages.0.message.content", "Be brief."),
      text("llm.input_messages.1.message.role", "user"),
      text("llm.input_messages.1.message.content", "Where is my order?"),
      text("llm.output_messages.0.message.content", "On its way."),
    ]),
  },
  {
    name: "MLflow",
    source: "MLflow 3 autolog of OpenAI, mlflow.spanInputs",
    span: stored([
      text("mlflow.spanType", '"CHAT_MODEL"'),
      text(
        "mlflow.spanInputs",
        JSON.stringify({
          model: "support-1",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Where is my order?" },
          ],
        }),
      ),
      text(
        "mlflow.spanOutputs",
        JSON.stringify({ choices: [{ message: { role: "assistant", content: "On its way." } }] }),
      ),
    ]),
  },
];

describe("a span of a model's call", () => {
  test.each(DIALECTS)("is read as $name writes it ($source)", ({ span }) => {
    const row = spanRow(span);
    expect(row).toMatchObject({
      fields: {
        id: `tr-${"a".repeat(32)}:${"b".repeat(16)}`,
        timestamp: "2026-09-01T00:00:00.000Z",
        model: "support-1",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Where is my order?" },
        ],
        answer: "On its way.",
        latency_ms: 1250,
        cost_usd: "0.0004",
      },
    });
  });

  test.each([
    ["a tool", [text("gen_ai.tool.name", "search")]],
    ["an agent of MLflow", [text("mlflow.spanType", '"AGENT"'), text("mlflow.spanInputs", '{"question":"x"}')]],
    ["an unknown dialect", [text("acme.prompt", "Where is my order?")]],
    ["messages that are no JSON", [text("gen_ai.input.messages", "[{")]],
  ])("is not what %s says", (_, attributes) => {
    expect(spanRow(stored(attributes))).toMatchObject({
      problem: expect.stringContaining("without a prompt") as string,
    });
  });
});

describe("an import of stored traces", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-spans-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test("takes each call once, names what it cannot use, and holds nothing that Track redacted", async () => {
    const now = new Date("2026-11-25T12:00:00Z");
    const store = await openStore({ dataDir: dataFolder(dir) }, () => now);
    const span = (k: number, attributes: OtlpAttribute[], startMs = now.getTime() - k * 60_000): OtlpSpan => ({
      traceId: String(k).padStart(32, "0"),
      spanId: String(k).padStart(16, "0"),
      parentSpanId: "",
      name: "chat",
      startTimeUnixNano: String(BigInt(startMs) * 1_000_000n),
      endTimeUnixNano: String(BigInt(startMs + 800) * 1_000_000n),
      attributes,
      events: [],
      status: { code: 0, message: "" },
    });
    const call = (prompt: string): OtlpAttribute[] => [
      text("gen_ai.prompt.0.content", prompt),
      text("gen_ai.completion.0.content", "Certainly."),
      text("gen_ai.response.model", "support-1"),
    ];
    const spans = [
      ...Array.from({ length: 230 }, (_, k) => span(230 - k, call(`Where is order ${k}?`))), // more than a page, newest last
      span(300, call("I am maria.jones@example.org, where is my order?")),
      span(301, [text("gen_ai.tool.name", "search")]),
      span(302, call("From the future"), now.getTime() + 400 * 86_400_000),
      span(303, call("x".repeat(1_000_001))),
      span(300, call("I am maria.jones@example.org, where is my order?")), // sent twice
    ];
    await logSpans(store, { experimentId: "0", spans: spanRows(spans, redactContent) });
    await store.close();
    const place = { programmeDir: dir, env: {}, now: () => now };
    const run = async () =>
      importRequests({
        programmeDir: dir,
        files: [],
        spans: tracedRows(place),
        sample: 1,
        sliceField: undefined,
        env: {},
        nowMs: now.getTime(),
      });
    const [found] = (await run()).files;
    expect(found).toMatchObject({ path: "stored traces", rows: 234, imported: 231, known: 0, sha256: null });
    expect(found!.rejected.map(({ rows }) => rows)).toEqual([1, 1, 1]);
    expect((await run()).files[0]).toMatchObject({ imported: 0, known: 231 });
    const requests = await measuredRequests(dir);
    const texts = await textsOfRequests(dir, new Set(requests.map(({ id }) => id)));
    expect([...texts.values()].some(({ prompt }) => prompt.includes("maria.jones"))).toBe(false);
    expect(requests.every(({ latencySec, model }) => latencySec === 0.8 && model === "support-1")).toBe(true);
  });
});
