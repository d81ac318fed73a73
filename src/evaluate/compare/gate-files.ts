import type { GateReport, GateResult } from "../../domain/evaluation-comparison.ts";
import { pText } from "../report/score-words.ts";

/**
 * Gates as a JUnit file: a suite for the evaluation, a case for each condition of each gate.
 *
 * @source the format that CI servers read: https://github.com/testmoapp/junitxml
 */
export function junitXml({ evaluation, gates }: GateReport): string {
  const cases = gates.flatMap((gate) =>
    gate.checks.map(({ check, passed, detail }, index) => {
      const open = `    <testcase classname="${xml(`${evaluation}.${gate.gate}`)}" name="${xml(`${index + 1} ${check}`)}"`;
      return passed
        ? `${open}/>`
        : `${open}>\n      <failure message="${xml(detail)}" type="${xml(check)}">${xml(detail)}</failure>\n    </testcase>`;
    }),
  );
  const failures = gates.flatMap(({ checks }) => checks).filter(({ passed }) => !passed).length;
  const counts = `tests="${cases.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xml(`tunewright eval gate ${evaluation}`)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** Gates as Markdown, in the form of a GitHub Actions step summary. */
export function stepSummary({ evaluation, set, passed, gates }: GateReport): string {
  return [
    `## Evaluation ${code(evaluation)} on ${code(set)}: ${passed ? "passed" : "failed"}`,
    "",
    "| gate | score | baseline | target | difference | 95 % interval | p | result |",
    "|---|---|---:|---:|---:|---:|---:|---|",
    ...gates.map(gateRow),
    "",
    ...gates.flatMap(({ gate, checks }) =>
      checks.filter((check) => !check.passed).map(({ detail }) => `- **${plain(gate)}**: ${plain(detail)}`),
    ),
    "",
  ].join("\n");
}

function gateRow({ gate, scorer, difference, passed }: GateResult): string {
  const { baseline, target, interval, p } = difference;
  const number = (value: number | null): string => (value === null ? "" : value.toFixed(4));
  const range = interval === null ? "" : `${number(interval.low)} to ${number(interval.high)}`;
  const cells = [plain(gate), plain(scorer), number(baseline), number(target), number(difference.difference), range];
  return `| ${[...cells, pText(p), passed ? "passed" : "**failed**"].join(" | ")} |`;
}

function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function plain(text: string): string {
  return text.replaceAll(/[|<>`*_[\]\\]/g, (char) => `\\${char}`).replaceAll(/\s+/g, " ");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
