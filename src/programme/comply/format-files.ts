import { hubCard, hubCardProblems, type HubCard } from "../../comply/hub-card.ts";
import { type SpdxFacts, spdxDocument, spdxProblems } from "../../comply/spdx-document.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import type { FormatCheck } from "../../domain/format-check.ts";

/** A file in an external format, with its verdict. */
export type FormatFile = { name: string; content: string; check: FormatCheck };

/** Cards of the Hugging Face Hub by their paper. */
const CARDS: Readonly<Record<string, { kind: HubCard; name: string }>> = {
  "model-card": { kind: "model", name: "model-card.README.md" },
  "data-card": { kind: "dataset", name: "data-card.README.md" },
};

/** The papers in external formats: cards for the Hub, and SPDX as JSON-LD; each checked for required fields. */
export function formatFiles(papers: readonly CompliancePaper[], facts: SpdxFacts): FormatFile[] {
  return papers.flatMap((paper): FormatFile[] => {
    const card = CARDS[paper.id];
    if (card !== undefined) return [cardFile(paper, card)];
    return paper.id === "spdx-ai" ? [spdxFile(paper, facts)] : [];
  });
}

function cardFile(paper: CompliancePaper, { kind, name }: { kind: HubCard; name: string }): FormatFile {
  const content = hubCard(paper);
  const required = paper.fields.filter((field) => field.required === "required").map(({ field }) => field);
  const check = {
    file: name,
    format: `Hugging Face ${kind} card, ${paper.version}`,
    checkedBy: "our own check of the documented fields and sections; the Hub was not asked",
    problems: hubCardProblems(content, kind, required),
  };
  return { name, content, check };
}

function spdxFile(paper: CompliancePaper, facts: SpdxFacts): FormatFile {
  const document = spdxDocument(paper, facts);
  const name = "spdx-ai.spdx.json";
  const check = {
    file: name,
    format: "SPDX 3.0.1, JSON-LD",
    checkedBy: "our own check of the required properties and references; the official schema was not used",
    problems: spdxProblems(document),
  };
  return { name, content: `${JSON.stringify(document, null, 2)}\n`, check };
}
