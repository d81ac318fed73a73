import { editedJson, rebuiltJson } from "../../base/edited-json.ts";
import type { CuratedRow } from "../stage.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The JSON texts from which fields were parsed, for as long as the fields exist. It is no part of the row, so that no
 * stage can depend on how a row is written.
 */
const texts = new WeakMap<Fields, string>();

/** Remembers the text from which fields were parsed. */
export function rememberText(fields: Fields, text: string): void {
  texts.set(fields, text);
}

/**
 * JSON texts of the fields of rows that come out of a stage: an unchanged row as it was read, byte for byte; of a
 * changed row, everything that is unchanged.
 *
 * @param rows  the rows that went in
 */
export function rowTexts(rows: readonly CuratedRow[]): (row: CuratedRow) => string {
  let byId: Map<string, Fields> | undefined;
  return ({ id, fields }) => {
    const own = texts.get(fields);
    if (own !== undefined) return own;
    byId ??= new Map(rows.map((row) => [row.id, row.fields]));
    const before = byId.get(id);
    const text = before === undefined ? undefined : texts.get(before);
    return text === undefined ? JSON.stringify(fields) : editedJson(text, fields);
  };
}

/**
 * JSON texts of the fields of rows that a stage made from parts of rows, with their numbers as they were read.
 *
 * @param rows  the rows that went in
 */
export function madeTexts(rows: readonly CuratedRow[]): (row: CuratedRow) => string {
  const byId = new Map(rows.map((row) => [row.id, row.fields]));
  return ({ id, fields }) => {
    const before = byId.get(id);
    const text = before === undefined ? undefined : texts.get(before);
    return text === undefined ? JSON.stringify(fields) : rebuiltJson(text, fields);
  };
}
