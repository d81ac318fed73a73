import { counted, whole } from "../../base/words.ts";
import type { Programme } from "../../domain/programme.ts";

/** What a run found of personal data, by kind. */
type Found = { entities: readonly { entity: string; spans: number }[] } | null | undefined;

/**
 * Personal data that the last run found where programme.yaml says that there is none, in words.
 *
 * @returns undefined where the two agree, or nothing was looked for
 */
export function undeclaredPersonalData({ data }: Programme, found: Found): string | undefined {
  if (data.personalData !== "none" || !found || found.entities.length === 0) return undefined;
  const spans = found.entities.reduce((sum, entity) => sum + entity.spans, 0);
  const kinds = found.entities.map((entity) => `${entity.entity} ${whole(entity.spans)}`);
  return `the last data run found ${counted(spans, "place")} with personal data (${kinds.join(", ")})`;
}

/** Lines of cost, or their figures: that of redaction, zero since programme.yaml says so, tells where a run shows that it is not. */
export function withUndeclared<Line extends { id: string; reason?: string | null | undefined }>(
  lines: readonly Line[],
  programme: Programme,
  found: Found,
): Line[] {
  const undeclared = undeclaredPersonalData(programme, found);
  if (undeclared === undefined) return [...lines];
  const reason = `data.personalData is none, but ${undeclared}: no work is counted for it until the field says pii or phi`;
  return lines.map((line) => (line.id === "cost.data.redaction" ? { ...line, reason } : line));
}
