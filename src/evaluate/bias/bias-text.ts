import { textTable } from "../../base/text-table.ts";
import type { BiasReport, CounterfactualResult } from "../../domain/bias-report.ts";
import { notComparedText } from "../../report/evaluation-rows.ts";
import { intervalText, pText, scoreText, signedIntervalText } from "../report/score-words.ts";

const RIGHT = { align: "right" } as const;

/** Text output of `eval bias`. */
export function biasText(report: BiasReport): string {
  const { evaluation, target, scorer, field, groups, counterfactual, correction, minItems, note } = report;
  const columns = [
    { head: field },
    { head: "items", ...RIGHT },
    { head: "mean", ...RIGHT },
    { head: "95 % interval", ...RIGHT },
    { head: "less the others", ...RIGHT },
    { head: "p, adjusted", ...RIGHT },
    { head: "ratio to highest", ...RIGHT },
  ];
  const rows = groups.map((group) => groupCells(group, minItems));
  return [
    `${scorer} of ${target} by ${field}, evaluation ${evaluation}`,
    "",
    textTable(columns, rows),
    "",
    worstGapText(report),
    ...[fourFifthsText(report)].filter((text) => text !== undefined),
    `p of a group is adjusted by ${correction === "holm" ? "Holm's method" : "Benjamini and Hochberg's method"} over the groups that are compared.`,
    ...counterfactual.map(counterfactualText),
    "",
    note,
  ].join("\n");
}

/** Cells of one group: its name, items, mean, interval, difference from the others, p and ratio to the highest group. */
export function groupCells(group: BiasReport["groups"][number], minItems: number): string[] {
  return [
    group.group,
    String(group.n),
    scoreText(group.mean),
    intervalText(group.interval),
    group.isCompared ? signedIntervalText(group.differenceInterval) : notComparedText(group, minItems),
    pText(group.adjustedP),
    group.ratio === null ? "none" : group.ratio.toFixed(3),
  ];
}

/** Sentence on the largest gap between two groups. */
export function worstGapText({ worstGap, minItems }: BiasReport): string {
  return worstGap === null
    ? `No gap: fewer than two groups have ${minItems} items.`
    : `Largest gap: ${worstGap.highest} over ${worstGap.lowest} by ${scoreText(worstGap.gap)}, 95 % interval ${signedIntervalText(worstGap.interval)}${adjustedText(worstGap.pairs)}.`;
}

function adjustedText(pairs: number): string {
  return pairs === 1 ? "" : `, adjusted for ${pairs} pairs of groups`;
}

/** Sentence on the four-fifths rule; undefined for scores that are not right or wrong. */
export function fourFifthsText({ fourFifths }: BiasReport): string | undefined {
  return fourFifths === null
    ? undefined
    : `Four-fifths rule: ${fourFifths.group} has ${fourFifths.ratio.toFixed(3)} of the highest group, ${fourFifths.isBelow ? "below" : "not below"} 0.8.`;
}

/** Sentence on the items in other wordings. */
export function counterfactualText({ group, pairs, changed, interval, adjustedP }: CounterfactualResult): string {
  return `Wording ${group}: ${changed} of ${pairs} items score differently; difference ${signedIntervalText(interval)}, p ${pText(adjustedP)}.`;
}
