import { complianceCatalogue, LAW_FROM } from "../../catalog/compliance.ts";
import { datesFrom } from "../../comply/ai-act-dates.ts";
import { applicable, questions } from "../../comply/applicable.ts";
import { complianceRoles } from "../../comply/roles.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { AppliedRequirement, ComplianceReport, KnownFact } from "../../domain/compliance.ts";
import type { VendorChain } from "../../domain/vendor-chain.ts";
import { isOutsideAct } from "./act-scope.ts";
import type { EvidenceFile } from "./evidence/evidence-file.ts";
import { evidenceOf, isOverdue } from "./evidence/evidence-of.ts";

/** Input of a report. */
export type ReportInput = {
  /** Name of the programme. */
  programme: string;
  on: string;
  facts: ReadonlyMap<string, KnownFact>;
  files: readonly EvidenceFile[];
  vendors: VendorChain;
  answers: ComplianceAnswers;
};

/** Facts from which a derived fact follows; these are asked for instead. */
const DERIVED_FROM: ReadonlyMap<string, readonly string[]> = new Map([
  ["gpai.isProvider", ["base.upstreamExcludesEU", "gpai.trainedFromScratch", "run.modificationFlop"]],
  ["gpai.isSystemicProvider", ["base.systemicRisk", "base.upstreamExcludesEU"]],
  ["gpai.modifierIsProvider", ["run.modificationFlop"]],
  ["dist.fossExempt", ["dist.fossLicence", "dist.monetised", "dist.weightsArchUsagePublic"]],
]);

/** Roles, requirements with their evidence, and open questions, from facts and evidence files. */
export function complianceReport(input: ReportInput): ComplianceReport {
  const { programme, on, facts, files, vendors, answers } = input;
  const catalogue = complianceCatalogue();
  const values = new Map([...facts].map(([id, fact]) => [id, fact.value]));
  const found = applicable(catalogue.requirements, values, on);
  const requirements = found.map(({ requirement, applies, from, dependsOn }): AppliedRequirement => {
    const { id, framework, kind, title, ref, summary, verification, fromRecords, note } = requirement;
    const evidence = evidenceOf(requirement, files, answers.requests);
    return {
      id,
      framework,
      kind,
      title,
      ref,
      summary,
      applies,
      from,
      dependsOn,
      verification,
      fromRecords,
      evidence,
      caveat: note,
    };
  });
  const applying = requirements.filter(({ applies }) => applies === "yes");
  const asked = applying.flatMap(({ evidence }) => evidence);
  const roles = complianceRoles(facts);
  // A programme outside the scope of the EU AI Act has none of its dates.
  const isOutside = isOutsideAct(roles);
  const used = new Set(found.map(({ requirement }) => requirement.source));
  return {
    programme,
    on,
    law: `Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, in force since ${LAW_FROM}; catalogue of 25 November 2026`,
    roles,
    requirements,
    counts: {
      known: catalogue.requirements.length,
      applying: applying.length,
      obligations: applying.filter(({ kind }) => kind === "obligation").length,
      later: requirements.filter(({ applies }) => applies === "later").length,
      unknown: requirements.filter(({ applies }) => applies === "unknown").length,
      generalKnowledge: requirements.filter(({ verification }) => verification === "general").length,
      evidenceFound: asked.filter(({ state }) => state === "found").length,
      evidenceAsked: asked.length,
      overdue: asked.filter((item) => isOverdue(item, on)).length,
    },
    facts: [...facts.values()],
    questions: questions(found, catalogue.facts, DERIVED_FROM),
    vendors,
    deadlines: isOutside ? [] : datesFrom(on),
    sources: Object.fromEntries(Object.entries(catalogue.sources).filter(([id]) => used.has(id))),
  };
}
