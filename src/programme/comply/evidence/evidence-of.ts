import type { ComplianceAnswers } from "../../../domain/compliance-answers.ts";
import type { EvidenceItem, EvidenceSource, Requirement } from "../../../domain/compliance.ts";
import type { EvidenceFile } from "./evidence-file.ts";

type Requests = ComplianceAnswers["requests"];

/**
 * Evidence of a requirement: for each required item, the file that proves it by the table of proofs or by a person's
 * statement in `compliance.yaml`, or what is missing, with the person who was asked for it.
 */
export function evidenceOf(
  requirement: Pick<Requirement, "id" | "evidence">,
  files: readonly EvidenceFile[],
  requests: Requests = [],
): EvidenceItem[] {
  const { id } = requirement;
  return requirement.evidence.map(({ artifact, automation, record, provedBy }) => {
    const fitting = files.filter(({ proves, named }) =>
      named === null
        ? proves.some((source) => provedBy.includes(source))
        : named.record === record && named.requirements.includes(id),
    );
    const isFor = (requirements: readonly string[]): boolean => requirements.length === 0 || requirements.includes(id);
    const asked = requests.findLast((request) => request.record === record && isFor(request.requirements));
    const ask = { askedFrom: asked?.from ?? null, due: asked?.due ?? null };
    const file = fitting.find(({ isStale }) => !isStale) ?? fitting[0];
    if (file === undefined) {
      const detail = howTo(provedBy, { record, id });
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

/** Commands that create a missing record, by what proves it. */
const HOW: Readonly<Record<Exclude<EvidenceSource, `paper:${string}`>, string>> = {
  study: "tunewright feasibility",
  budget: "tunewright plan budget --approver NAME",
  "data-run": DATA_RUN,
  quality: `a quality stage in data.pipeline, ${DATA_RUN}`,
  redaction: `a redact stage in data.pipeline, ${DATA_RUN}`,
  rights: `a rights stage in data.pipeline, ${DATA_RUN}`,
  "opt-out-drops": `a rights stage whose rights file names the opt-out files of the websites, ${DATA_RUN}`,
  "opt-out-signals": `a rights stage whose rights file names the opt-out files of the websites, ${DATA_RUN}`,
  "training-job": "tunewright train start, until its job is done-verified",
  releases: "tunewright serve, and an alias or the stage Production for the released version",
  evaluation: "tunewright eval run on a locked set",
  memorisation: "tunewright comply memorisation",
  verbatim: "tunewright comply memorisation --endpoint URL",
  "extraction-and-membership": "tunewright comply memorisation with --model, --canaries and --endpoint",
  "vendor-register": "vendors in compliance.yaml, each with its agreements",
  "vendor-bills": "tunewright ledger import BILL.csv, with the vendors listed in compliance.yaml",
  "access-log": "tunewright serve with accounts, so that its access log names who asked",
  deletion: "tunewright watch forget or tunewright gc, when something must be deleted",
};

/** Commands that create the record, if any does, and the paper that a person can name instead. */
function howTo(provedBy: readonly EvidenceSource[], { record, id }: { record: string; id: string }): string {
  const paper = `a paper with record: ${record} and requirements: [${id}] under documents in compliance.yaml`;
  const commands = provedBy.map((source) =>
    isPaper(source) ? `tunewright comply approve ${source.slice("paper:".length)}` : HOW[source],
  );
  return commands.length === 0 ? paper : `${commands.join(", or ")}, or ${paper}`;
}

function isPaper(source: EvidenceSource): source is Extract<EvidenceSource, `paper:${string}`> {
  return source.startsWith("paper:");
}
