import type { EvaluationScorer } from "../../domain/evaluation-scorer.ts";
import { type EvalItem, fieldValue, textOf } from "../set/eval-item.ts";

/** A fenced block of code with its language. */
const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm;

/**
 * The program made from an answer and its tests: the field that precedes it, the code of the answer, the tests, and the
 * call of `check` if an entry point is named. Undefined if the item has no tests.
 *
 * @source Chen et al. 2021, "Evaluating large language models trained on code": how HumanEval runs a completion
 */
export function codeProgram(
  { tests, entryPoint, before }: Extract<EvaluationScorer, { kind: "code" }>,
  answer: string,
  { row }: Pick<EvalItem, "row">,
): string | undefined {
  const field = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : textOf(fieldValue(row, name));
  const test = field(tests);
  if (test === undefined) return undefined;
  const name = field(entryPoint);
  return [`${field(before) ?? ""}${codeIn(answer)}`, test, ...(name === undefined ? [] : [`check(${name})`]), ""].join(
    "\n",
  );
}

/** The blocks of Python of an answer, in their order. */
export function pythonIn(answer: string): string[] {
  return [...answer.matchAll(FENCE)].flatMap(([, , language = "", code = ""]) =>
    /^py(?:thon)?3?$/i.test(language) ? [code] : [],
  );
}

/** The code of an answer: its last Python block, otherwise its last block, otherwise the whole answer. */
function codeIn(answer: string): string {
  const blocks = [...answer.matchAll(FENCE)].map(([, , language = "", code = ""]) => ({ language, code }));
  const python = blocks.filter(({ language }) => /^py(?:thon)?3?$/i.test(language));
  return (python.at(-1) ?? blocks.at(-1))?.code ?? answer;
}
