import type { OtlpAttribute, OtlpValue } from "../../track/traces/otlp.ts";
import type { StoredSpan } from "../../domain/watch-spans.ts";
import { type Fields, objectOf } from "../traffic/usage-row.ts";
import type { UsageFields } from "../traffic/usage-rows.ts";

/** A message of a conversation. */
type Message = { role: string; content: string };

/** Request and answer recorded in a span. */
type Exchange = { messages: Message[]; answer: string };

type Content = { attributes: OtlpAttribute[]; events: { name: string; attributes: OtlpAttribute[] }[] };

/**
 * A span of a model call as a row of requests: OpenTelemetry's GenAI conventions (attributes since 1.37, events
 * before), OpenLLMetry, OpenInference and MLflow. A span without a prompt and an answer is reported as such.
 *
 * @source OpenTelemetry semantic conventions for GenAI 1.41; OpenInference 0.1.35; MLflow 3 span attributes
 */
export function spanRow(span: StoredSpan): UsageFields {
  const content = JSON.parse(span.content) as Content;
  const values = new Map(content.attributes.map(({ key, value }) => [key, plainValue(value)]));
  const found = DIALECTS.map((read) => read(values, content)).find(
    (exchange) => exchange !== undefined && exchange.messages.length > 0,
  );
  if (found === undefined) return { line: null, problem: "a span without a prompt: no call of a model, or no texts" };
  const user = ["user.id", "enduser.id", "session.id", "gen_ai.conversation.id"].map((key) => values.get(key));
  return {
    line: null,
    fields: {
      id: `${span.traceId}:${span.spanId}`,
      timestamp: new Date(Number(BigInt(span.startNs) / 1_000_000n)).toISOString(),
      user: user.find((value) => typeof value === "string" && value !== ""),
      model: span.model ?? values.get("llm.model_name"),
      messages: found.messages,
      answer: found.answer,
      latency_ms: Math.max(0, Number(BigInt(span.endNs) - BigInt(span.startNs)) / 1e6),
      cost_usd: span.costUsd ?? undefined,
    },
  };
}

type Values = ReadonlyMap<string, unknown>;

const DIALECTS: readonly ((values: Values, content: Content) => Exchange | undefined)[] = [
  genAiAttributes,
  (values) => numbered(values, ["gen_ai.prompt.", "gen_ai.completion."], ""),
  (values) => numbered(values, ["llm.input_messages.", "llm.output_messages."], "message."),
  (_, content) => genAiEvents(content),
  mlflow,
];

function genAiAttributes(values: Values): Exchange | undefined {
  const asked = messagesIn(values.get("gen_ai.input.messages"));
  if (asked === undefined) return undefined;
  const system = textOf(parsed(values.get("gen_ai.system_instructions")));
  return {
    messages: [...(system === "" ? [] : [{ role: "system", content: system }]), ...asked],
    answer: joined(messagesIn(values.get("gen_ai.output.messages")) ?? []),
  };
}

/** Messages in numbered attributes: `gen_ai.prompt.0.content`. */
function numbered(values: Values, [asked, answered]: [string, string], inner: string): Exchange | undefined {
  const read = (prefix: string): Message[] => {
    const messages: Message[] = [];
    for (let k = 0; values.has(`${prefix}${k}.${inner}content`) || values.has(`${prefix}${k}.${inner}role`); k++) {
      const role = values.get(`${prefix}${k}.${inner}role`);
      const content = textOf(values.get(`${prefix}${k}.${inner}content`));
      messages.push({ role: typeof role === "string" ? role : "user", content });
    }
    return messages;
  };
  const messages = read(asked);
  return messages.length === 0 ? undefined : { messages, answer: joined(read(answered)) };
}

function genAiEvents({ events }: Content): Exchange | undefined {
  const exchange: Exchange = { messages: [], answer: "" };
  for (const { name, attributes } of events) {
    const values = new Map(attributes.map(({ key, value }) => [key, plainValue(value)]));
    const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name)?.[1];
    if (role !== undefined) exchange.messages.push({ role, content: textOf(parsed(values.get("content"))) });
    else if (name === "gen_ai.choice")
      exchange.answer += textOf(parsed(values.get("message") ?? values.get("content")));
    else if (name === "gen_ai.content.prompt") exchange.messages.push(...promptIn(values.get("gen_ai.prompt")));
    else if (name === "gen_ai.content.completion") {
      exchange.answer += joined(promptIn(values.get("gen_ai.completion")));
    }
  }
  return exchange.messages.length === 0 ? undefined : exchange;
}

function promptIn(value: unknown): Message[] {
  return messagesIn(value) ?? [{ role: "user", content: textOf(value) }];
}

/** Inputs and outputs of an MLflow span if it is a call of a model rather than of a whole agent. */
function mlflow(values: Values): Exchange | undefined {
  const type = textOf(values.get("mlflow.spanType") ?? values.get("openinference.span.kind")).replaceAll('"', "");
  if (!["CHAT_MODEL", "LLM"].includes(type)) return undefined;
  const inputs = parsed(values.get("mlflow.spanInputs") ?? values.get("input.value"));
  const outputs = parsed(values.get("mlflow.spanOutputs") ?? values.get("output.value"));
  const fields = objectOf(inputs);
  const messages = messagesIn(fields?.["messages"] ?? inputs) ?? [
    { role: "user", content: textOf(fields?.["prompt"] ?? fields?.["input"] ?? fields?.["question"] ?? inputs) },
  ];
  const [choice] = (objectOf(outputs)?.["choices"] as unknown[] | undefined) ?? [];
  const answer = textOf(objectOf(choice)?.["message"] ?? objectOf(outputs)?.["content"] ?? outputs);
  return { messages: messages.filter(({ content }) => content !== ""), answer };
}

/** A list of messages, given directly or as JSON; undefined if it is not one. */
function messagesIn(value: unknown): Message[] | undefined {
  const list = parsed(value);
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const messages = list.map((entry): Message | undefined => {
    const fields = objectOf(entry);
    return typeof fields?.["role"] === "string"
      ? { role: fields["role"], content: textOf(fields["parts"] ?? fields["content"]) }
      : undefined;
  });
  return messages.includes(undefined) ? undefined : (messages as Message[]);
}

function joined(messages: readonly Message[]): string {
  return messages.map(({ content }) => content).join("\n");
}

/** The text in a value: the value itself, that of a message, or those of its parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== "")
      .join("\n");
  const fields: Fields | undefined = objectOf(value);
  return fields === undefined ? "" : textOf(fields["content"] ?? fields["text"] ?? "");
}

/** A value that may be given as JSON in a text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function plainValue(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  if (value.kvlistValue !== undefined) {
    return Object.fromEntries(value.kvlistValue.values.map(({ key, value: inner }) => [key, plainValue(inner)]));
  }
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? null;
}
