import type { Delimiter } from "../domain/dataset-profile.ts";

/** A record as it grows line by line. */
export type CsvRecord = { line: number; fields: string[]; open: string[] | undefined; bytes: number };

/** The character of each delimiter. */
export const DELIMITER_CHARACTER: Readonly<Record<Delimiter, string>> = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  bar: "|",
};

/** Takes one more line into a record: complete, still open in a quoted field, or what is wrong with it. */
export function takeLine(
  record: CsvRecord,
  text: string,
  delimiter: string,
): "complete" | "open" | { problem: string } {
  let at = 0;
  for (;;) {
    if (!record.open && text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      record.fields.push(end === -1 ? text.slice(at) : text.slice(at, end));
      if (end === -1) return "complete";
      at = end + 1;
      continue;
    }
    if (!record.open) at += 1;
    record.open ??= [];
    let quote = text.indexOf('"', at);
    while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
    record.open.push(quote === -1 ? text.slice(at) : text.slice(at, quote));
    if (quote === -1) return "open";
    record.fields.push(record.open.join("\n").replaceAll('""', '"'));
    record.open = undefined;
    at = quote + 1;
    if (at === text.length) return "complete";
    if (text[at] !== delimiter) return { problem: `field ${record.fields.length} goes on after its closing quote` };
    at += 1;
  }
}
