import { jsonStringEnd } from "./json-string-end.ts";

/**
 * Positions of structs in the rows of a table: a field, an item, or a value of a map. Undefined if there are none
 * below.
 */
export type StructPlace =
  | { kind: "struct"; fields: ReadonlyMap<string, StructPlace | undefined> }
  | { kind: "each"; of: StructPlace };

/**
 * The JSON text of a row without the struct fields that are null. A struct has every field in every row, so a field
 * that was absent from a row when the table was written, such as the calls of a message or the argument of another
 * tool, becomes null. Columns keep their nulls, and so do values that are JSON text themselves.
 *
 * @param text JSON without spaces, as DuckDB writes it
 * @param place the row itself, as a struct of its columns
 */
export function withoutAbsentFields(text: string, place: StructPlace): string {
  if (!text.includes(":null") || place.kind !== "struct") return text;
  const parts: string[] = [];
  copyObject({ text, at: 0, parts, from: 0 }, (name) => place.fields.get(name), false);
  return parts.join("");
}

/** Text that is read from an offset; the text before `from` is already in the parts. */
type Reader = { text: string; at: number; parts: string[]; from: number };

function copyValue(reader: Reader, place: StructPlace | undefined): void {
  const first = reader.text[reader.at];
  if (place === undefined || (first !== "{" && first !== "[")) reader.at = valueEnd(reader.text, reader.at);
  else if (first === "[") copyList(reader, place);
  else if (place.kind === "struct") copyObject(reader, (name) => place.fields.get(name), true);
  else copyObject(reader, () => place.of, false);
  flush(reader);
}

function copyList(reader: Reader, place: StructPlace): void {
  reader.at += 1;
  while (reader.text[reader.at] !== "]") {
    if (reader.text[reader.at] === ",") reader.at += 1;
    copyValue(reader, place.kind === "each" ? place.of : undefined);
  }
  reader.at += 1;
}

function copyObject(reader: Reader, placeOf: (name: string) => StructPlace | undefined, dropsNull: boolean): void {
  const { text } = reader;
  reader.at += 1;
  flush(reader);
  let count = 0;
  while (text[reader.at] !== "}") {
    if (text[reader.at] === ",") reader.at += 1;
    const start = reader.at;
    const end = jsonStringEnd(text, start) + 1;
    reader.at = end + 1;
    reader.from = start;
    if (dropsNull && text.startsWith("null", reader.at)) {
      reader.at += 4;
      reader.from = reader.at;
      continue;
    }
    if (count > 0) reader.parts.push(",");
    count += 1;
    copyValue(reader, placeOf(JSON.parse(text.slice(start, end)) as string));
  }
  reader.from = reader.at;
  reader.at += 1;
  flush(reader);
}

function flush(reader: Reader): void {
  reader.parts.push(reader.text.slice(reader.from, reader.at));
  reader.from = reader.at;
}

/** The offset after a value. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === 0x22) index = jsonStringEnd(text, index);
    else if (char === 0x7b || char === 0x5b) depth += 1;
    else if (char === 0x7d || char === 0x5d) {
      if (depth === 0) return index;
      depth -= 1;
    } else if (char === 0x2c && depth === 0) return index;
  }
  return text.length;
}
