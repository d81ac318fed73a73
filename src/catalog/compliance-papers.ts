import { readFileSync } from "node:fs";

import { PaperTemplate } from "../domain/compliance-paper.ts";

/** Names of the papers whose fields the catalogue lists. */
export type PaperId =
  | "datasheet"
  | "model-card"
  | "public-summary"
  | "annex-xi"
  | "annex-xii"
  | "gdpr-art30"
  | "dpia"
  | "hipaa-deid";

/**
 * The fields of a paper.
 *
 * @source Gebru et al., arXiv:1803.09010; templates of huggingface_hub; AI Office template, Annex to C(2025) 5235; Regulation (EU) 2024/1689,
 *   Annexes XI and XII; Regulation (EU) 2016/679, Articles 30 and 35; 45 CFR 164.502 to 164.514
 */
export function paperTemplate(id: PaperId): PaperTemplate {
  const url = new URL(`./data/compliance/papers/${id}.json`, import.meta.url);
  return PaperTemplate.parse(JSON.parse(readFileSync(url, "utf8")));
}
