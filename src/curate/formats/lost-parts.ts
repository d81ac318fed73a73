import type { ChatMessage, Turns } from "../../domain/canonical-row.ts";
import { plainText, usualWeight } from "./chat-message.ts";
import { defined, isObject, sameInAnyOrder as same } from "./json-value.ts";
import { asDialogue, asMessages } from "./plain-turns.ts";
import type { Content } from "./row-format.ts";

/** A part of a row that a format cannot represent. */
export type LostPart = {
  /** Name of the part: thinking, weight, tools, input, kind. */
  part: string;
  detail: string;
};

/** Parts of `before` that are missing in `after`, the row written in another format and read again. */
export function lostParts(before: Content, after: Content): LostPart[] {
  const [first, second] = [alike(before), alike(after)];
  if (first.kind !== second.kind) {
    const kind = {
      part: "kind",
      detail: KIND_CHANGES[`${first.kind} ${second.kind}`] ?? `${first.kind} becomes ${second.kind}`,
    };
    const [messages, others] = [asDialogue(first), asDialogue(second)];
    const rest =
      messages === undefined || others === undefined
        ? []
        : compared(
            { messages: messages.map(said), tools: first.tools },
            { messages: others.map(said), tools: second.tools },
          );
    return [kind, ...rest];
  }
  return compared(meaning(first), meaning(second));
}

const KIND_CHANGES: Readonly<Record<string, string>> = {
  "completion chat":
    "a prompt and a completion become turns of a dialogue: a chat template is applied, and no turn is marked as the only one to train on",
  "chat completion": "only the last answer is trained on; earlier ones are part of the prompt",
};

/**
 * Treats a prompt and its completion as equivalent to a dialogue with a single answer: training on them is the same.
 */
function alike(content: Content): Content {
  if (content.kind !== "completion" || typeof content.prompt === "string" || typeof content.completion === "string")
    return content;
  const isPlain =
    content.prompt.every(({ role, weight }) => role !== "assistant" || weight === 0) &&
    content.completion.length === 1 &&
    content.completion[0]!.role === "assistant";
  if (!isPlain) return content;
  const { prompt, completion, ...rest } = content;
  return { ...rest, kind: "chat", messages: [...prompt, ...completion] };
}

/** Content of a row without irrelevant parts: a default weight, an empty optional text. */
function meaning(content: Content): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => {
      if (name === "tools" || !Array.isArray(value)) return [name, value];
      if (name === "completions")
        return [name, (value as Turns[]).map((text) => (typeof text === "string" ? text : text.map(said)))];
      return [name, name === "labels" ? value : (value as ChatMessage[]).map(said)];
    }),
  );
}

function said(message: ChatMessage): Record<string, unknown> {
  const { content, weight, role } = message;
  return defined({
    ...message,
    content: content === "" ? undefined : content,
    weight: weight === usualWeight(role) ? undefined : weight,
  });
}

function compared(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): LostPart[] {
  return Object.keys({ ...before, ...after }).flatMap((name) => {
    const [first, second] = [before[name], after[name]];
    if (same(first, second)) return [];
    if (name === "tools") return [{ part: "tools", detail: "the format cannot contain declared tools" }];
    if (typeof first === "string" && Array.isArray(second)) {
      const messages = asMessages(first, "user");
      const isTurn = second.length === 1 && plainText(second[0] as ChatMessage) === messages[0]!.content;
      if (isTurn) return [{ part: "kind", detail: `the plain text of "${name}" becomes a turn of a dialogue` }];
    }
    return Array.isArray(first) && Array.isArray(second) && first.length === second.length
      ? first.flatMap((element: unknown, index) => inMessage(element, second[index], `${name} ${index + 1}`))
      : [{ part: name, detail: countsOf(name, first, second) }];
  });
}

function countsOf(name: string, first: unknown, second: unknown): string {
  return Array.isArray(first) && Array.isArray(second)
    ? `${first.length} in "${name}" become ${second.length}`
    : `"${name}" changes`;
}

function inMessage(first: unknown, second: unknown, place: string): LostPart[] {
  if (!isObject(first) || !isObject(second))
    return same(first, second) ? [] : [{ part: "text", detail: `${place} changes` }];
  return Object.keys({ ...first, ...second })
    .filter((name) => !same(first[name], second[name]))
    .map((name) => ({ part: partOf(name, first, second), detail: `${place}: ${lossOf(name, first, second)}` }));
}

/** Ids of calls are lost more often than the calls themselves: they are named separately. */
function partOf(
  name: string,
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
): string {
  if (name !== "tool_calls" || !Array.isArray(first[name]) || !Array.isArray(second[name])) return name;
  const bare = (calls: unknown): unknown =>
    (calls as readonly Readonly<Record<string, unknown>>[]).map(({ id: _id, ...call }) => call);
  return same(bare(first[name]), bare(second[name])) ? "call-id" : name;
}

function lossOf(
  name: string,
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
): string {
  if (name === "input" && second[name] === undefined) return "content and input become one text";
  if (name === "content" && first["input"] !== undefined) return "content and input become one text";
  if (second[name] === undefined) return `"${name}" is lost`;
  return first[name] === undefined ? `"${name}" is added` : `"${name}" changes`;
}
