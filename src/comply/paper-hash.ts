import { canonicalJson, sha256 } from "../base/hash.ts";
import type { CompliancePaper } from "../domain/compliance-paper.ts";

/** Fields with the day on which a paper was written, which change although the content does not. */
const DAYS = new Set(["PST.0.version", "PST.0.updated", "MDF.H.date", "MDF.H.ver"]);

/** SHA-256 over the content of a paper: its template and its answers. This content is approved, not a file of it. */
export function paperSha256({ id, version, fields }: Pick<CompliancePaper, "id" | "version" | "fields">): string {
  const answers = fields.filter((field) => !DAYS.has(field.id)).map((field) => [field.id, field.answer]);
  return sha256(canonicalJson({ id, version, answers }));
}
