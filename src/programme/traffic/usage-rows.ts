import { extname } from "node:path";

import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { parseJson } from "../../base/json.ts";
import { decodeText, MAX_TEXT_BYTES, readWhole } from "../../base/read-text.ts";
import { fileSize } from "../../tables/read-bytes.ts";
import { openRows } from "../../tables/read-rows.ts";
import { type Fields, objectOf } from "./usage-row.ts";

/** The fields of one row with its line, or why its text is not a row. */
export type UsageFields = { line: number | null } & ({ fields: Fields; bucket?: Fields } | { problem: string });

/** A file of usage as a stream of rows. */
export type UsageSource = { rows: AsyncGenerator<UsageFields>; fraction: () => number; sha256: () => Promise<string> };

/**
 * Opens a file of usage. Rows of `.csv`, `.tsv`, `.jsonl` and `.parquet`, and of a `.json` with one array, are streamed
 * with their lines. A `.json` with one object is an answer of an API: its rows are those of `data`, and the `results`
 * of buckets in it.
 *
 * @param path the file; `shown` is its name in messages
 * @throws Failure not_found or bad_input
 */
export async function openUsage(path: string, shown: string): Promise<UsageSource> {
  const bytes = extname(path).toLowerCase() === ".json" ? await objectBytes(path, shown) : undefined;
  if (bytes !== undefined) {
    const text = decodeText(bytes, shown);
    if (isOneObject(text)) {
      const rows = answerRows(parseJson(text, shown), shown);
      return { rows, fraction: () => 1, sha256: () => Promise.resolve(sha256(bytes)) };
    }
  }
  const source = await openRows(path);
  return { rows: streamRows(source.items), fraction: source.fraction, sha256: source.sha256 };
}

/** Bytes that are examined for the first character of a file. */
const HEAD_BYTES = 4096;

/** The complete JSON file if it begins with an object and is not too large; otherwise undefined. */
async function objectBytes(path: string, shown: string): Promise<Uint8Array | undefined> {
  if ((await fileSize(path)) > MAX_TEXT_BYTES) return undefined;
  const bytes = await readWhole(path, { shown });
  return /^\s*\{/.test(Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1").replace("\u00ef\u00bb\u00bf", ""))
    ? bytes
    : undefined;
}

/** True for one JSON object over the whole text, false for one per line and for an array. */
function isOneObject(text: string): boolean {
  const start = text.trimStart();
  if (!start.startsWith("{")) return false;
  const firstLine = start.slice(0, start.indexOf("\n") === -1 ? start.length : start.indexOf("\n"));
  try {
    JSON.parse(firstLine);
    return firstLine.trim() === start.trim();
  } catch {
    return true;
  }
}

type Items = Awaited<ReturnType<typeof openRows>>["items"];

async function* streamRows(items: Items): AsyncGenerator<UsageFields> {
  for await (const item of items) {
    if (item.kind === "bad-row") {
      yield { line: item.line, problem: item.detail };
      continue;
    }
    const lines = Buffer.from(item.bytes.buffer, item.bytes.byteOffset, item.bytes.length).toString("utf8").split("\n");
    for (const [index, text] of lines.entries()) {
      if (text.trim() === "") continue;
      yield* rowsOfLine(text, item.lineNumbers?.[index] ?? item.firstLine + index + 1);
    }
  }
}

function* rowsOfLine(text: string, line: number): Generator<UsageFields> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    yield { line, problem: `it is not valid JSON: ${text.trim().slice(0, 40)}` };
    return;
  }
  const fields = objectOf(value);
  if (fields === undefined) yield { line, problem: "it is not an object with fields" };
  else yield* nested(fields, line);
}

/** The row itself, the rows of a page, or the results of a bucket. */
function* nested(fields: Fields, line: number | null): Generator<UsageFields> {
  const { data, results } = fields;
  if (Array.isArray(data) && (fields["object"] === "page" || fields["object"] === "list" || "meta" in fields)) {
    for (const element of data) {
      const row = objectOf(element);
      if (row !== undefined) yield* nested(row, line);
      else yield { line, problem: "an element of data is not an object with fields" };
    }
  } else if (Array.isArray(results) && fields["object"] === "bucket") {
    if (results.length === 0) yield { line, fields, bucket: fields };
    for (const result of results) yield { line, fields: objectOf(result) ?? {}, bucket: fields };
  } else yield { line, fields };
}

// eslint-disable-next-line require-await -- a generator of the same kind as the others
async function* answerRows(value: unknown, shown: string): AsyncGenerator<UsageFields> {
  const answer = objectOf(value)!;
  const data = Object.values(answer).find(
    (element) => Array.isArray(element) && element.length > 0 && objectOf(element[0]),
  );
  if (data === undefined) {
    if (Object.keys(answer).some((name) => /usage|tokens/.test(name))) yield* nested(answer, null);
    else
      throw new Failure("bad_input", `${shown}: it contains no list of rows`, {
        hint: "expected a response with its rows in data",
      });
    return;
  }
  for (const element of data as unknown[]) {
    const row = objectOf(element);
    if (row === undefined) yield { line: null, problem: "an element of the list is not an object with fields" };
    else yield* nested(row, null);
  }
}
