import { isRecord } from "../../base/json-values.ts";
import { canonicalJson } from "../../base/hash.ts";
import { scored, UNPARSABLE, type Verdict } from "./verdict.ts";

/** A call of a tool: its name and its arguments by name. */
export type ToolCall = { name: string; arguments: unknown };

/** Calls that an answer must contain, and rules for comparing them. */
export type WantedCalls = {
  /** The right calls: a list, or one call; an empty list if no tool may be called. */
  reference: unknown;
  /** Compare the arguments too, not only the names. */
  withArguments: boolean;
  /** The calls must come in the order of the reference. */
  inOrder: boolean;
};

/**
 * Right if an answer calls the tools of the reference, each as often and with equal arguments. Calls are read from JSON
 * (`[{name, arguments}]`, or OpenAI's form with `function`) and from `<tool_call>` tags. An answer without a call is
 * right if none is expected, and otherwise unparsable.
 */
export function scoreToolCalls(answer: string, { reference, withArguments, inOrder }: WantedCalls): Verdict {
  const wanted = callsOf(reference) ?? [];
  const given = callsIn(answer);
  if (given.length === 0) return wanted.length === 0 ? scored(1) : UNPARSABLE;
  const keys = (calls: readonly ToolCall[]): string[] => {
    const list = calls.map((call) => (withArguments ? canonicalJson([call.name, call.arguments]) : call.name));
    return inOrder ? list : list.toSorted();
  };
  return scored(canonicalJson(keys(given)) === canonicalJson(keys(wanted)));
}

/** The calls in a value of a known form, including JSON text; undefined if it has none. */
export function callsOf(value: unknown): ToolCall[] | undefined {
  const read = typeof value === "string" ? parsed(value) : value;
  if (isRecord(read) && Array.isArray(read["tool_calls"])) return callsOf(read["tool_calls"]);
  const calls = (Array.isArray(read) ? read : [read]).map(callOf);
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

const MARKED = /<tool_call>\s*([\s\S]*?)\s*<\/tool_call>/g;

function callsIn(answer: string): ToolCall[] {
  const marked = [...answer.matchAll(MARKED)].map(([, text]) => callsOf(text!));
  if (marked.length > 0) return marked.every((calls) => calls !== undefined) ? marked.flat() : [];
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/i.exec(answer)?.[1];
  return callsOf(answer) ?? (fenced === undefined ? undefined : callsOf(fenced)) ?? [];
}

function callOf(value: unknown): ToolCall | undefined {
  if (!isRecord(value)) return undefined;
  const call = isRecord(value["function"]) ? value["function"] : value;
  const { name, arguments: given = call["parameters"] ?? {} } = call;
  if (typeof name !== "string" || name === "") return undefined;
  return { name, arguments: typeof given === "string" ? (parsed(given) ?? given) : given };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
