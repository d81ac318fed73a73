import type { CanonicalRow, DatasetFormat } from "../../domain/canonical-row.ts";

/** Fields of a row as read. */
export type Fields = Readonly<Record<string, unknown>>;

/** Choices that a format leaves open, as a row made them: names of fields, JSON as text or not. */
export type Style = Readonly<Record<string, string>>;

/** Why a row may be of a format: 1 where all of its fields are there and nothing speaks for another. */
export type Detection = { score: number; reasons: readonly string[] };

/** What a row says, without the fields next to it. */
export type Content = CanonicalRow extends infer Row
  ? Row extends unknown
    ? Omit<Row, "beside" | "native">
    : never
  : never;

/** A row taken apart: what it says, how it was written, and which of its fields that took. */
export type ReadRow = {
  content: Content;
  style: Style;
  used: readonly string[];
  /** Fields inside those that were used which the format does not know. */
  beside?: Fields;
};

/** Why a format cannot hold a row. */
export type UnsupportedRow = { unsupported: "kind" | "roles" | "parts" | "calls"; detail: string };

/** A format of dataset rows. */
export type RowFormat = {
  name: DatasetFormat;
  /** Undefined if the row is not of this format. */
  detect: (row: Fields) => Detection | undefined;
  /** Takes a row apart; a text says why it cannot be. */
  read: (row: Fields) => ReadRow | string;
  /** The row in this format. Parts for which it has no place are omitted: `fromCanonical` finds and names them. */
  write: (content: Content, style: Style) => Fields | UnsupportedRow;
};

/** True if `write` could not hold the row. */
export function isUnsupported(written: Fields | UnsupportedRow): written is UnsupportedRow {
  return (
    typeof (written as UnsupportedRow).unsupported === "string" &&
    typeof (written as UnsupportedRow).detail === "string"
  );
}

/** Why a row of this kind cannot be written: a kind that a format does not have. */
export function unsupportedKind(content: Content, format: DatasetFormat): UnsupportedRow {
  return { unsupported: "kind", detail: `${KIND_NAMES[content.kind]} cannot be written as ${format}` };
}

const KIND_NAMES: Readonly<Record<Content["kind"], string>> = {
  text: "plain text",
  prompt: "a prompt without an answer",
  completion: "a prompt and a completion",
  chat: "a dialogue",
  preference: "a preference pair",
  label: "an answer with a label",
  candidates: "a prompt with several answers",
};
