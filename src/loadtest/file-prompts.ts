import { Failure } from "../base/failure.ts";
import { seededRandom } from "../base/random.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { openRows } from "../tables/read-rows.ts";
import { promptOfWords } from "./made-up-prompts.ts";
import type { Prompt, PromptSource } from "./prompt-source.ts";

/** A file of prompts: its path, its name in messages, and whether its rows have timestamps. */
export type PromptFile = { path: string; shown: string; isTrace: boolean };

/** The parts of a spec that determine how a row is read. */
type RowFacts = Pick<LoadTestSpec, "api" | "outputTokens" | "timestampUnit" | "speedup" | "seed">;

type Row = Record<string, unknown>;

const LENGTHS = {
  input: ["input_length", "input_tokens", "prompt_tokens", "num_prefill_tokens"],
  output: ["max_tokens", "output_length", "output_tokens", "completion_tokens", "num_decode_tokens"],
} as const;

/**
 * Prompts of a file, read row by row on demand, so that its size does not matter. The complete file is read once before
 * anything is sent: each row must be valid, and those of a trace must be in order. After the end of the file, prompts
 * start again; a trace ends.
 *
 * @throws Failure not_found or bad_input with the line of the first row that cannot be sent
 */
export async function filePrompts(file: PromptFile, facts: RowFacts): Promise<PromptSource> {
  const { count, firstMs, sha256 } = await checked(file, facts);
  const random = seededRandom(facts.seed ^ 0xf11e);
  const read = (): AsyncGenerator<{ row: Row; line: number }> => rowsOf(file);
  let rows = read();
  let repeats = 0;
  const next = async (): Promise<Prompt | undefined> => {
    const { value, done } = await rows.next();
    if (done !== true) return promptOf(value.row, { file, line: value.line, facts, firstMs, random });
    if (file.isTrace) return undefined;
    repeats += 1;
    rows = read();
    return next();
  };
  return {
    next,
    dataset: { kind: file.isTrace ? "trace" : "prompts", name: file.shown, sha256, rows: count },
    repeats: () => repeats,
    close: async () => {
      await rows.return(undefined);
    },
  };
}

async function checked(file: PromptFile, facts: RowFacts): Promise<{ count: number; firstMs: number; sha256: string }> {
  const random = seededRandom(0);
  const source = await opened(file);
  let count = 0;
  let firstMs = 0;
  let lastSec = 0;
  for await (const { row, line } of rowsIn(source.items, file)) {
    if (count === 0 && file.isTrace) {
      refuseOtherUnit(row["timestamp"], { file, line, facts });
      firstMs = timestampMs(row, { file, line, facts });
    }
    const { dueSec } = promptOf(row, { file, line, facts, firstMs, random });
    if (dueSec !== undefined && dueSec < lastSec) {
      throw rowFailure(
        { file, line },
        "its timestamp is before that of the row above",
        "sort the trace by its timestamps",
      );
    }
    lastSec = dueSec ?? 0;
    count += 1;
  }
  if (count === 0)
    throw new Failure("bad_input", `${file.shown} has no rows`, {
      hint: "write one request per line",
    });
  return { count, firstMs, sha256: await source.sha256() };
}

async function* rowsOf(file: PromptFile): AsyncGenerator<{ row: Row; line: number }> {
  yield* rowsIn((await opened(file)).items, file);
}

async function opened(file: PromptFile): ReturnType<typeof openRows> {
  return openRows(file.path);
}

async function* rowsIn(
  items: Awaited<ReturnType<typeof openRows>>["items"],
  file: PromptFile,
): AsyncGenerator<{ row: Row; line: number }> {
  for await (const item of items) {
    if (item.kind === "bad-row") throw rowFailure({ file, line: item.line }, item.detail);
    const lines = Buffer.from(item.bytes.buffer, item.bytes.byteOffset, item.bytes.byteLength)
      .toString("utf8")
      .split("\n");
    for (const [index, text] of lines.entries()) {
      if (text.trim() === "") continue;
      const line = item.lineNumbers?.[index] ?? item.firstLine + index + 1;
      yield { row: parsedRow(text, { file, line }), line };
    }
  }
}

function parsedRow(text: string, { file, line }: { file: PromptFile; line: number }): Row {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw rowFailure({ file, line }, "it is not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw rowFailure({ file, line }, "it is not a JSON object");
  }
  return value as Row;
}

type Place = { file: PromptFile; line: number; facts: RowFacts };

function promptOf(row: Row, place: Place & { firstMs: number; random: () => number }): Prompt {
  const { file, facts } = place;
  const maxTokens = lengthOf(row, "output", place) ?? facts.outputTokens;
  const dueSec = file.isTrace ? (timestampMs(row, place) - place.firstMs) / 1000 / facts.speedup : undefined;
  const content = contentOf(row, place);
  if (content !== undefined) return { content, maxTokens, dueSec, aboutTokens: aboutTokens(content) };
  const length = lengthOf(row, "input", place);
  if (length === undefined) {
    throw rowFailure(place, "it has no prompt, messages or length", "name the field: prompt, messages or input_length");
  }
  return { ...promptOfWords({ recipe: facts, prefix: "", length, maxTokens, random: place.random }), dueSec };
}

function contentOf(row: Row, { file, line, facts }: Place): Prompt["content"] | undefined {
  const messages = typeof row["messages"] === "string" ? parsedList(row["messages"]) : row["messages"];
  if (Array.isArray(messages) && messages.length > 0) {
    if (facts.api === "chat") return { messages: messages as unknown[] };
    throw rowFailure({ file, line }, "it has messages, which the completions API does not accept", "add --api chat");
  }
  const text = row["prompt"] ?? row["text"] ?? row["input"];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string" || text === "") throw rowFailure({ file, line }, "its prompt is not text");
  return facts.api === "chat" ? { messages: [{ role: "user", content: text }] } : { prompt: text };
}

/** A list that is stored in a CSV file as JSON text. */
function parsedList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Estimated tokens of a text if no tokenizer is available: four characters per token. */
function aboutTokens(content: Prompt["content"]): number {
  const text = "prompt" in content ? content.prompt : JSON.stringify(content.messages);
  return Math.max(1, Math.ceil(text.length / 4));
}

function lengthOf(row: Row, side: keyof typeof LENGTHS, { file, line }: Place): number | undefined {
  const field = LENGTHS[side].find((name) => row[name] !== undefined && row[name] !== null && row[name] !== "");
  if (field === undefined) return undefined;
  const value = Number(row[field]);
  if (Number.isSafeInteger(value) && value >= 1 && value <= 2_000_000) return value;
  throw rowFailure(
    { file, line },
    `${field} is ${JSON.stringify(row[field])}, expected a whole number from 1 to 2,000,000`,
  );
}

/** Ranges of seconds and of milliseconds since 1970, from 2001 to 2286. */
const SINCE_1970 = { s: [1e9, 1e10], ms: [1e12, 1e13] } as const;

/**
 * Refuses a trace whose first timestamp is since 1970 in the other unit: it would be sent a thousand times too fast.
 */
function refuseOtherUnit(value: unknown, { file, line, facts }: Place): void {
  const other = facts.timestampUnit === "ms" ? "s" : "ms";
  const [least, most] = SINCE_1970[other];
  if (Number(value) < least || !(Number(value) < most)) return;
  throw rowFailure(
    { file, line },
    `its timestamp ${String(value)} looks like ${other === "s" ? "seconds" : "milliseconds"} since 1970, read as ${facts.timestampUnit}`,
    `add --timestamp-unit ${other}`,
  );
}

/** The timestamp of a row: a number in the unit of the trace, or a date with its time zone. */
function timestampMs(row: Row, { file, line, facts }: Place): number {
  const value = row["timestamp"];
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) {
    return facts.timestampUnit === "ms" ? number : number * 1000;
  }
  const index = typeof value === "string" ? dateMs(value) : Number.NaN;
  if (!Number.isNaN(index)) return index;
  throw rowFailure(
    { file, line },
    `its timestamp is ${JSON.stringify(value) ?? "missing"}`,
    "expected a number, or a date such as 2026-11-25T12:00:00.000Z",
  );
}

/**
 * Milliseconds of a date. A date without a time zone is read as UTC, so that the result does not depend on the machine.
 */
function dateMs(text: string): number {
  const iso = text.trim().replace(" ", "T");
  return Date.parse(/(?:z|[+-]\d{2}:?\d{2})$/i.test(iso) ? iso : `${iso}Z`);
}

function rowFailure({ file, line }: Pick<Place, "file" | "line">, what: string, hint?: string): Failure {
  return new Failure("bad_input", `${file.shown}, line ${line}: ${what}`, { hint });
}
