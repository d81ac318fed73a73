import type { CanonicalRow, ChatMessage, DatasetFormat } from "../../domain/canonical-row.ts";
import type { ExportFormat, ExportTrainer } from "../../domain/data-export.ts";
import { fromCanonical, type WrittenRow } from "./convert-row.ts";
import { EXPORT_TARGETS } from "./export-targets.ts";
import type { Content, Refusal } from "./row-format.ts";

/** A row as it was written, and in which format. */
export type ExportedRow = WrittenRow & { format: DatasetFormat };

/** A canonical row for a trainer, in the format that it came from, or in a named one. */
export function exportRow(canonical: CanonicalRow, as: ExportFormat): ExportedRow | Refusal {
  if (as in EXPORT_TARGETS) return forTrainer(canonical, as as ExportTrainer);
  const format = as === "native" ? canonical.native?.format : (as as DatasetFormat);
  if (format === undefined) return { refused: "kind", detail: "it is not said what format the row came from" };
  const written = fromCanonical(canonical, format);
  return isRefused(written) ? written : { ...written, format };
}

function forTrainer(canonical: CanonicalRow, trainer: ExportTrainer): ExportedRow | Refusal {
  const { formats, plain, withInput, style, bare, refuses, weights, needsCallIds } = EXPORT_TARGETS[trainer];
  const { beside: _beside, native: _native, ...content } = canonical;
  const special = hasInput(content) ? withInput : isPlain(content) ? plain?.[content.kind] : undefined;
  const format = special ?? formats[content.kind];
  if (format === undefined)
    return { refused: "kind", detail: `${trainer} has no format for rows of the kind ${content.kind}` };
  const refusal = refuses?.(content);
  if (refusal !== undefined) return refusal;
  const { changed, lost } = takenWeights(canonical, weights);
  const named = needsCallIds ? withCallIds(changed) : changed;
  const written = fromCanonical(named, format, { style, bare });
  return isRefused(written) ? written : { ...written, lost: [...lost, ...written.lost], format };
}

function isRefused(written: WrittenRow | Refusal): written is Refusal {
  return "refused" in written;
}

/** True where a message of the prompt has a second text, and rows may be written as Alpaca has them. */
function hasInput(content: Content): boolean {
  const messages = content.kind === "chat" ? content.messages : "prompt" in content ? content.prompt : undefined;
  return Array.isArray(messages) && messages.at(content.kind === "chat" ? -2 : -1)?.input !== undefined;
}

/** True where the prompt and the answers are text without roles. */
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

/** The row with an id at each call that has none, `call_1` and so on, and at the answers, which come in the order of the calls. */
function withCallIds(canonical: CanonicalRow): CanonicalRow {
  if (canonical.kind === "chat") return { ...canonical, messages: numbered(canonical.messages, 0) };
  if (canonical.kind === "preference" && Array.isArray(canonical.prompt)) {
    const before = canonical.prompt.flatMap(({ tool_calls: calls }) => calls ?? []).length;
    const [chosen, rejected] = [canonical.chosen, canonical.rejected].map((each) =>
      typeof each === "string" ? each : numbered(each, before),
    );
    return { ...canonical, prompt: numbered(canonical.prompt, 0), chosen: chosen!, rejected: rejected! };
  }
  return canonical;
}

function numbered(messages: readonly ChatMessage[], before: number): ChatMessage[] {
  let count = before;
  let open: string[] = [];
  return messages.map((message) => {
    if (message.tool_calls !== undefined) {
      const calls = message.tool_calls.map(({ id, ...call }) => ({ id: id ?? `call_${(count += 1)}`, ...call }));
      open = calls.map(({ id }) => id);
      return { ...message, tool_calls: calls };
    }
    if (message.role !== "tool") return message;
    const id = message.tool_call_id ?? open[0];
    open = open.filter((each) => each !== id);
    return id === undefined ? message : { ...message, tool_call_id: id };
  });
}

/** The row without the weights that the trainer does not take. */
function takenWeights(
  canonical: CanonicalRow,
  weights: "none" | "zero-or-one" | undefined,
): { changed: CanonicalRow; lost: WrittenRow["lost"] } {
  if (weights === undefined || canonical.kind !== "chat") return { changed: canonical, lost: [] };
  const lost: WrittenRow["lost"] = [];
  const messages = canonical.messages.map((message, index): ChatMessage => {
    const { weight, ...rest } = message;
    if (weight === undefined) return message;
    const usual = weight === (message.role === "assistant" ? 1 : 0);
    if (usual || (weights === "zero-or-one" && message.role === "assistant" && weight === 0)) return message;
    lost.push({
      part: "weight",
      detail: `messages ${index + 1}: the weight ${weight} of "${message.role}" has no place`,
    });
    return rest;
  });
  return { changed: lost.length === 0 ? canonical : { ...canonical, messages }, lost };
}
