import { counted, whole } from "../../base/words.ts";
import type { Programme } from "../../domain/programme.ts";

/** Personal data found by a run, by kind. */
type Found = { entities: readonly { entity: string; spans: number }[] } | null | undefined;

/**
 * Text of personal data found by the last run although programme.yaml states that there is none.
 *
 * @returns undefined if the two agree, or nothing was searched
 */
export function undeclaredPersonalData({ data }: Programme, found: Found): string | undefined {
  if (data.personalData !== "none" || !found || found.entities.length === 0) return undefined;
  const spans = found.entities.reduce((sum, entity) => sum + entity.spans, 0);
  const kinds = found.entities.map((entity) => `${entity.entity} ${whole(entity.spans)}`);
  return `the last data run found ${counted(spans, "place")} with personal data (${kinds.join(", ")})`;
}

/**
 * Cost lines, or their figures: redaction is zero because of programme.yaml; the line says so if a run found personal
 * data.
 */
export function withUndeclared<Line extends { id: string; reason?: string | null | undefined }>(
  lines: readonly Line[],
  programme: Programme,
  found: Found,
): Line[] {
  const undeclared = undeclaredPersonalData(programme, found);
  if (undeclared === undefined) return [...lines];
  const reason = `data.personalData is none, but ${undeclared}: no work is counted for it until the field is pii or phi`;
  return lines.map((line) => (line.id === "cost.data.redaction" ? { ...line, reason } : line));
}
