import { type Fields, unsupportedKind, type RowFormat } from "../row-format.ts";

const NAMES = ["text", "content"];

/**
 * Plain text to train on as it is: `{text}`.
 *
 * @source TRL, Dataset formats and types, "Language modeling" (huggingface.co/docs/trl/dataset_formats, read 2026-11)
 */
export const textFormat: RowFormat = {
  name: "text",
  detect: (row) => {
    const name = nameIn(row);
    if (name === undefined) return undefined;
    return { score: name === "text" ? 0.7 : 0.6, reasons: [`"${name}" is text`] };
  },
  read: (row) => {
    const name = nameIn(row);
    if (name === undefined) return 'there is no "text"';
    const style = name === "text" ? {} : { text: name };
    return { content: { kind: "text", text: row[name] as string }, style, used: [name] };
  },
  write: (content, style) =>
    content.kind === "text" ? { [style["text"] ?? "text"]: content.text } : unsupportedKind(content, "text"),
};

function nameIn(row: Fields): string | undefined {
  return NAMES.find((name) => typeof row[name] === "string");
}
