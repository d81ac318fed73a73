import type { Delimiter } from "../domain/dataset-profile.ts";

/** A record while it is read line by line. */
export type CsvRecord = { line: number; fields: string[]; open: string[] | undefined; bytes: number };

/** The character of each delimiter. */
export const DELIMITER_CHARACTER: Readonly<Record<Delimiter, string>> = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  bar: "|",
};

/** Adds a line to a record, which is then complete, still inside a quoted field, or invalid with the reason. */
export function takeLine(
  record: CsvRecord,
  text: string,
  delimiter: string,
): "complete" | "open" | { problem: string } {
  let position = 0;
  for (;;) {
    if (!record.open && text[position] !== '"') {
      const end = text.indexOf(delimiter, position);
      record.fields.push(end === -1 ? text.slice(position) : text.slice(position, end));
      if (end === -1) return "complete";
      position = end + 1;
      continue;
    }
    if (!record.open) position += 1;
    record.open ??= [];
    let quote = text.indexOf('"', position);
    while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
    record.open.push(quote === -1 ? text.slice(position) : text.slice(position, quote));
    if (quote === -1) return "open";
    record.fields.push(record.open.join("\n").replaceAll('""', '"'));
    record.open = undefined;
    position = quote + 1;
    if (position === text.length) return "complete";
    if (text[position] !== delimiter)
      return { problem: `field ${record.fields.length} continues after its closing quote` };
    position += 1;
  }
}
