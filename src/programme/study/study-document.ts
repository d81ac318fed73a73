import type { Study } from "../../domain/study.ts";
import type { ReportDocument } from "../../report/document.ts";
import { aiActSection } from "./sections/ai-act.ts";
import { alternativesSection } from "./sections/alternatives.ts";
import {
  chainsSection,
  decisionsSection,
  furtherRisksSection,
  risksSection,
  unknownsSection,
} from "./sections/close.ts";
import { costSection } from "./sections/cost.ts";
import { datasetSection } from "./sections/dataset.ts";
import { methodSection } from "./sections/method.ts";
import { paybackSection } from "./sections/payback.ts";
import { reconciliationSection } from "./sections/reconciliation.ts";
import { signOffSection, summarySection } from "./sections/summary.ts";
import { trainingSection } from "./sections/training.ts";
import type { StudyLinks } from "./study-links.ts";

/** The document of a study: first the decision, then the reasons, then the basis. */
export function studyDocument(study: Study, links: StudyLinks = {}): ReportDocument {
  return {
    title: study.programme,
    subtitle: "Feasibility study of a fine-tuning programme",
    facts: [
      { label: "Study of", value: study.generatedOn },
      { label: "Owner", value: study.owner ?? "not named" },
      { label: "Start", value: study.start ?? "not set" },
      { label: "Base model", value: study.model.id },
      { label: "GPU prices of", value: study.pricesOf ?? "your own contract" },
      { label: "Seed", value: String(study.cost.seed) },
      { label: "Made by", value: study.tool },
      { label: "programme.yaml", value: `sha256 ${study.programmeSha256.slice(0, 12)}` },
    ],
    sections: [
      // Three printed pages that are complete on their own: the decision, the money, then the risks with the signatures.
      summarySection(study),
      decisionsSection(study),
      paybackSection(study),
      { ...risksSection(study), page: true },
      unknownsSection(study),
      signOffSection(study),
      { ...datasetSection(study, links), part: "Appendix" },
      methodSection(study),
      trainingSection(study),
      costSection(study),
      ...(study.reconciliation === null ? [] : [reconciliationSection(study.reconciliation)]),
      ...alternativesSection(study),
      aiActSection(study),
      ...furtherRisksSection(study),
      chainsSection(study),
    ],
    footer: `Made by ${study.tool} on ${study.generatedOn} from programme.yaml (sha256 ${study.programmeSha256}). Estimates are ranges: one case in ten is below p10, one in ten above p90.`,
  };
}
