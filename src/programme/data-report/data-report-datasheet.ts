import type { DatasheetFact } from "../../domain/datasheet.ts";
import { compositionFacts, nameFacts } from "./datasheet/composition.ts";
import type { DatasheetInput } from "./datasheet/fact.ts";
import { unansweredFacts } from "./datasheet/unanswered-facts.ts";
import { originFacts } from "./datasheet/origins.ts";
import { processingFacts } from "./datasheet/processing.ts";
import { peopleFacts, rightsFacts } from "./datasheet/rights-people.ts";

/**
 * Answers to the questions of compliance papers about data: measured by the pipeline or stated by the programme, and
 * those that a person has to supply. Nothing is guessed: an unstated origin is unknown. Fields of papers: AI Office
 * template for the public summary of training content (C(2025) 5235, 2025-07-24), Datasheets for Datasets (Gebru et al.
 * 2021, arXiv:1803.09010), Croissant 1.0, 1.1 and RAI 1.0, SPDX 3.0.1, GDPR Article 30.
 */
export function datasheetFacts(input: DatasheetInput): DatasheetFact[] {
  return [
    ...nameFacts(input),
    ...originFacts(input),
    ...compositionFacts(input),
    ...rightsFacts(input),
    ...peopleFacts(input),
    ...processingFacts(input),
    ...unansweredFacts(input),
  ];
}
