import type { PiiRow, PiiSpan } from "../../domain/pii.ts";
import { readRows, type ReadRowsOptions } from "../pipeline/read-rows.ts";
import { textSlots } from "../text-slots.ts";
import { recognise, type RecogniseOptions } from "./recognisers/recognise.ts";

/** Where to look in a file's rows, and for what. */
export type FileSpansOptions = {
  /** Field to look in; every text of a row where left out. */
  textField?: string | undefined;
  recognition: RecogniseOptions;
  read: ReadRowsOptions;
};

/**
 * Spans of personal data in every row of a file, in its order; one item a row, also for a row that cannot be read.
 * Holds one block of the file at a time.
 *
 * @throws Failure where the file cannot be read as rows
 */
export async function* fileSpans(path: string, options: FileSpansOptions): AsyncGenerator<PiiRow> {
  let row = 0;
  for await (const { rows, dropped } of readRows(path, options.read)) {
    let bad = 0;
    for (const { line, fields } of rows) {
      for (; bad < dropped.length && dropped[bad]!.row.line < line; bad++) yield unreadable(row++, dropped[bad]!);
      yield { row: row++, spans: rowSpans(fields, options) };
    }
    for (; bad < dropped.length; bad++) yield unreadable(row++, dropped[bad]!);
  }
}

function unreadable(row: number, { reason, detail }: { reason: string; detail?: string }): PiiRow {
  return { row, spans: [], problem: detail === undefined ? reason : `${reason}: ${detail}` };
}

/** Spans in the texts of a row; those in a plain text of the named field have no path. */
function rowSpans(
  fields: Readonly<Record<string, unknown>>,
  { textField, recognition }: Pick<FileSpansOptions, "textField" | "recognition">,
): PiiSpan[] {
  return textSlots(fields, textField).flatMap(({ path, text }) => {
    const spans = recognise(text, recognition);
    const isField = textField !== undefined && path.length === 1;
    return isField ? spans : spans.map((span) => ({ ...span, path: [...path] }));
  });
}
