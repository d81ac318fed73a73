import { sha256 } from "../../../base/hash.ts";
import { EvidenceSource } from "../../../domain/compliance.ts";
import type { CompliancePaper } from "../../../domain/compliance-paper.ts";
import type { EvidenceFile } from "./evidence-file.ts";

/**
 * Approved papers: a record of each approval with the answers that were approved. A paper that has changed since its
 * approval is out of date, and its record has the approval alone, because the approved answers are no longer there.
 */
export function paperEvidence(papers: readonly CompliancePaper[]): EvidenceFile[] {
  return papers.flatMap(({ id, title, version, fields, filled, sha256: hash, approval }) => {
    const source = EvidenceSource.safeParse(`paper:${id}`);
    if (approval === null || !source.success) return [];
    const { by, at, sha256: approved, isCurrent } = approval;
    const answers = isCurrent ? fields.map(({ id: field, answer, from }) => ({ field, answer, from })) : null;
    const record = { paper: id, version, approval: { by, at, sha256: approved }, currentSha256: hash, answers };
    const content = `${JSON.stringify(record, null, 2)}\n`;
    const share = `${filled} of ${fields.length} fields filled`;
    return [
      {
        path: `approvals/${id}.json`,
        sha256: sha256(content),
        proves: [source.data],
        detail: `${title}, approved by ${by} on ${at.slice(0, 10)} with SHA-256 ${approved.slice(0, 16)}: ${isCurrent ? share : `changed since; its SHA-256 is ${hash.slice(0, 16)}`}`,
        isStale: !isCurrent,
        named: null,
        collectedAt: at.slice(0, 10),
        validUntil: null,
        reviewer: by,
        content,
      },
    ];
  });
}
