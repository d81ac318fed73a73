import type { CanonicalRow, DatasetFormat } from "../../domain/canonical-row.ts";
import type { ExportFormat, ExportTrainer } from "../../domain/data-export.ts";
import { fromCanonical, type WrittenRow } from "./convert-row.ts";
import { prepared } from "./export-content.ts";
import { unsupportedByAll } from "./unsupported-rows.ts";
import { EXPORT_TARGETS } from "./export-targets.ts";
import { isObject } from "./json-value.ts";
import type { Content, Fields, UnsupportedRow } from "./row-format.ts";

/** A written row, and its format. */
export type ExportedRow = WrittenRow & { format: DatasetFormat };

/** Writes a canonical row in the format of a trainer, of its source, or in a named one. */
export function exportRow(canonical: CanonicalRow, as: ExportFormat): ExportedRow | UnsupportedRow {
  if (as in EXPORT_TARGETS) return forTrainer(canonical, as as ExportTrainer);
  const format = as === "native" ? canonical.native?.format : (as as DatasetFormat);
  if (format === undefined) return { unsupported: "kind", detail: "the row does not record its original format" };
  const written = fromCanonical(canonical, format);
  return isRefused(written) ? written : { ...written, format };
}

function forTrainer(canonical: CanonicalRow, trainer: ExportTrainer): ExportedRow | UnsupportedRow {
  const target = EXPORT_TARGETS[trainer];
  const { row, lost } = prepared(canonical, target);
  const { beside: _beside, native: _native, ...content } = row;
  const { formats, plain, withInput, style, bare, keeps, reserved } = target;
  const isOne = withInput !== undefined && (hasInput(content) || row.native?.format === withInput);
  const special = isOne ? withInput : isPlain(content) ? plain?.[content.kind] : undefined;
  const format = special ?? formats[content.kind];
  if (format === undefined)
    return { unsupported: "kind", detail: `${trainer} has no format for rows of the kind ${content.kind}` };
  const unsupported = unsupportedByAll(content) ?? target.findUnsupported?.(content);
  if (unsupported !== undefined) return unsupported;
  const written = fromCanonical(row, format, { style, bare, keeps, reserved });
  if (isRefused(written)) return written;
  return { ...written, row: withNestedSetting(written.row), lost: [...lost, ...written.lost], format };
}

/** OpenAI's pairs have the setting of calls next to their messages. */
function withNestedSetting({ parallel_tool_calls: setting, ...row }: Fields): Fields {
  if (setting === undefined) return row;
  const { input } = row;
  return isObject(input)
    ? { ...row, input: { ...input, parallel_tool_calls: setting } }
    : { ...row, parallel_tool_calls: setting };
}

function isRefused(written: WrittenRow | UnsupportedRow): written is UnsupportedRow {
  return "unsupported" in written;
}

/** True if a message of the prompt has a second text and rows may be written in Alpaca's format. */
function hasInput(content: Content): boolean {
  const messages = content.kind === "chat" ? content.messages : "prompt" in content ? content.prompt : undefined;
  return Array.isArray(messages) && messages.at(content.kind === "chat" ? -2 : -1)?.input !== undefined;
}

/** True if the prompt and the answers are text without roles. */
function isPlain(content: Content): boolean {
  switch (content.kind) {
    case "completion":
    case "label":
      return typeof content.prompt === "string" && typeof content.completion === "string";
    case "preference":
      return typeof content.prompt === "string" && typeof content.chosen === "string";
    default:
      return false;
  }
}

/** Formats whose prompts and answers may be text or messages. */
const EITHER: ReadonlySet<DatasetFormat> = new Set(["prompt", "prompt-completion", "preference", "kto", "candidates"]);

/**
 * Whether the rows of a file are plain text or messages: trainers read all rows like the first. Null if the format
 * determines it.
 */
export type RowShape = "text" | "messages" | "implicit" | null;

/** The shape of a written row; a pair of texts without a prompt is implicit. */
export function shapeOf(format: DatasetFormat, row: Fields): RowShape {
  if (!EITHER.has(format)) return null;
  const { prompt, chosen, messages } = row;
  if (format === "preference" && prompt === undefined && messages === undefined)
    return typeof chosen === "string" ? "implicit" : "messages";
  return typeof prompt === "string" ? "text" : "messages";
}
