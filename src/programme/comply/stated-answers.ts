import { PAPER_TOPICS } from "../../catalog/paper-topics.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { PaperAnswer } from "./fill-paper.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";

/** Statements of people for papers, by topic first, so that a statement for a single field replaces it. */
export function statedAnswers({ statements }: ComplianceAnswers): [string, PaperAnswer][] {
  const entries = Object.entries(statements).map(([name, { text, by, on }]) => ({
    fields: PAPER_TOPICS.find(({ id }) => id === name)?.fields ?? [name],
    isTopic: PAPER_TOPICS.some(({ id }) => id === name),
    answer: { answer: text, from: `statements.${name} in ${ANSWERS_FILE}: ${by}, ${on}` },
  }));
  return entries
    .toSorted((a, b) => Number(b.isTopic) - Number(a.isTopic))
    .flatMap(({ fields, answer }) => fields.map((field): [string, PaperAnswer] => [field, answer]));
}
