import type { PiiRow, PiiSpan } from "../../domain/pii.ts";
import { hasField, fileMustHaveFields } from "../pipeline/reading/named-fields.ts";
import { readRows, type ReadRowsOptions } from "../pipeline/reading/read-rows.ts";
import { textSlots } from "../rows/text-slots.ts";
import { withoutCode } from "./code/code-spans.ts";
import { fieldSpans, namedNumbers } from "./field-spans.ts";
import { type ModelSpans, spansOfModels } from "./model-spans.ts";
import { recognise, type RecogniseOptions } from "./recognisers/recognise.ts";
import { withoutOverlaps } from "./span.ts";

/** Fields of a file's rows to search, and the entities to search for. */
export type FileSpansOptions = {
  /** Field to search; default: every text of a row. */
  textField?: string | undefined;
  recognition: RecogniseOptions;
  /** Models whose spans are added. */
  models?: readonly ModelSpans[] | undefined;
  read: ReadRowsOptions;
};

/**
 * Spans of personal data in every row of a file, in order, with one item per row, including rows that cannot be read.
 * Memory: one block of the file.
 *
 * @throws Failure if the file cannot be read as rows, or no row has the named field
 */
export async function* fileSpans(path: string, options: FileSpansOptions): AsyncGenerator<PiiRow> {
  const { textField } = options;
  await fileMustHaveFields(path, textField === undefined ? [] : [textField], options.read.delimiter);
  let row = 0;
  for await (const { rows, dropped } of readRows(path, options.read)) {
    let bad = 0;
    for (const { line, fields } of rows) {
      for (; bad < dropped.length && dropped[bad]!.row.line < line; bad++) yield unreadable(row++, dropped[bad]!);
      const isBare = textField !== undefined && !hasField(fields, textField);
      yield {
        row: row++,
        spans: await rowSpans(fields, options),
        ...(isBare ? { problem: `nothing in the field "${textField}"` } : {}),
      };
    }
    for (; bad < dropped.length; bad++) yield unreadable(row++, dropped[bad]!);
  }
}

function unreadable(row: number, { reason, detail }: { reason: string; detail?: string }): PiiRow {
  return { row, spans: [], problem: detail === undefined ? reason : `${reason}: ${detail}` };
}

/** Spans in the texts of a row; those in a plain text of the named field have no path. */
export async function rowSpans(
  fields: Readonly<Record<string, unknown>>,
  { textField, recognition, models = [] }: Pick<FileSpansOptions, "textField" | "recognition" | "models">,
): Promise<PiiSpan[]> {
  const all: PiiSpan[] = [];
  const slots = [...textSlots(fields, textField), ...namedNumbers(fields, textField)];
  const ofModels = await spansOfModels(
    slots.map(({ text }) => text),
    { models, allow: recognition.allow },
  );
  for (const [index, { path, text }] of slots.entries()) {
    const own = recognise(text, recognition);
    const others = [
      ...fieldSpans({ path, text }, recognition),
      ...withoutCode(text, ofModels[index]!, recognition.codeLiterals ?? "sure").filter(
        ({ score }) => score >= (recognition.minScore ?? 0),
      ),
    ];
    const spans = others.length === 0 ? own : withoutOverlaps([...others, ...own]);
    const isField = textField !== undefined && path.length === 1;
    all.push(...(isField ? spans : spans.map((span) => ({ ...span, path: [...path] }))));
  }
  return all;
}
