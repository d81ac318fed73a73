/** Form in which a file is shown. */
export type PreviewKind = "text" | "image" | "none";

/** Preview of a text file: its text, or the rows of a table. */
export type Preview =
  | { kind: "text"; text: string; isCut: boolean }
  | { kind: "table"; head: string[]; rows: string[][]; isCut: boolean };

const IMAGES = /\.(?:png|jpe?g|gif|webp|avif|bmp|svg)$/i;
const TEXTS =
  /\.(?:txt|log|md|ya?ml|json|jsonl|ndjson|csv|tsv|toml|ini|cfg|py|ts|js|sh|html?|xml|sql|out|err|jinja2?|env)$|(?:^|\/)(?:MLmodel|README|LICENSE|Dockerfile|requirements)$/i;

/** Maximum number of characters and rows that are shown. */
const MOST_CHARACTERS = 200_000;
const MOST_ROWS = 500;

/** Whether and how a file can be shown without running it, by its name. */
export function previewKind(path: string): PreviewKind {
  if (IMAGES.test(path)) return "image";
  return TEXTS.test(path) ? "text" : "none";
}

/** The displayed text of a file: CSV and TSV as a table, JSON indented, anything else unchanged. */
export function asPreview(path: string, text: string): Preview {
  const delimiter = /\.csv$/i.test(path) ? "," : /\.tsv$/i.test(path) ? "\t" : undefined;
  if (delimiter !== undefined) {
    const [head = [], ...rows] = csvRows(text, delimiter, MOST_ROWS + 2);
    const names = head.map((name, index) =>
      name === "" || head.indexOf(name) !== index ? `${name} (${index + 1})` : name,
    );
    return { kind: "table", head: names, rows: rows.slice(0, MOST_ROWS), isCut: rows.length > MOST_ROWS };
  }
  const shown = /\.json$/i.test(path) ? indented(text) : text;
  return { kind: "text", text: shown.slice(0, MOST_CHARACTERS), isCut: shown.length > MOST_CHARACTERS };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The first rows of a delimited text, with quotes as in RFC 4180. */
function csvRows(text: string, delimiter: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = (): void => {
    rows.push([...row, cell]);
    [row, cell] = [[], ""];
  };
  for (let index = 0; index < text.length && rows.length < most; index++) {
    const char = text[index]!;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[index + 1] === '"') cell += text[++index]!;
      else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === delimiter) {
      row.push(cell);
      cell = "";
    } else if (char === "\n") endRow();
    else if (char !== "\r") cell += char;
  }
  if (rows.length < most && (cell !== "" || row.length > 0)) endRow();
  return rows;
}
