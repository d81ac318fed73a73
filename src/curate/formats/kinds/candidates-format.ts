import type { Turns } from "../../../domain/canonical-row.ts";
import { defined } from "../json-value.ts";
import { isTurns, readTurns, writeTurns } from "./prompt-format.ts";
import { type Content, type Fields, type ReadRow, unsupportedKind, type RowFormat } from "../row-format.ts";

/**
 * A prompt with several answers, none of which is marked as better: `{prompt, answer1, answer2}`, as given to
 * annotators; and TRL's steps of one answer with a label each, `{prompt, completions, labels}`.
 *
 * @source Data-Juicer, demos/data/demo-dataset-annotation-human-preference.jsonl; TRL, Dataset formats and types,
 * "Stepwise supervision"; read 2026-11
 */
export const candidatesFormat: RowFormat = {
  name: "candidates",
  detect: (row) => {
    if (!isTurns(row["prompt"])) return undefined;
    if (isList(row["completions"])) return { score: 1, reasons: ['"prompt" and a list of "completions" are present'] };
    const answers = answersIn(row);
    return answers.length < 2
      ? undefined
      : {
          score: 1,
          reasons: [
            `"prompt" and ${answers.map((answer) => `"${answer}"`).join(", ")} are present`,
            "none is marked as better",
          ],
        };
  },
  read,
  write: (content, style) => {
    if (content.kind !== "candidates") return unsupportedKind(content, "candidates");
    const prompt = writeTurns(content.prompt, style);
    const completions = content.completions.map((completion) => writeTurns(completion, style));
    return style["answers"] === "numbered"
      ? { prompt, ...Object.fromEntries(completions.map((completion, index) => [`answer${index + 1}`, completion])) }
      : defined({ prompt, completions, labels: content.labels });
  },
};

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTurns);
}

/** Names of answers numbered from 1 without a gap. */
function answersIn(row: Fields): string[] {
  const names: string[] = [];
  while (isTurns(row[`answer${names.length + 1}`])) names.push(`answer${names.length + 1}`);
  return names;
}

function read(row: Fields): ReadRow | string {
  const prompt = readTurns(row["prompt"]);
  if (typeof prompt === "string") return `"prompt": ${prompt}`;
  const names = isList(row["completions"]) ? [] : answersIn(row);
  const values = isList(row["completions"]) ? row["completions"] : names.map((name) => row[name]);
  if (values.length === 0) return "it has no answers";
  const completions: Turns[] = [];
  let style = prompt.style;
  for (const value of values) {
    const answer = readTurns(value);
    if (typeof answer === "string") return `an answer: ${answer}`;
    completions.push(answer.turns);
    style = { ...style, ...answer.style };
  }
  const { labels } = row;
  const hasLabels = Array.isArray(labels) && labels.every((label) => typeof label === "boolean");
  return {
    content: defined({
      kind: "candidates",
      prompt: prompt.turns,
      completions,
      labels: hasLabels ? labels : undefined,
    }) as unknown as Content,
    style: names.length === 0 ? style : { ...style, answers: "numbered" },
    used: ["prompt", ...(names.length === 0 ? ["completions"] : names), ...(hasLabels ? ["labels"] : [])],
  };
}
