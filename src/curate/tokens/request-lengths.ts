import { Failure } from "../../base/failure.ts";
import type { Delimiter, RowFields } from "../../domain/dataset-profile.ts";
import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import { isAnswerRole } from "../rows/messages.ts";
import { parseRow } from "../rows/parse-row.ts";
import { rowSample, sampleKey } from "../rows/row-sample.ts";
import { rowText, type TrainedText } from "../rows/row-text.ts";
import { blockLines } from "../rows/scan-block.ts";
import { loadTokenCounter } from "./token-counter.ts";

/** Lengths of a dataset's rows as requests to a server: the text before an answer, and the answer. */
export type RequestLengths = {
  /** Tokens: mean and coefficient of variation. */
  input: { mean: number; cv: number };
  output: { mean: number; cv: number };
  /** Number of answers counted, in a sample of the rows. */
  requests: number;
  /** Rows of the file, and rows without a separate answer, such as plain text and preference pairs. */
  rows: number;
  rowsWithout: number;
  countedBy: string;
};

/** Options of reading a dataset. */
type Reading = {
  tokenizer?: string | undefined;
  fields?: RowFields | undefined;
  delimiter?: Delimiter | undefined;
  seed?: number;
  /** Name of the file in messages. */
  shown?: string;
};

/**
 * Number of rows that are tokenized: the mean of lengths whose standard deviation equals their mean is then known to
 * within 2 %.
 */
const SAMPLE_ROWS = 2000;

/**
 * Lengths of the requests of a dataset: each answer of a row is one request, with everything before it as input.
 *
 * @throws Failure not_found or bad_input if the file cannot be read, or no row has an answer
 * @accuracy a sample of 2,000 rows; for the tokenizer see `loadTokenCounter`
 */
export async function requestLengths(path: string, reading: Reading = {}): Promise<RequestLengths> {
  const { tokenizer, fields, delimiter, seed = 1, shown = path } = reading;
  const counter = await loadTokenCounter(tokenizer);
  const source = await openRows(path, { ...READ_LIMITS, delimiter });
  const sample = rowSample(SAMPLE_ROWS);
  let [rows, rowsWithout] = [0, 0];
  for await (const item of source.items) {
    if (item.kind === "bad-row") {
      rows += 1;
      rowsWithout += 1;
      continue;
    }
    for (const found of blockLines(item, READ_LIMITS.lineBytes)) {
      rows += 1;
      const pieces = "text" in found ? turnsOf(found.text, fields) : [];
      if (pieces.length === 0) rowsWithout += 1;
      else
        sample.offer({ key: sampleKey(seed, found.line), line: found.line, characters: 0, pieces, templateTokens: 0 });
    }
  }
  const turns = sample.rows().flatMap(({ pieces }) => pairsOf(pieces));
  if (turns.length === 0)
    throw new Failure("bad_input", `${shown}: no row has a prompt and an answer`, {
      hint: "give a chat, prompt and completion, or instruction dataset, or --input-tokens and --output-tokens",
    });
  return {
    input: spreadOf(turns.map(([before]) => counter.count(before))),
    output: spreadOf(turns.map(([, answer]) => counter.count(answer))),
    requests: turns.length,
    rows,
    rowsWithout,
    countedBy: counter.name,
  };
}

/** The text before each answer of a row, and the answer, alternating; empty if it has none. */
function turnsOf(text: string, fields: RowFields | undefined): string[] {
  const parsed = parseRow(text, READ_LIMITS.columns);
  if (parsed.problem !== undefined) return [];
  const row = rowText(parsed.fields, fields);
  if (row.problem) return [];
  return row.roles === ""
    ? onlyTurn(row)
    : row.roles
        .split(",")
        .flatMap((role, index) =>
          isAnswerRole(role) && index > 0 ? [row.pieces.slice(0, index).join("\n"), row.pieces[index] ?? ""] : [],
        );
}

function onlyTurn({ pieces, answer }: TrainedText): string[] {
  if (answer === undefined) return [];
  const before = pieces.filter((piece) => piece !== answer.text).join("\n");
  return before === "" ? [] : [before, answer.text];
}

function pairsOf(pieces: readonly string[]): [before: string, answer: string][] {
  return pieces.flatMap((piece, index) => (index % 2 === 1 ? [[pieces[index - 1]!, piece] as [string, string]] : []));
}

function spreadOf(lengths: readonly number[]): { mean: number; cv: number } {
  const mean = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / lengths.length);
  const variance = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length;
  return { mean, cv: Math.sqrt(variance) / mean };
}
