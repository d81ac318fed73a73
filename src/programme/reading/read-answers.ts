import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { complianceCatalogue } from "../../catalog/compliance.ts";
import { isPaperField } from "../../catalog/compliance-papers.ts";
import { PAPER_TOPICS } from "../../catalog/paper-topics.ts";
import { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import { checkFile } from "../folder/file-failure.ts";
import { ANSWERS_FILE } from "./answers-file.ts";

/**
 * Reads `compliance.yaml`; a folder without one has no answers.
 *
 * @throws Failure bad_input with the line of an invalid value, or of an unknown fact
 */
export async function readAnswers(dir: string): Promise<ComplianceAnswers> {
  const text = await readTextIfAny(join(dir, ANSWERS_FILE));
  if (text === null) return ComplianceAnswers.parse({});
  const { value, lineOf } = parseYaml(text, ANSWERS_FILE);
  const stated = checkFile(
    ComplianceAnswers,
    { value: value ?? {}, lineOf },
    { shown: ANSWERS_FILE, hint: "tunewright comply ask prints the form of an answer" },
  );
  const known = new Map(complianceCatalogue().facts.map((fact) => [fact.id, fact]));
  for (const [id, { value: answer }] of Object.entries(stated.answers)) {
    const fact = known.get(id);
    const line = lineOf(["answers", id]);
    if (fact === undefined) {
      throw new Failure("bad_input", `${ANSWERS_FILE}, line ${line}: unknown fact "${id}"`, {
        hint: "tunewright comply ask lists the facts",
      });
    }
    const problem = wrongAnswer(fact.type, answer);
    if (problem !== undefined) {
      throw new Failure("bad_input", `${ANSWERS_FILE}, line ${line}, answers.${id}: ${problem}`, {
        hint: "tunewright comply ask shows what the question expects",
      });
    }
  }
  for (const name of Object.keys(stated.statements)) {
    if (PAPER_TOPICS.some(({ id }) => id === name) || isPaperField(name)) continue;
    throw new Failure(
      "bad_input",
      `${ANSWERS_FILE}, line ${lineOf(["statements", name])}: "${name}" is neither a topic nor a field of a paper`,
      {
        hint: `topics: ${PAPER_TOPICS.map(({ id }) => id).join(", ")}; fields are in the papers that tunewright comply papers writes`,
      },
    );
  }
  refuseUnknownEvidence(stated, lineOf);
  return stated;
}

/** Refuses a document or request for a record or requirement that nobody asks for: it would count for nothing. */
function refuseUnknownEvidence(
  { documents, requests }: ComplianceAnswers,
  lineOf: (path: readonly PropertyKey[]) => number,
): void {
  const { requirements } = complianceCatalogue();
  const ids = new Set(requirements.map(({ id }) => id));
  const records = new Set(requirements.flatMap(({ evidence }) => evidence.map(({ record }) => record)));
  for (const [list, entries] of Object.entries({ documents, requests })) {
    for (const [index, { record, requirements: wanted }] of entries.entries()) {
      const place = `${ANSWERS_FILE}, line ${lineOf([list, index])}, ${list}.${index}`;
      if (!records.has(record)) {
        throw new Failure("bad_input", `${place}: no requirement asks for the record "${record}"`, {
          hint: `records: ${[...records].toSorted().join(", ")}`,
        });
      }
      const unknown = wanted.find((id) => !ids.has(id));
      if (unknown !== undefined) {
        throw new Failure("bad_input", `${place}: unknown requirement "${unknown}"`, {
          hint: "tunewright comply show lists the requirements",
        });
      }
    }
  }
}

/** Problem of an answer to a fact of this type; undefined if it is valid. */
function wrongAnswer(type: string, answer: boolean | number | string | string[]): string | undefined {
  const choices = /^(enum|set)\(([^)]*)\)/.exec(type);
  const allowed = choices?.[2]?.split(",") ?? [];
  if (choices?.[1] === "enum") {
    return allowed.includes(String(answer))
      ? undefined
      : `expected one of ${allowed.join(", ")}, got ${JSON.stringify(answer)}`;
  }
  if (choices?.[1] === "set") {
    const isListed = Array.isArray(answer) && answer.every((word) => allowed.includes(word));
    return isListed ? undefined : `expected a list of ${allowed.join(", ")}, got ${JSON.stringify(answer)}`;
  }
  const wanted = type.startsWith("bool") ? "boolean" : type.startsWith("number") ? "number" : "string";
  return typeof answer === wanted ? undefined : `expected a ${wanted}, got ${JSON.stringify(answer)}`;
}
