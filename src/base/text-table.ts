/**
 * A column of a text table. Numbers are right-aligned on request. Prose is wrapped at `wrap` characters over as many
 * lines as needed.
 */
export type Column = { head: string; align?: "left" | "right"; wrap?: number };

/**
 * Formats rows under headings with two spaces between columns. A `null` row draws a rule (before a total).
 *
 * @returns lines joined by newlines, without trailing spaces or a trailing newline
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[] | null)[]): string {
  const cells = rows.map((row) => (row === null ? null : wrapped(columns, row)));
  const lines = cells.flatMap((row) => row ?? [null]);
  const widths = columns.map((column, index) =>
    Math.max(width(column.head), ...lines.map((row) => (row === null ? 0 : width(row[index] ?? "")))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => pad(row[index] ?? "", widths[index]!, column.align ?? "left"))
      .join("  ")
      .trimEnd();
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width, 0) + 2 * (columns.length - 1));
  return [line(columns.map((column) => column.head)), ...lines.map((row) => (row === null ? rule : line(row)))].join(
    "\n",
  );
}

/** The lines of one row, as many as in its tallest cell. */
function wrapped(columns: readonly Column[], row: readonly string[]): string[][] {
  const cells = columns.map(({ wrap }, index) => {
    const text = row[index] ?? "";
    return wrap === undefined ? [text] : wrapText(text, wrap).split("\n");
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) => cells.map((lines) => lines[index] ?? ""));
}

/** Wraps prose at `columns` characters, keeping paragraphs; each line starts with `indent`. */
export function wrapText(text: string, columns = 100, indent = ""): string {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = indent;
    for (const word of paragraph.split(" ")) {
      if (line.length > indent.length && width(line) + 1 + width(word) > columns) {
        lines.push(line.trimEnd());
        line = indent;
      }
      line += line.length > indent.length ? ` ${word}` : word;
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n");
}

function pad(text: string, size: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, size - width(text)));
  return align === "right" ? space + text : text + space;
}

/** Width of a string in a terminal: wide East Asian characters count two, combining marks zero. */
function width(text: string): number {
  let columns = 0;
  for (const char of text) {
    if (/\p{Mark}/u.test(char)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return columns;
}
