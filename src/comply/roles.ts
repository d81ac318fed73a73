import { formatNumber } from "../base/units.ts";
import type { ComplianceRole, FactValue, KnownFact } from "../domain/compliance.ts";
import { flopText } from "./training-flop.ts";

type Known = ReadonlyMap<string, KnownFact>;
type Answer = ComplianceRole["answer"];

/**
 * The roles that decide which duties apply, each with its chain: rule, facts, source, and what would change the answer.
 *
 * @param known all facts, stated, gathered or derived
 */
export function complianceRoles(known: Known): ComplianceRole[] {
  const inScope = scope(known);
  return [
    inScope,
    ...[modelProvider(known), openSource(known), systemProvider(known), deployer(known), highRisk(known)].map((role) =>
      withinScope(role, inScope),
    ),
    gdpr(known),
    hipaa(known),
  ].map(namingOpenFacts);
}

/** A role of the AI Act: outside its scope nobody has one, whatever is unknown about it. */
function withinScope(role: ComplianceRole, { answer }: ComplianceRole): ComplianceRole {
  if (answer !== "no" || role.answer === "no") return role;
  return { ...role, answer: "no", reason: "The programme is outside the scope of the EU AI Act." };
}

/** The role; where its answer is unknown, the reason names the facts that are not known yet. */
function namingOpenFacts(role: ComplianceRole): ComplianceRole {
  const open = role.facts.filter((fact) => fact.value === null).map(({ id }) => id);
  if (role.answer !== "unknown" || open.length === 0) return role;
  return { ...role, reason: `${role.reason} Not known yet: ${open.join(", ")}.` };
}

function value(known: Known, id: string): FactValue {
  return known.get(id)?.value ?? null;
}

function facts(known: Known, ids: readonly string[]): KnownFact[] {
  return ids.map((id) => known.get(id) ?? { id, value: null, source: "not stated" });
}

/** Yes if a fact is true, no if it is false. */
function byFact(fact: FactValue): Answer {
  return fact === null ? "unknown" : fact === true ? "yes" : "no";
}

function scope(known: Known): ComplianceRole {
  const isMarket = value(known, "scope.placedOnUnionMarket");
  const hasUsers = value(known, "scope.euUsers");
  const isResearch = value(known, "scope.researchOnly");
  const isInside = isMarket === true || hasUsers === true;
  const isOutside = isMarket === false && hasUsers === false;
  const answer: Answer = isResearch === true || isOutside ? "no" : isInside && isResearch === false ? "yes" : "unknown";
  return {
    id: "scope",
    title: "Within the scope of the EU AI Act",
    answer,
    reason:
      isResearch === true
        ? "The model serves research alone, or has not been placed on the market yet."
        : isOutside
          ? "Nothing is placed on the Union market, and nobody in the Union uses it or its output."
          : isInside
            ? "The model or system is placed on the Union market, or people in the Union use it or its output."
            : "The programme does not say whether it is offered or used in the Union.",
    rule: "Articles 2(1), 2(6) and 2(8), recital 97",
    verification: "primary",
    facts: facts(known, [
      "scope.placedOnUnionMarket",
      "scope.euUsers",
      "scope.researchOnly",
      "scope.internalNonEssential",
    ]),
    wouldChange: "The first offer or use in the Union, and the end of pure research.",
  };
}

function modelProvider(known: Known): ComplianceRole {
  const provider = value(known, "gpai.isProvider");
  const modifier = value(known, "gpai.modifierIsProvider");
  const used = value(known, "run.modificationFlop");
  const threshold = value(known, "gpai.threshold");
  const answer: Answer =
    provider === true ? "yes" : provider === false ? "no" : modifier === "amber" ? "amber" : "unknown";
  return {
    id: "gpai-provider",
    title: "Provider of a general-purpose AI model, by modifying one",
    answer,
    reason:
      typeof used === "number" && typeof threshold === "number"
        ? `All training on this base takes at most ${flopText(used)} FLOP, ${formatNumber((100 * used) / threshold, 2)} % of the limit of ${flopText(threshold)} FLOP (one third of the base, or the fallback if the compute of the base is not published).`
        : "The compute of the training is unknown.",
    rule: "Commission guidelines C(2025) 5045, section 3.2 and Annex A: more than one third of the base model's training compute, within 30 %; not binding. Below 2.56e22 FLOP the answer is no for every base.",
    verification: "primary",
    facts: facts(known, [
      "base.id",
      "base.trainingFlop",
      "run.modificationFlop",
      "gpai.threshold",
      "gpai.share",
      "base.upstreamExcludesEU",
      "gpai.trainedFromScratch",
    ]),
    wouldChange:
      "More training on the same base, a significant change of its capabilities, or a maker that excluded the Union.",
  };
}

function openSource(known: Known): ComplianceRole {
  return {
    id: "foss-exemption",
    title: "Exempt as a free and open-source model",
    answer: byFact(value(known, "dist.fossExempt")),
    reason:
      "Needs an open licence without limits on use, no monetisation, and weights, architecture and usage in public. It lifts Article 53(1)(a), (b) and Article 54, never 53(1)(c) and (d).",
    rule: "Article 53(2); Commission guidelines C(2025) 5045, section 4.2",
    verification: "primary",
    facts: facts(known, [
      "dist.fossLicence",
      "dist.monetised",
      "dist.weightsArchUsagePublic",
      "gpai.isSystemicProvider",
    ]),
    wouldChange: "A licence that limits users, fields or scale (the Llama licences do), or any price.",
  };
}

function systemProvider(known: Known): ComplianceRole {
  const puts = value(known, "sys.putsIntoService");
  const inScope = scope(known).answer;
  const answer: Answer = inScope === "no" ? "no" : puts === null || inScope === "unknown" ? "unknown" : byFact(puts);
  return {
    id: "system-provider",
    title: "Provider of an AI system",
    answer,
    reason:
      answer === "no"
        ? "No system is put into service in the Union under this name."
        : "Whoever modifies a generative system, with new training data for example, and puts it into service under their own name is provider of a new system. No compute threshold applies: Article 50 is binding.",
    rule: "Articles 3(3), 3(11) and 50; Commission guidelines C(2026) 5054, paragraph 11",
    verification: "primary",
    facts: facts(known, [
      "sys.putsIntoService",
      "sys.modifiedExistingSystem",
      "dist.modelOnlyNoSystem",
      "sys.interactsWithPersons",
      "sys.generatesSynthetic",
    ]),
    wouldChange: "Distributing only the model, or offering the system under another company's name.",
  };
}

function deployer(known: Known): ComplianceRole {
  return {
    id: "deployer",
    title: "Deployer of an AI system",
    answer: byFact(value(known, "sys.isDeployer")),
    reason: "A deployer uses a system under its own authority.",
    rule: "Articles 3(4) and 26",
    verification: "primary",
    facts: facts(known, ["sys.isDeployer"]),
    wouldChange: "Using the system in one's own work.",
  };
}

function highRisk(known: Known): ComplianceRole {
  const level = value(known, "sys.highRisk");
  return {
    id: "high-risk",
    title: "High-risk AI system",
    answer: level === null ? "unknown" : level === "no" ? "no" : "yes",
    reason:
      level === null
        ? "Not stated: does it decide on work, education, credit, health care, law enforcement, migration or justice (Annex III), or is it part of a regulated product (Annex I)?"
        : level === "no"
          ? "According to the programme's owner, it is in neither annex."
          : `It falls under ${level === "annexI" ? "Annex I, from 2 August 2028" : "Annex III, from 2 December 2027"}.`,
    rule: "Article 6, Annexes I and III, as amended by Regulation (EU) 2026/1744",
    verification: "primary",
    facts: facts(known, ["sys.highRisk", "sys.substantialModificationOfHighRisk"]),
    wouldChange: "Another intended purpose.",
  };
}

function gdpr(known: Known): ComplianceRole {
  const isPersonal = value(known, "data.personal");
  const role = value(known, "gdpr.role");
  const answer: Answer =
    isPersonal === false || role === "none" ? "no" : isPersonal === null || role === null ? "unknown" : "yes";
  return {
    id: "gdpr",
    title: "Bound by the GDPR for the training data",
    answer,
    reason:
      answer === "yes"
        ? `The data are personal; role: ${String(role)}. A tuned model is not anonymous by default (EDPB Opinion 28/2024).`
        : isPersonal === false
          ? "According to the programme, no personal data are processed."
          : answer === "no"
            ? "According to the programme, its owner is neither a controller nor a processor under the GDPR."
            : "The programme does not say enough about personal data, or about who controls them.",
    rule: "Regulation (EU) 2016/679, Articles 2, 3, 4(7) and 4(8)",
    verification: "general",
    facts: facts(known, ["data.personal", "data.special", "gdpr.role", "org.establishedInEU", "scope.euUsers"]),
    wouldChange: "Personal data in any row, prompt or log.",
  };
}

function hipaa(known: Known): ComplianceRole {
  const isPhi = value(known, "data.usPhi");
  const role = value(known, "org.hipaaRole");
  const deid = value(known, "data.deid");
  const deidentified =
    deid === "safeHarbor" || deid === "expert"
      ? " The de-identified rows are outside these rules (164.502(d)(2)); the rows that they were made from are not."
      : "";
  const answer: Answer =
    isPhi === false || role === "none" ? "no" : isPhi === null || role === null ? "unknown" : "yes";
  return {
    id: "hipaa",
    title: "Bound by HIPAA",
    answer,
    reason:
      answer === "yes"
        ? `The rows as received contain protected health information; role: ${String(role)}. Every vendor that it reaches needs a business associate agreement.${deidentified}`
        : answer === "no"
          ? "No protected health information of a US patient is processed, or the owner is neither covered entity nor business associate."
          : isPhi === true
            ? "The rows contain health data, but the programme does not state whether the owner is a covered entity or a business associate."
            : "The programme does not state whether the rows contain health information of patients in the United States.",
    rule: "45 CFR 160.103, 164.502 with its paragraph (d), and 164.514",
    verification: "general",
    facts: facts(known, ["data.usPhi", "org.hipaaRole", "data.deid"]),
    wouldChange:
      "Rows that another party de-identified by Safe Harbor or by an expert, so that no protected health information is handled here.",
  };
}
