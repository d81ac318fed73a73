import { readFileSync } from "node:fs";

import { PaperTemplate } from "../domain/compliance-paper.ts";

/** Names of the papers whose fields are in the catalogue. */
export type PaperId =
  | "datasheet"
  | "model-card"
  | "public-summary"
  | "annex-xi"
  | "annex-xii"
  | "gdpr-art30"
  | "dpia"
  | "hipaa-deid"
  | "model-documentation"
  | "data-card"
  | "spdx-ai"
  | "art50-marking"
  | "copyright-policy";

/**
 * The fields of a paper.
 *
 * @source Gebru et al., arXiv:1803.09010; templates of huggingface_hub; AI Office template, Annex to C(2025) 5235; Regulation (EU) 2024/1689,
 *   Annexes XI and XII; Regulation (EU) 2016/679, Articles 30 and 35; 45 CFR 164.502 to 164.514; GPAI Code of Practice of 10 July
 *   2025; SPDX 3.0.1. No template exists for `art50-marking` and `copyright-policy`: their fields follow from requirements.
 */
export function paperTemplate(id: PaperId): PaperTemplate {
  const url = new URL(`./data/compliance/papers/${id}.json`, import.meta.url);
  return PaperTemplate.parse(JSON.parse(readFileSync(url, "utf8")));
}

/** All papers, in the order in which they are written. */
export const PAPER_IDS: readonly PaperId[] = [
  "datasheet",
  "model-card",
  "data-card",
  "public-summary",
  "copyright-policy",
  "art50-marking",
  "annex-xi",
  "annex-xii",
  "model-documentation",
  "gdpr-art30",
  "dpia",
  "hipaa-deid",
  "spdx-ai",
];

/** Whether any paper has a field with this id. */
export function isPaperField(id: string): boolean {
  return PAPER_IDS.some((paper) => paperTemplate(paper).fields.some((field) => field.id === id));
}
