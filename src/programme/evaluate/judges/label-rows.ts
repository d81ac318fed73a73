import { Failure } from "../../../base/failure.ts";
import { readWholeRows } from "../../../curate/rows/read-whole-rows.ts";
import type { JudgeLabels, JudgePrompt } from "../../../domain/evaluation-judge.ts";
import { type JudgedCase, verdictLabels } from "../../../evaluate/judge/judge-prompt.ts";
import { fieldValue, textOf } from "../../../evaluate/set/eval-item.ts";
import { resolveInside } from "../../folder/resolve-inside.ts";
import type { PromptedItem } from "../load-items.ts";

/** A case with its human label. */
export type LabelledCase = JudgedCase & {
  human: string;
  /** Item of the set, if the label is for an answer to one. */
  id: string | undefined;
  /** Model that wrote the answer. */
  author: string | undefined;
};

/** Maximum number of invalid rows that one message lists. */
const SHOWN = 10;

/**
 * Rows with human labels. A row with the `id` of an item gets its question and reference from the item.
 *
 * @throws Failure not_found; bad_input that names the rows without an answer, with a label that the prompt does not
 * define, or with an unknown item id
 */
export async function readLabelRows(
  dir: string,
  { file }: JudgeLabels,
  {
    prompt,
    reference,
    items,
  }: { prompt: JudgePrompt; reference: string | undefined; items: ReadonlyMap<string, PromptedItem> },
): Promise<LabelledCase[]> {
  const known = new Map(verdictLabels(prompt).map((label) => [label.toLowerCase(), label]));
  const cases: LabelledCase[] = [];
  const problems: string[] = [];
  let number = 0;
  for await (const row of readWholeRows(await resolveInside(dir, file), file)) {
    number += 1;
    const value = (name: string): string | undefined => textOf(fieldValue(row, name)) || undefined;
    const [id, human] = [value("id"), value("human")];
    if (human === undefined) continue; // not labelled yet
    const item = id === undefined ? undefined : items.get(id);
    const isPair = prompt.mode === "pairwise";
    const field = reference === undefined || item === undefined ? undefined : fieldValue(item.item.row, reference);
    const [answer, other] = isPair
      ? [value("answer_a"), value("answer_b")]
      : [value("answer"), value("reference") ?? textOf(field)];
    const question = value("question") ?? item?.promptText;
    const label = known.get(human.toLowerCase());
    const lacks = [
      ...(answer === undefined ? [isPair ? "answer_a" : "answer"] : []),
      ...(other === undefined && prompt.mode !== "rubric" ? [isPair ? "answer_b" : "reference"] : []),
      ...(question === undefined ? [id === undefined ? "question" : `question, nor is ${id} an item of the set`] : []),
    ];
    if (label === undefined) problems.push(`row ${number}: the label ${JSON.stringify(human)} is not in the prompt`);
    else if (lacks.length > 0) problems.push(`row ${number} has no ${lacks.join(", no ")}`);
    else {
      const author = value(isPair ? "author_a" : "author");
      cases.push({ question: question!, answer: answer!, reference: other, human: label, id, author });
    }
  }
  if (problems.length === 0 && cases.length > 0) return cases;
  const more = problems.length > SHOWN ? [`  and ${problems.length - SHOWN} more`] : [];
  const lines = problems.slice(0, SHOWN).map((text) => `  ${text}`);
  throw new Failure(
    "bad_input",
    [`${file}: ${cases.length === 0 ? "no row can be used" : `${problems.length} rows cannot be used`}`]
      .concat(lines, more)
      .join("\n"),
    { hint: `labels are ${[...known.values()].join(", ")}; docs/guides/evaluation.md lists the fields` },
  );
}
