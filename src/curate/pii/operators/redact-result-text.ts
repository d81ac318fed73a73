import { textTable } from "../../../base/text-table.ts";
import { counted } from "../../../base/words.ts";
import type { RedactResult } from "../../../domain/redact.ts";
import { classFindings } from "./class-findings.ts";
import { scriptFindings } from "./script-counts.ts";
import { funnelText } from "../../pipeline/storing/funnel-text.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of the redaction result. */
export function redactResultText({
  profile,
  keyId,
  funnel,
  entities,
  rowsWithoutField,
  review,
  leaks,
  classes,
  scripts,
  notSeen,
}: RedactResult): string {
  const table = textTable(
    [
      { head: "entity" },
      { head: "operator" },
      { head: "spans", align: "right" },
      { head: "rows", align: "right" },
      { head: "such as" },
    ],
    entities.map(({ entity, operator, spans, rows, samples }) => [
      entity,
      operator,
      COUNT.format(spans),
      COUNT.format(rows),
      samples.map((sample) => sample.replaceAll(/\s+/g, " ")).join("; "),
    ]),
  );
  const leaked =
    leaks.rows === 0
      ? "leak check: nothing found in the output"
      : `leak check: ${counted(leaks.rows, "row")} with remaining personal data (${counted(leaks.foundAgain, "span")} found again, ${counted(leaks.valuesLeft, "value")} left)`;
  const queue = review.file === null ? "not written: name a file with --review" : review.file;
  return [
    funnelText(funnel),
    "",
    entities.length === 0 ? "no personal data found" : table,
    "",
    `profile ${profile}${keyId === null ? "" : `, key ${keyId}`}`,
    leaked,
    ...(rowsWithoutField === 0
      ? []
      : [`not searched: ${counted(rowsWithoutField, "row")} with nothing in the field that was named`]),
    ...classFindings(classes, profile).map(({ detail }) => `classes: ${detail}`),
    ...scriptFindings(scripts, profile).map(({ detail }) => `scripts: ${detail}`),
    `for review: ${counted(review.spans, "weak span")}, ${queue}`,
    "not detected, or not guaranteed:",
    ...notSeen.map((text) => `  - ${text}`),
  ].join("\n");
}
