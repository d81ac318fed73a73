import type { CheckedRow, CheckSummary, EstimateCheck } from "../../domain/estimate-check.ts";
import { formatNumber } from "../../base/units.ts";
import { sentence, minus, whole } from "../../base/words.ts";
import type { Block, ReportDocument, Section, TableColumn, TableRow } from "../../report/document.ts";
import { judgedLines } from "./judged-lines.ts";
import { ERROR_COLUMNS, percentText } from "./error-columns.ts";
import { quantityWords } from "./quantity-words.ts";

/** A row with an estimate. */
export type AnsweredRow = Extract<CheckedRow, { p50: number }>;

/** Functions that draw the charts of a quantity, for HTML pages only. */
export type CheckCharts = {
  parity: (rows: readonly AnsweredRow[], words: { id: string; words: string }) => Block;
  sources: (rows: readonly AnsweredRow[], id: string) => Block;
};

/**
 * Content of the page in addition to the check: the subject of the measurements, the file's name, the day, the tool,
 * and sections specific to the kind of measurement.
 */
export type CheckPage = {
  kind: "training" | "serving";
  file: string;
  generatedOn: string;
  tool: string;
  sections?: readonly Section[];
  charts?: CheckCharts;
};

/** Maximum number of rows, cells and reasons in a table. */
const SHOWN = { worst: 25, cells: 20, reasons: 25 };

/**
 * A check of estimates as a document: the accuracy targets, then each quantity with its parity plot, its cells and its
 * worst rows.
 */
export function checkDocument(check: EstimateCheck, page: CheckPage): ReportDocument {
  const { kind, file, generatedOn, tool } = page;
  return {
    title: `Estimates compared with ${file}`,
    subtitle: `Check of ${kind} estimates against measured ${kind === "training" ? "runs" : "operating points"}`,
    facts: [
      { label: "Made on", value: generatedOn },
      { label: "Measured values", value: whole(check.rows.length) },
      { label: "Sources", value: String(new Set(check.rows.map(({ source }) => source)).size) },
      { label: "Made by", value: tool },
    ],
    sections: checkSections(check, page),
    footer: `Made by ${tool} on ${generatedOn}. One measured value in ten should be below p10, one in ten above p90.`,
  };
}

/**
 * The sections of a check: the accuracy targets, each quantity, specific sections, and the values without an estimate.
 */
export function checkSections(
  check: EstimateCheck,
  { sections = [], charts }: Pick<CheckPage, "sections" | "charts">,
): Section[] {
  return [
    summarySection(check),
    ...check.summary.map(({ quantity }) => quantitySection(check, quantity, charts)),
    ...sections,
    ...(check.refusals.length + check.rejections.length === 0 ? [] : [reasonsSection(check)]),
  ];
}

const NUMBER = { align: "right" } as const;

const ERROR_HEADS: readonly TableColumn[] = ERROR_COLUMNS.map(({ head }) => ({
  head: /^p\d/.test(head) ? head : sentence(head),
  ...NUMBER,
}));

function summarySection(check: EstimateCheck): Section {
  return {
    id: "summary",
    title: "Errors, and coverage of the range",
    blocks: [
      { kind: "list", items: judgedLines(check) },
      {
        kind: "table",
        caption:
          "All rows. Errors are those of the p50, in per cent of the measured value; bias is their signed median.",
        columns: [{ head: "Quantity" }, ...ERROR_HEADS],
        rows: check.summary.map((summary) => ({
          cells: [quantityWords(summary.quantity).title, ...errorCells(summary)],
        })),
      },
    ],
  };
}

function quantitySection(check: EstimateCheck, quantity: string, charts: CheckCharts | undefined): Section {
  const { id, title, words } = quantityWords(quantity);
  const rows = check.rows.filter((row): row is AnsweredRow => row.quantity === quantity && "p50" in row);
  const groups = check.groups.filter((group) => group.quantity === quantity);
  const tables: Block[] = [
    {
      kind: "table",
      caption: `${title}: by source.`,
      columns: [{ head: "Source" }, ...ERROR_HEADS],
      rows: groups.map((group) => ({ cells: [group.group, ...errorCells(group)] })),
    },
  ];
  if (rows.length === 0) return { id, title, blocks: tables };
  return {
    id,
    title,
    blocks: [
      ...(charts === undefined ? [] : [charts.parity(rows, { id, words })]),
      ...tables,
      ...(charts === undefined ? [] : [charts.sources(rows, id)]),
      ...[...cellBlocks(check, quantity), worstBlock(rows)].map((block): Block => ({ ...block, on: "page" })),
    ],
  };
}

function cellBlocks(check: EstimateCheck, quantity: string): Block[] {
  const cells = check.cells.filter((cell) => cell.quantity === quantity);
  const shown = cells.slice(0, SHOWN.cells);
  return [
    {
      kind: "table",
      caption: `Residuals by calibration cell${cells.length > shown.length ? `, the ${shown.length} largest of ${cells.length}` : ""}: measured over the p50.`,
      columns: [
        { head: "Cell", width: "wide" },
        { head: "Rows", ...NUMBER },
        { head: "Sources" },
        { head: "p10", ...NUMBER },
        { head: "p50", ...NUMBER },
        { head: "p90", ...NUMBER },
        { head: "Median |error| %", ...NUMBER },
        { head: "In p10–p90 %", ...NUMBER },
      ],
      rows: shown.map((cell) => ({
        cells: [
          cell.cell,
          whole(cell.answered),
          cell.sources.join(", "),
          ...[cell.measuredOverP50.p10, cell.measuredOverP50.p50, cell.measuredOverP50.p90].map((value) =>
            value.toFixed(2),
          ),
          percentText(cell.medianAbsErrorPct),
          percentText(cell.coverageP10P90Pct),
        ],
      })),
    },
  ];
}

function worstBlock(rows: readonly AnsweredRow[]): Block {
  const worst = rows
    .map((row) => ({ row, off: Math.abs(Math.log(row.measured / row.p50)) }))
    .toSorted((a, b) => b.off - a.off || a.row.line - b.row.line)
    .slice(0, SHOWN.worst);
  return {
    kind: "table",
    caption: `The ${worst.length} rows with the largest errors, by the ratio of measured to estimated.`,
    columns: [
      { head: "Row", width: "nowrap" },
      { head: "Line", ...NUMBER },
      { head: "Measured", ...NUMBER },
      { head: "p10", ...NUMBER },
      { head: "p50", ...NUMBER },
      { head: "p90", ...NUMBER },
      { head: "Error %", ...NUMBER },
      { head: "Cell", width: "wide" },
    ],
    rows: worst.map(({ row }): TableRow => ({
      cells: [
        row.id,
        String(row.line),
        ...[row.measured, row.p10, row.p50, row.p90].map((value) => formatNumber(value)),
        minus(((100 * (row.p50 - row.measured)) / row.measured).toFixed(0)),
        row.cell,
      ],
    })),
  };
}

function reasonsSection(check: EstimateCheck): Section {
  const table = (caption: string, reasons: EstimateCheck["refusals"]): Block[] =>
    reasons.length === 0
      ? []
      : [
          {
            kind: "table",
            caption: `${caption}${reasons.length > SHOWN.reasons ? ` The ${SHOWN.reasons} most frequent of ${reasons.length} reasons.` : ""}`,
            columns: [
              { head: "Rows", ...NUMBER },
              { head: "Quantity" },
              { head: "Reason", width: "wide" },
              { head: "Lines" },
            ],
            rows: reasons.slice(0, SHOWN.reasons).map(({ rows, quantity, reason, lines }) => ({
              cells: [
                whole(rows),
                quantityWords(quantity).title,
                reason,
                `${lines.slice(0, 5).join(", ")}${rows > 5 ? ", …" : ""}`,
              ],
            })),
          },
        ];
  return {
    id: "reasons",
    title: "What was not estimated, and why",
    blocks: [
      ...table("Refused: a fact of the row or a calibration cell is missing.", check.refusals),
      ...table("Rejected: the row is implausible.", check.rejections),
    ],
  };
}

function errorCells(summary: CheckSummary): string[] {
  return ERROR_COLUMNS.map(({ cell }) => cell(summary));
}
