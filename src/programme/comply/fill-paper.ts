import type { CompliancePaper, FilledField, PaperTemplate } from "../../domain/compliance-paper.ts";
import { paperSha256 } from "../../comply/paper-hash.ts";
import { topicOf } from "../../catalog/paper-topics.ts";
import { personalDataIn } from "./personal-data-in.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";

/** An answer to fields of papers, or null with the reason and who can fill it. */
export type PaperAnswer = Pick<FilledField, "answer" | "from">;

/** The person who can fill a field that no record of the programme answers, by its kind of record. */
const WHO: readonly [prefix: string, who: string][] = [
  ["dataset.", "the person responsible for the data"],
  ["annotation.", "the person responsible for the data"],
  ["eval.", "the person who evaluates the model"],
  ["run.", "the person who trains the model"],
  ["cost.", "the person who pays for the training"],
  ["release.", "the person who releases the model"],
  ["gdpr.", "the data protection officer"],
];

/**
 * Fills the fields of a paper. A field without an answer remains empty with the reason, and so does one whose answer
 * contains personal data by a recogniser.
 */
export function fillPaper(
  template: PaperTemplate,
  answers: ReadonlyMap<string, PaperAnswer>,
  { programme, on }: Pick<CompliancePaper, "programme" | "on">,
): CompliancePaper {
  const withheld: string[] = [];
  const fields = template.fields.map((field): FilledField => {
    const { answer, from } = answers.get(field.id) ?? { answer: null, from: nobody(field) };
    const found = answer === null ? [] : personalDataIn(answer);
    if (found.length === 0) return { ...field, answer, from };
    withheld.push(field.id);
    return {
      ...field,
      answer: null,
      from: `the answer contains personal data (${found.join(", ")}): remove it from ${from}`,
    };
  });
  const filled = fields.filter(({ answer }) => answer !== null).length;
  return {
    ...template,
    programme,
    on,
    fields,
    filled,
    sha256: paperSha256({ ...template, fields }),
    approval: null,
    duty: null,
    withheld,
  };
}

function nobody({ id, record }: PaperTemplate["fields"][number]): string {
  const topic = topicOf(id);
  const who = topic?.who ?? WHO.find(([prefix]) => record.startsWith(prefix))?.[1] ?? "whoever owns the programme";
  return `nothing in the programme states it; ${who} can fill it: statements.${topic?.id ?? id} in ${ANSWERS_FILE}`;
}
