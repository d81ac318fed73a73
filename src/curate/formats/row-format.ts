import type { CanonicalRow, DatasetFormat } from "../../domain/canonical-row.ts";

/** Fields of a row as read. */
export type Fields = Readonly<Record<string, unknown>>;

/** Variants of a format, as used by a row: names of fields, JSON as text or not. */
export type Style = Readonly<Record<string, string>>;

/** Score of the format for a row: 1 if all of its fields are present and nothing indicates another format. */
export type Detection = { score: number; reasons: readonly string[] };

/** Content of a row, without its additional fields. */
export type Content = CanonicalRow extends infer Row
  ? Row extends unknown
    ? Omit<Row, "beside" | "native">
    : never
  : never;

/** A parsed row: its content, its variant, and the fields used. */
export type ReadRow = {
  content: Content;
  style: Style;
  used: readonly string[];
  /** Subfields of the used fields that are unknown to the format. */
  beside?: Fields;
};

/** Reason why a format cannot represent a row. */
export type UnsupportedRow = { unsupported: "kind" | "roles" | "parts" | "calls"; detail: string };

/** A format of dataset rows. */
export type RowFormat = {
  name: DatasetFormat;
  /** Undefined if the row is not of this format. */
  detect: (row: Fields) => Detection | undefined;
  /** Parses a row; returns a text if it is invalid. */
  read: (row: Fields) => ReadRow | string;
  /** The row in this format. Parts that it cannot represent are omitted: `fromCanonical` finds and names them. */
  write: (content: Content, style: Style) => Fields | UnsupportedRow;
};

/** True if `write` could not represent the row. */
export function isUnsupported(written: Fields | UnsupportedRow): written is UnsupportedRow {
  return (
    typeof (written as UnsupportedRow).unsupported === "string" &&
    typeof (written as UnsupportedRow).detail === "string"
  );
}

/** Reason why a row of this kind cannot be written: a kind that a format does not have. */
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
