import type { ComplianceAnswers } from "../../../domain/compliance-answers.ts";
import type { EvidenceItem, Requirement } from "../../../domain/compliance.ts";
import type { EvidenceFile } from "./evidence-file.ts";

type Requests = ComplianceAnswers["requests"];

/**
 * Evidence of a requirement: for each required item, the file that supplies it, or what is missing, with the person who
 * was asked for it.
 */
export function evidenceOf(
  requirement: Pick<Requirement, "id" | "evidence">,
  files: readonly EvidenceFile[],
  requests: Requests = [],
): EvidenceItem[] {
  return requirement.evidence.map(({ artifact, automation, record }) => {
    const isFor = (requirements: readonly string[]): boolean =>
      requirements.length === 0 || requirements.includes(requirement.id);
    const fitting = files.filter(({ records, requirements }) => records.includes(record) && isFor(requirements));
    const asked = requests.findLast((request) => request.record === record && isFor(request.requirements));
    const ask = { askedFrom: asked?.from ?? null, due: asked?.due ?? null };
    const file = fitting.find(({ isStale }) => !isStale) ?? fitting[0];
    if (file === undefined) {
      const detail = HOW[record] ?? byHand(record);
      const none = { ref: null, sha256: null, collectedAt: null, validUntil: null, reviewer: null };
      return { artifact, automation, state: "missing", ...none, detail, ...ask };
    }
    const { path: ref, sha256, detail, collectedAt, validUntil, reviewer } = file;
    const state = file.isStale ? "stale" : "found";
    return { artifact, automation, state, ref, sha256, detail, collectedAt, validUntil, reviewer, ...ask };
  });
}

/** Whether a person was asked for an item, the day has passed, and there is still no current evidence. */
export function isOverdue({ state, due }: Pick<EvidenceItem, "state" | "due">, on: string): boolean {
  return state !== "found" && due !== null && due < on;
}

const DATA_RUN = "tunewright data run, then tunewright data report";

/** The command that creates a missing record, if there is one. */
const HOW: Readonly<Record<string, string>> = {
  "run.config": "tunewright feasibility",
  "run.compute": "tunewright feasibility",
  "cost.entry": "tunewright ledger import BILL.csv, with the vendors listed in compliance.yaml",
  "approval.signoff": "tunewright plan budget --approver NAME, or a signed paper under documents in compliance.yaml",
  "run.artifact": "tunewright train start, until its job is done-verified",
  "release.record": "tunewright serve, and an alias or the stage Production for the released version",
  "eval.result": "tunewright eval run on a locked set",
  "eval.memorisation": "tunewright comply memorisation",
  "eval.bias": "tunewright eval run on a locked set with slices",
  "vendor.register": "vendors in compliance.yaml, each with its agreements",
  "gdpr.dpia": "tunewright comply approve dpia, or a signed paper under documents in compliance.yaml",
  "gdpr.ropa": "tunewright comply approve gdpr-art30, or a signed paper under documents in compliance.yaml",
  "dataset.manifest": DATA_RUN,
  "dataset.filter": DATA_RUN,
  "dataset.quality": DATA_RUN,
  "dataset.scan.pii": `a redact stage in data.pipeline, ${DATA_RUN}`,
  "dataset.scan.licence": `a rights stage in data.pipeline, ${DATA_RUN}`,
  "dataset.scan.optout": `a rights stage whose rights file names the opt-out files of the websites, ${DATA_RUN}`,
};

function byHand(record: string): string {
  return `a paper with record: ${record} under documents in compliance.yaml`;
}
