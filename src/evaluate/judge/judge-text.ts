import { textTable } from "../../base/text-table.ts";
import type { JudgeCheck, JudgeMeasure } from "../../domain/judge-check.ts";
import type { JudgesAsked } from "../../domain/judges-asked.ts";

const RIGHT = { align: "right" } as const;

/** Text of `eval judge check`. */
export function judgeCheckText(check: JudgeCheck): string {
  const { file, rows, labels, categories, positive, rate, admitted, reasons } = check;
  const measures: [string, JudgeMeasure][] = [
    ["agreement", check.agreement],
    ["kappa", check.kappa],
    ["sensitivity", check.sensitivity],
    ["specificity", check.specificity],
    ["flips with the order", check.flipRate],
    ["length effect", check.lengthEffect],
    ["self-preference", check.selfPreference],
    ["without a verdict", check.unparsable],
    ["raw rate of the judge", rate.judge],
    [`rate, ${rate.method}`, rate.corrected],
  ];
  return [
    `${file}: ${rows} rows, ${labels} with a human label (${categories.join(", ")}); positive: ${positive.join(", ")}`,
    "",
    textTable(
      [
        { head: "measure" },
        { head: "value", ...RIGHT },
        { head: "95 % interval", ...RIGHT },
        { head: "rows", ...RIGHT },
      ],
      measures.map(([name, { value, interval, n }]) => [
        name,
        value === null ? "not measured" : value.toFixed(4),
        interval === null ? "" : `${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}`,
        String(n),
      ]),
    ),
    "",
    admitted ? "admitted: the judge meets every threshold" : "not admitted:",
    ...reasons.map((reason) => `  ${reason}`),
  ].join("\n");
}

/** Text of `eval judge ask`. */
export function judgesAskedText({ judges }: JudgesAsked): string {
  return judges
    .map(({ scorer, judge, model, check, cost: { requests, usd } }) => {
      const paid = usd === null ? "" : `, ${usd} USD`;
      return [`${judge} (${model}) for ${scorer}: ${requests} answers${paid}`, judgeCheckText(check)].join("\n");
    })
    .join("\n\n");
}
