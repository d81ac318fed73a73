import { ownedCount, ownedPrice } from "../../serving/own-machines.ts";
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
        ? `The raw rows contain health data, and ${wasRedacted(curation) ? "the last data run redacted what its recognisers found" : "there is no evidence yet that it was redacted"}: every tool and cloud service that receives it needs an agreement (BAA or Article 28 GDPR).`
        : "The raw rows contain personal data, and there is no evidence yet that it was redacted.",
    action: "redact before anybody labels, keep the evidence, and name the processors",
  },
  {
    id: "duties.residency",
    about: "data must stay in one place, but the prices are of sellers anywhere",
    severity: (facts) =>
      facts.programme.requirements.residency === "none" || rented(facts).length === 0 ? undefined : "high",
    text: (facts) =>
      `Data must stay ${PLACES[facts.programme.requirements.residency]}, but the fleet for ${rented(facts).join(" and ")} is priced over sellers of every region: it may not be available there at that price.`,
    action: (facts) =>
      `get an offer for GPUs ${PLACES[facts.programme.requirements.residency]}, and set ${rented(facts)
        .map((use) => `${use}.gpuUsdPerHour`)
        .join(" and ")}, or import it with tunewright prices import and set training.sellerClass to own-contract`,
  },
  {
    id: "duties.own-machines",
    about: "data must stay on the premises, and the stated machines are too few to serve it",
    severity: (facts) => (tooFew(facts) === undefined ? undefined : "high"),
    text: (facts) => {
      const { gpu, needed, owned } = tooFew(facts)!;
      return `Data must stay on your premises, and serving needs ${needed} × ${gpu} at the peak: training states ${owned}.`;
    },
    action: "buy or free the missing GPUs, or lower serving.peakOverMean or serving.spareReplicas",
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
    about: "the threshold of the AI Act's compute rule may be reached",
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

/** The uses of GPUs that are priced by sellers, not by the user. */
function rented({ programme, serving }: StudyFacts): ("training" | "serving")[] {
  const { training } = programme;
  if (training.sellerClass === "own-contract") return [];
  const isOwn =
    training.gpuUsdPerHour !== undefined ||
    (training.fleets?.every(({ gpuUsdPerHour }) => gpuUsdPerHour !== undefined) ?? false);
  const isServedElsewhere =
    serving !== null &&
    serving.statedUsdPerMonth === null &&
    programme.serving.gpuUsdPerHour === undefined &&
    ownedPrice(programme, serving.chosen.gpu) === undefined;
  return [...(isOwn ? [] : (["training"] as const)), ...(isServedElsewhere ? (["serving"] as const) : [])];
}

/** GPUs that serving needs, if there are fewer stated machines. */
function tooFew({ programme, serving }: StudyFacts): { gpu: string; needed: number; owned: number } | undefined {
  if (serving?.chosen === undefined || serving.statedUsdPerMonth !== null) return undefined;
  const { gpu, gpusPerReplica, replicas } = serving.chosen;
  const owned = ownedCount(programme, gpu);
  const needed = gpusPerReplica * (replicas ?? 0);
  return owned === undefined || needed <= owned ? undefined : { gpu, needed, owned };
}

function unlicensed({ programme }: StudyFacts): string[] {
  return programme.data.files
    .filter(
      (file) =>
        file.licence === undefined &&
        (file.origin === "licensed" || file.origin === "public" || file.origin === "scraped"),
    )
    .map((file) => file.path);
}

/** True if the trained rows passed the stage redact. */
function wasRedacted(curation: StudyFacts["curation"]): boolean {
  return curation?.state === "used" && curation.stages.some(({ stage }) => stage === "redact");
}
