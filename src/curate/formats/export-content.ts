import type { CanonicalRow, ChatMessage, Turns } from "../../domain/canonical-row.ts";
import { usualWeight } from "./chat-message.ts";
import type { ExportTarget } from "./export-targets.ts";
import type { LostPart } from "./lost-parts.ts";
import { asMessages } from "./plain-turns.ts";

/** A row prepared for a trainer, and the parts lost. */
export type PreparedRow = { row: CanonicalRow; lost: LostPart[] };

/**
 * Adapts a row to a trainer before it is written: function answers become tool answers, training weights are expressed
 * in the trainer's way, calls get ids, and pairs are reduced to text if the trainer reads only text.
 */
export function prepared(canonical: CanonicalRow, target: ExportTarget): PreparedRow {
  const lost: LostPart[] = [];
  let row = learnt(oneShape(withTools(canonical)), target);
  if (target.weights !== undefined) row = takenWeights(row, target.weights, lost);
  if (target.pairs === "text" && row.kind === "preference") row = textPair(row, lost);
  return { row: target.needsCallIds === true ? withCallIds(row) : row, lost };
}

/** Functions in the notation that preceded tools: their declarations, and the role of their answers. */
function withTools(canonical: CanonicalRow): CanonicalRow {
  const { functions, ...beside } = canonical.beside ?? {};
  const declared =
    Array.isArray(functions) && canonical.tools === undefined
      ? { tools: functions.map((element: unknown) => ({ type: "function", function: element })), beside }
      : {};
  return mapMessages({ ...canonical, ...declared }, (messages) =>
    messages.some(({ tool_calls: calls }) => calls !== undefined)
      ? messages.map((message) => (message.role === "function" ? { ...message, role: "tool" } : message))
      : messages,
  );
}

/**
 * Converts prompt and answers to messages if any of them is: trainers assume that all rows have the form of the first.
 */
function oneShape(row: CanonicalRow): CanonicalRow {
  if (row.kind === "completion" || row.kind === "label") {
    return typeof row.prompt === typeof row.completion
      ? row
      : { ...row, prompt: asMessages(row.prompt, "user"), completion: asMessages(row.completion, "assistant") };
  }
  if (row.kind !== "preference" || row.prompt === undefined) return row;
  const isText = [row.prompt, row.chosen, row.rejected].map((text) => typeof text === "string");
  if (isText.every(Boolean) || !isText.some(Boolean)) return row;
  return {
    ...row,
    prompt: asMessages(row.prompt, "user"),
    chosen: asMessages(row.chosen, "assistant"),
    rejected: asMessages(row.rejected, "assistant"),
  };
}

/**
 * A completion is equivalent to a dialogue whose earlier answers have the weight 0: some trainers express this by
 * weights, others by the form of the row.
 */
function learnt(row: CanonicalRow, { weights, formats }: ExportTarget): CanonicalRow {
  if (weights === "zero-or-one" && formats.completion === "messages" && row.kind === "completion") {
    const { prompt, completion, kind: _kind, ...rest } = row;
    if (typeof prompt === "string" || typeof completion === "string") return row;
    const before = prompt.map((entry) => (entry.role === "assistant" ? { ...entry, weight: 0 } : entry));
    return { ...rest, kind: "chat", messages: [...before, ...completion] };
  }
  if (weights !== "none" || formats.completion !== "prompt-completion" || row.kind !== "chat") return row;
  const { messages, kind: _kind, ...rest } = row;
  const weightOf = ({ role, weight }: ChatMessage): number => weight ?? usualWeight(role);
  const [before, last] = [messages.slice(0, -1), messages.at(-1)];
  const isLastAlone =
    last?.role === "assistant" && weightOf(last) === 1 && before.every((entry) => weightOf(entry) === 0);
  if (!isLastAlone || !before.some(({ role }) => role === "assistant")) return row;
  const bare = ({ weight: _weight, ...entry }: ChatMessage): ChatMessage => entry;
  return { ...rest, kind: "completion", prompt: before.map(bare), completion: [bare(last)] };
}

/** The row without the weights that the trainer does not accept. */
function takenWeights(row: CanonicalRow, weights: "none" | "zero-or-one", lost: LostPart[]): CanonicalRow {
  if (row.kind !== "chat") return row;
  const messages = row.messages.map((message, index): ChatMessage => {
    const { weight, ...rest } = message;
    if (weight === undefined || weight === usualWeight(message.role)) return message;
    if (weights === "zero-or-one" && message.role === "assistant" && weight === 0) return message;
    lost.push({
      part: "weight",
      detail: `messages ${index + 1}: the weight ${weight} of "${message.role}" cannot be represented`,
    });
    return rest;
  });
  return { ...row, messages };
}

/** A pair in which each message is reduced to its role and text. */
function textPair(row: Extract<CanonicalRow, { kind: "preference" }>, lost: LostPart[]): CanonicalRow {
  const { tools, ...pair } = row;
  if (tools !== undefined) lost.push({ part: "tools", detail: "a pair cannot contain declared tools" });
  return mapMessages(pair, (messages) =>
    messages.map(({ role, content = "", input, ...others }): ChatMessage => {
      for (const part of Object.keys(others)) {
        if (part !== "weight") lost.push({ part, detail: `"${part}" of a message cannot be part of a pair` });
      }
      return { role, content, ...(input === undefined ? {} : { input }) };
    }),
  );
}

/**
 * The row with an id (`call_1` and so on) for each call that has none, and for the answers, which follow the order of
 * the calls.
 */
function withCallIds(row: CanonicalRow): CanonicalRow {
  if (row.kind !== "preference" || !Array.isArray(row.prompt)) {
    return row.kind === "chat" ? { ...row, messages: numbered(row.messages, 0) } : row;
  }
  const before = row.prompt.flatMap(({ tool_calls: calls }) => calls ?? []).length;
  const ofAnswer = (answer: Turns): Turns => (typeof answer === "string" ? answer : numbered(answer, before));
  return { ...row, prompt: numbered(row.prompt, 0), chosen: ofAnswer(row.chosen), rejected: ofAnswer(row.rejected) };
}

function numbered(messages: readonly ChatMessage[], before: number): ChatMessage[] {
  let count = before;
  let open: string[] = [];
  return messages.map((message) => {
    if (message.tool_calls !== undefined) {
      const calls = message.tool_calls.map(({ id, ...call }) => ({ id: id ?? `call_${(count += 1)}`, ...call }));
      open = calls.map(({ id }) => id);
      return { ...message, tool_calls: calls };
    }
    if (message.role !== "tool") return message;
    const id = message.tool_call_id ?? open[0];
    open = open.filter((part) => part !== id);
    return id === undefined ? message : { ...message, tool_call_id: id };
  });
}

/** Applies a function to each list of messages of a row. */
function mapMessages(row: CanonicalRow, change: (messages: ChatMessage[]) => ChatMessage[]): CanonicalRow {
  const changed = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (!MESSAGES.has(name) || !Array.isArray(value)) return [name, value];
    return [name, change(value as ChatMessage[])];
  });
  return Object.fromEntries(changed) as CanonicalRow;
}

const MESSAGES: ReadonlySet<string> = new Set(["messages", "prompt", "completion", "chosen", "rejected"]);
