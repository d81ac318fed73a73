import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import { messagesOf, textOf } from "../rows/messages.ts";
import type { Part } from "./benchmark.ts";

/** Field of each part of a benchmark; `F+G` joins two fields. */
export type BenchmarkFields = Readonly<Partial<Record<Part["kind"], string>>>;

/** A benchmark as given by the user: a file, and the fields of its parts if they are named. */
export type BenchmarkSpec = { path: string; fields?: BenchmarkFields | undefined };

const KINDS = ["question", "answer", "passage"] as const;

/** Start of the list of parts after the name of a file. */
const PARTS = /:(?=\s*(?:question|answer|passage)\s*=)/;

/** Start of the list for other file names, recognised by the extension before it. */
const OTHER_PARTS = /(?<=\.(?:jsonl?|ndjson|csv|tsv|parquet|arrow)(?:\.(?:gz|zst))?):(?=\s*[\p{L}_-]{1,40}\s*=)/iu;

/**
 * Reads `FILE` or `FILE:question=F,answer=F,passage=F`.
 *
 * @throws Failure bad_input if what follows the file is not a mapping
 */
export function parseBenchmarkSpec(text: string): BenchmarkSpec {
  const partsStart = PARTS.exec(text)?.index ?? OTHER_PARTS.exec(text)?.index;
  if (partsStart === undefined) return { path: text };
  const pairs = text
    .slice(partsStart + 1)
    .split(",")
    .map((pair) => pair.split("=").map((side) => side.trim()));
  const fields: Partial<Record<Part["kind"], string>> = {};
  for (const [kind, field, ...rest] of pairs) {
    const known = KINDS.find((name) => name === kind);
    if (known === undefined && field !== undefined) {
      const hint = didYouMean(kind!, KINDS) ?? "the parts of an item are question, answer and passage";
      throw new Failure("bad_input", `--against ${text}: ${kind} is not a part of an item`, { hint });
    }
    if (known === undefined || field === undefined || field === "" || rest.length > 0) {
      throw new Failure("bad_input", `--against ${text}: expected FILE:question=F,answer=F,passage=F`, {
        hint: "name one field, or F+G for two, for each of question, answer and passage that the benchmark has",
      });
    }
    fields[known] = field;
  }
  return { path: text.slice(0, partsStart), fields };
}

/** Usual field names of public benchmarks, the most specific first. */
const USUAL: Readonly<Record<Part["kind"], readonly string[]>> = {
  question: [
    "question",
    "prompt",
    "problem",
    "instruction",
    "query",
    "input",
    "turns",
    "ctx",
    "goal",
    "premise",
    "sentence",
    "claim",
    "utterance",
    "text",
    "content",
    "body",
  ],
  answer: [
    "canonical_solution",
    "solution",
    "completion",
    "response",
    "output",
    "chosen",
    "best answer",
    "best_answer",
    "correct answer",
    "correct_answer",
    "answer",
    "answers",
    "code",
    "target",
    "reference",
  ],
  passage: ["passage", "context", "article", "document", "story", "support", "background", "paragraph"],
};

/** Fields that contain a dialogue. */
const DIALOGUES = ["messages", "conversations", "conversation"];

/**
 * Finds the fields of a benchmark among those of its first rows by their usual names, ignoring case.
 *
 * @returns undefined if none of them can be a question or a passage
 */
export function usualFields(names: readonly string[]): BenchmarkFields | undefined {
  const find = (usual: readonly string[]): string | undefined =>
    usual
      .map((name) => names.find((text) => text.toLowerCase() === name))
      .find((name): name is string => name !== undefined);
  const dialogue = find(DIALOGUES);
  if (dialogue !== undefined) return { question: dialogue, answer: dialogue };
  const [question, answer, passage] = [find(USUAL.question), find(USUAL.answer), find(USUAL.passage)];
  const input = question?.toLowerCase() === "instruction" ? find(["input"]) : undefined;
  if (question === undefined && passage === undefined) return undefined;
  return {
    ...(question === undefined ? {} : { question: input === undefined ? question : `${question}+${input}` }),
    ...(answer === undefined || answer === question ? {} : { answer }),
    ...(passage === undefined ? {} : { passage }),
  };
}

/** The texts of an item; each turn of a dialogue is one. */
export function partsOf(row: Readonly<Record<string, unknown>>, fields: BenchmarkFields): Part[] {
  return KINDS.flatMap((kind) => {
    const field = fields[kind];
    if (field === undefined) return [];
    return textsOf(row, field, kind)
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map((text) => ({ kind, text }));
  });
}

function textsOf(row: Readonly<Record<string, unknown>>, field: string, kind: Part["kind"]): string[] {
  const value = valueAt(row, field);
  if (value === undefined && field.includes("+")) {
    const joined = field
      .split("+")
      .map((name) => textOf(valueAt(row, name)))
      .filter((text) => text !== undefined && text.trim() !== "");
    return [joined.join("\n")];
  }
  if (DIALOGUES.includes(field.toLowerCase())) {
    const { messages } = messagesOf(value);
    if (messages === undefined) return [];
    return messages
      .filter((message) => message !== undefined)
      .filter(({ role, isAnswer }) => (kind === "answer" ? isAnswer : !isAnswer && role !== "system"))
      .map(({ text }) => text);
  }
  if (Array.isArray(value)) return value.map(textOf).filter((text) => text !== undefined);
  const text = textOf(value) ?? stemOf(value);
  return text === undefined ? [] : [text];
}

/** Value of a field of a row, by name or by a path with dots (`answers.text`). */
function valueAt(row: Readonly<Record<string, unknown>>, field: string): unknown {
  if (field in row) return row[field];
  let value: unknown = row;
  for (const name of field.split(".")) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Text of a question as an object with a stem, as ARC and OpenBookQA publish theirs. */
function stemOf(value: unknown): string | undefined {
  if (value === null || typeof value !== "object") return undefined;
  return textOf((value as Record<string, unknown>)["stem"]);
}
