import { textTable, wrapText } from "../base/text-table.ts";
import { counted, span, usd } from "../base/words.ts";
import type { Audit, AuditAnswer, Severity } from "../domain/audit.ts";
import { isRefusal } from "../domain/estimate.ts";

const RANKS: readonly Severity[] = ["high", "medium", "low"];

/** Findings of an audit, high severity first, then in the order of the rules. */
export function findingsOf({ answers }: Audit): AuditAnswer[] {
  return RANKS.flatMap((rank) => answers.filter(({ severity }) => severity === rank));
}

/** Findings of at least a given severity. */
export function findingsFrom(audit: Audit, least: Severity): AuditAnswer[] {
  const ranks = RANKS.slice(0, RANKS.indexOf(least) + 1);
  return findingsOf(audit).filter(({ severity }) => severity !== null && ranks.includes(severity));
}

/** Text of the price of a result; empty if it is not a finding. */
export function priceText({ price }: AuditAnswer): string {
  if (price === null) return "";
  return isRefusal(price) ? "no price" : `${span(price, usd)} USD`;
}

/** Sources of the price of an answer, each once; none if there is no price. That a part was computed is no source. */
export function priceSources({ price }: AuditAnswer): string[] {
  return price === null || isRefusal(price)
    ? []
    : [...new Set(price.sources)].filter((source) => source !== "computed");
}

/** Number of results by state. */
export function countsText({ answers }: Audit): string {
  const count = (state: AuditAnswer["state"]): number => answers.filter((answer) => answer.state === state).length;
  return `${counted(count("finding"), "finding")}, ${count("pass")} passed, ${count("not-checkable")} not checkable`;
}

/** State of a result as printed: the severity of a finding, otherwise the state. */
export function stateText({ state, severity }: AuditAnswer): string {
  return severity ?? (state === "pass" ? "pass" : "not checkable");
}

/** Text of an audit: the table of all rules, then each finding with its evidence, price and action. */
export function auditText(audit: Audit): string {
  const table = textTable(
    [
      { head: "#", align: "right" },
      { head: "rule" },
      { head: "state" },
      { head: "price", align: "right" },
      { head: "what", wrap: 60 },
    ],
    audit.answers.map((answer) => [
      answer.number === null ? "" : String(answer.number),
      answer.rule,
      stateText(answer),
      priceText(answer),
      answer.text,
    ]),
  );
  const cost = `${span(audit.programmeCost, usd)} USD`;
  return [
    `Audit of ${audit.programme} on ${audit.on}: ${countsText(audit)}.`,
    `Programme cost ${cost}. High: above ${audit.thresholds.high * 100} % of its median, or a duty breached. Medium: above ${audit.thresholds.medium * 100} %.`,
    ...(audit.missingFiles.length === 0
      ? []
      : [
          `Not read: ${audit.missingFiles.join(", ")} (${audit.missingFiles.length === 1 ? "the file does" : "the files do"} not exist). The programme cost is without the rows.`,
        ]),
    "",
    table,
    ...findingsOf(audit).flatMap((answer) => ["", ...findingLines(answer)]),
  ].join("\n");
}

function findingLines(answer: AuditAnswer): string[] {
  const { price } = answer;
  const chain = price === null ? "" : isRefusal(price) ? price.refused : `${priceText(answer)}: ${price.basis}`;
  return [
    `${stateText(answer)}: ${answer.mistake}`,
    ...answer.evidence.map(({ place, says }) => wrapText(`evidence: ${place}: ${says}`, 110, "  ")),
    wrapText(`price: ${isRefusal(price!) ? `none: ${chain}` : chain}`, 110, "  "),
    ...priceSources(answer).map((source) => wrapText(`from: ${source}`, 110, "    ")),
    wrapText(`do: ${answer.action ?? ""}`, 110, "  "),
  ];
}
