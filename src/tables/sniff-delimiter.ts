import { Failure } from "../base/failure.ts";
import { Delimiter } from "../domain/dataset-profile.ts";
import { type CsvRecord, DELIMITER_CHARACTER, takeLine } from "./csv-record.ts";

/** Number of records after the header that are compared with it. */
const RECORDS = 20;

/**
 * Finds the delimiter of a CSV file from the header and the first 20 records, respecting quoted fields:
 * 1. a delimiter is possible if it splits the header into two or more fields; 2. if none is possible, the file has one
 * column and the usual delimiter is used; if one is possible, it is used; a tab in the header of a .tsv file is always
 * used; 3. if several are possible, the one with which most records have as many fields as the header.
 *
 * @param head first bytes of the file, without the byte-order mark
 * @param isWhole true if the head is the complete file, so that its last line is complete
 * @throws Failure bad_input if two are equally likely
 */
export function sniffDelimiter(
  head: Uint8Array,
  { path, usual, isWhole }: { path: string; usual: Delimiter; isWhole: boolean },
): Delimiter {
  const lines = Buffer.from(head).toString("latin1").split(/\r?\n/);
  if (!isWhole && lines.length > 1) lines.pop();
  const possible = Delimiter.options
    .map((delimiter) => ({ delimiter, counts: fieldCounts(lines, DELIMITER_CHARACTER[delimiter]) }))
    .filter(({ counts }) => (counts[0] ?? 0) >= 2)
    .map(({ delimiter, counts: [header, ...records] }) => ({
      delimiter,
      agreeing: records.filter((count) => count === header).length,
    }))
    .toSorted((a, b) => b.agreeing - a.agreeing);
  const [first, second] = possible;
  if (first === undefined) return usual;
  if (usual === "tab" && possible.some(({ delimiter }) => delimiter === "tab")) return usual;
  if (second === undefined || first.agreeing > second.agreeing) return first.delimiter;
  throw new Failure("bad_input", `${path}: its delimiter could be the ${first.delimiter} or the ${second.delimiter}`, {
    hint: "state it: --delimiter on the command line, or delimiter next to the path in programme.yaml",
  });
}

/**
 * Number of fields of the header and of the first records; 0 for a record that is not valid CSV with this delimiter.
 */
function fieldCounts(lines: readonly string[], delimiter: string): number[] {
  const counts: number[] = [];
  let record: CsvRecord | undefined;
  for (const text of lines) {
    if (counts.length > RECORDS) break;
    if (!record && text.trim() === "") continue;
    record ??= { line: 1, fields: [], open: undefined, bytes: 0 };
    const state = takeLine(record, text, delimiter);
    if (state === "open") continue;
    counts.push(state === "complete" ? record.fields.length : 0);
    record = undefined;
  }
  return counts;
}
