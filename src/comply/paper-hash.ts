import { canonicalJson, sha256 } from "../base/hash.ts";
import type { CompliancePaper } from "../domain/compliance-paper.ts";

/** Fields that name the day on which a paper was written: they change without a change of content. */
const DAYS = new Set(["PST.0.version", "PST.0.updated", "MDF.H.date", "MDF.H.ver"]);

/** SHA-256 over what a paper says: its template and its answers. What is approved is this content, not a file of it. */
export function paperSha256({ id, version, fields }: Pick<CompliancePaper, "id" | "version" | "fields">): string {
  const answers = fields.filter((field) => !DAYS.has(field.id)).map((field) => [field.id, field.answer]);
  return sha256(canonicalJson({ id, version, answers }));
}
