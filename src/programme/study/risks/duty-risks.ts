import type { StudyFacts } from "../study-facts.ts";
import type { RiskRule } from "./risk-rule.ts";

const PLACES = { none: "", eu: "in the EU", us: "in the US", "on-premises": "on your premises" } as const;

/** Risks of rights, personal data and the law. */
export const DUTY_RISKS: readonly RiskRule[] = [
  {
    id: "duties.rights",
    about: "third-party rows have no licence",
    severity: (facts) => (unlicensed(facts).length > 0 ? "high" : undefined),
    text: (facts) => `No licence is stated for ${unlicensed(facts).join(", ")}, whose rows are not your own.`,
    action: "clear the rights and write the licence next to the file, or remove the rows",
  },
  {
    id: "duties.personal-data",
    about: "raw rows contain personal data",
    severity: ({ programme, curation }) => {
      const isRedacted = wasRedacted(curation);
      const { personalData } = programme.data;
      if (isRedacted) return personalData === "phi" ? "medium" : undefined;
      return ({ none: undefined, pii: "medium", phi: "high" } as const)[personalData];
    },
    text: ({ programme, curation }) =>
      programme.data.personalData === "phi"
        ? `The raw rows contain health data, and ${wasRedacted(curation) ? "the last data run redacted what its recognisers found" : "there is no evidence yet that it was redacted"}: every tool and cloud that sees it needs an agreement (BAA or Article 28 GDPR).`
        : "The raw rows contain personal data, and there is no evidence yet that it was redacted.",
    action: "redact before anybody labels, keep the evidence, and name the processors",
  },
  {
    id: "duties.residency",
    about: "data must stay in one place, but the prices are of sellers anywhere",
    severity: ({ programme: { requirements, training } }) =>
      requirements.residency === "none" || training.sellerClass === "own-contract" ? undefined : "high",
    text: ({ programme }) =>
      `Data must stay ${PLACES[programme.requirements.residency]}, but the fleet is priced over sellers of every region: it may not be available there at that price.`,
    action:
      "get an offer from there, import it with tunewright prices import, and set training.sellerClass to own-contract",
  },
  {
    id: "duties.api-not-allowed",
    about: "synthetic rows are planned and an API may not see the data",
    severity: ({ programme }) =>
      programme.data.syntheticRows > 0 && !programme.requirements.apiAllowed ? "medium" : undefined,
    text: () =>
      "Synthetic rows are planned, and an outside API may not see the data: the generator must run inside too.",
    action: "plan a local generator model, or drop the synthetic rows",
  },
  {
    id: "duties.ai-act",
    about: "the AI Act's compute rule is not clearly out of reach",
    severity: ({ aiAct }) =>
      aiAct.verdict === "provider"
        ? "high"
        : aiAct.verdict === "amber" || aiAct.verdict === "unknown"
          ? "medium"
          : undefined,
    text: ({ aiAct }) => aiAct.sentence,
    action: "have counsel look at the AI Act section before the first run",
  },
];

function unlicensed({ programme }: StudyFacts): string[] {
  return programme.data.files
    .filter(
      (file) =>
        file.licence === undefined &&
        (file.origin === "licensed" || file.origin === "public" || file.origin === "scraped"),
    )
    .map((file) => file.path);
}

/** True if the trained rows went through the stage redact. */
function wasRedacted(curation: StudyFacts["curation"]): boolean {
  return curation?.state === "used" && curation.stages.some(({ stage }) => stage === "redact");
}
