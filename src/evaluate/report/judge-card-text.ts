import type { JudgedScore } from "../../domain/evaluation-judge.ts";
import { intervalText, scoreText, usdText } from "./score-words.ts";

/** Text of the correction method of a headline. */
export const HEADLINE_METHODS: Readonly<Record<JudgedScore["headline"]["method"], string>> = {
  people: "human labels",
  "ppi++": "PPI++",
  "rogan-gladen": "Rogan-Gladen",
  uncorrected: "uncorrected",
};

/** Text of the results of judges. */
export function judgedLines(target: string, judged: readonly JudgedScore[]): string[] {
  return judged.flatMap((score) => [
    `${target}: ${score.scorer}, by ${score.judges.map(({ judge }) => judge).join(", ")}: ${headlineText(score)}`,
    ...score.judges.flatMap(({ judge, asked, withoutVerdict, flipped, cost, checkCost, isAdmitted, reasons }) => [
      `  ${judge}: ${asked} questions, ${withoutVerdict} answers without a verdict${score.mode === "pairwise" ? `, ${flipped} verdicts flipped with the order` : ""}, ${usdText(cost)}; ${isAdmitted ? "admitted by human labels" : "NOT ADMITTED"}`,
      ...(Number(checkCost.usd ?? 0) === 0 ? [] : [`    its check against human labels: ${usdText(checkCost)}`]),
      ...reasons.map((reason) => `    ${reason}`),
    ]),
  ]);
}

/** Text of the corrected score with its interval, the correction, and the number of labels. */
export function headlineText({ headline }: JudgedScore): string {
  const { value, interval, method, labels, note } = headline;
  if (value === null) return `no score: ${note ?? "no verdict"}`;
  const how =
    method === "uncorrected"
      ? `UNCORRECTED: ${note ?? "no labels"}`
      : `${HEADLINE_METHODS[method]} with ${labels} labels${note === null ? "" : `: ${note}`}`;
  return `${scoreText(value)} (${intervalText(interval)}), ${how}`;
}
