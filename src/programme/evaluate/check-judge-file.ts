import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { JudgeCheck } from "../../domain/judge-check.ts";
import { checkJudge, type JudgeTerms } from "../../evaluate/judge/check-judge.ts";
import type { JudgedRow } from "../../evaluate/judge/judged-row.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";

/** Fields of a file of labels. */
export type LabelFields = {
  human: string;
  judge: string;
  swapped: string | undefined;
  answer: string | undefined;
  author: string | undefined;
  /** Value of `author` that denotes the judge's own model. */
  self: string | undefined;
};

/** Input of the check. */
export type CheckJudgeFile = { path: string; shown: string; fields: LabelFields; terms: JudgeTerms };

/**
 * Compares a judge with the human labels in a file; a row without a human label was scored only by the judge.
 *
 * @throws Failure not_found; bad_input if a row cannot be read, no row has a field, or no label counts as true
 */
export async function checkJudgeFile({ path, shown, fields, terms }: CheckJudgeFile): Promise<JudgeCheck> {
  const rows: JudgedRow[] = [];
  const seen = new Set<string>();
  for await (const row of readWholeRows(path, shown)) {
    for (const name of Object.keys(row)) seen.add(name);
    rows.push(judgedRow(row, fields));
  }
  for (const name of [fields.human, fields.judge, fields.swapped, fields.answer, fields.author]) {
    if (name === undefined || seen.has(name)) continue;
    throw new Failure("bad_input", `${shown}: no row has a field ${JSON.stringify(name)}`, {
      hint: didYouMean(name, seen) ?? `its fields are ${[...seen].join(", ")}`,
    });
  }
  const labels = new Set(rows.map(({ human }) => human).filter((label) => label !== undefined));
  const unknown = terms.positive.find((label) => !labels.has(label));
  if (unknown !== undefined) {
    throw new Failure("bad_input", `no human label is ${JSON.stringify(unknown)}`, {
      hint: `the human labels are ${[...labels].toSorted().join(", ")}`,
    });
  }
  return { file: shown, ...checkJudge(rows, terms) };
}

function judgedRow(row: Readonly<Record<string, unknown>>, fields: LabelFields): JudgedRow {
  const value = (name: string | undefined): string | undefined => {
    const text = name === undefined ? undefined : textOf(fieldValue(row, name));
    return text === "" ? undefined : text;
  };
  const author = value(fields.author);
  return {
    human: value(fields.human),
    judge: value(fields.judge) ?? "",
    swapped: value(fields.swapped),
    length: value(fields.answer)?.length,
    isOwn: author === undefined || fields.self === undefined ? undefined : author === fields.self,
  };
}
