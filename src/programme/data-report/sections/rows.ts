import { formatCount, formatRange } from "../../../base/units.ts";
import { percent, sentence, whole } from "../../../base/words.ts";
import type { DataReport } from "../../../domain/data-report.ts";
import type { StageTokens } from "../../../domain/funnel.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { rowFunnel } from "../../../report/charts/row-funnel.ts";
import type { Block, Section } from "../../../report/document.ts";
import { keptBlocks } from "./kept.ts";

/** Sections on the rows: origin, funnel, output. */
export function rowSections(report: DataReport): Section[] {
  return [
    {
      id: "funnel",
      title: "Result for every row",
      blocks: [...changedBlocks(report), funnelChart(report), ...funnelTable(report), ...dropped(report)],
    },
    { id: "sources", title: "Where the rows come from", blocks: [sourcesTable(report)] },
    { id: "rows", title: "What came through", blocks: keptBlocks(report) },
  ];
}

function changedBlocks({ changed }: DataReport): Block[] {
  if (changed.length === 0) return [];
  const text = `${sentence(changed.join("; "))}. This report describes the run, not the current files.`;
  return [{ kind: "paragraph", tone: "warning", text }];
}

function funnelChart({ funnel }: DataReport): Block {
  const first = funnel[0];
  const last = funnel.at(-1);
  const words = {
    id: "chart-funnel",
    title: "Rows by stage",
    description: `${whole(first?.rowsIn ?? 0)} rows were read, ${whole(last?.rowsKept ?? 0)} passed ${funnel.length} stages.`,
  };
  const bars = funnel.map(({ stage, rowsIn, rowsKept }) => ({
    label: stage,
    kept: rowsKept,
    dropped: rowsIn - rowsKept,
  }));
  return { kind: "chart", ...chartPair(words, (form) => rowFunnel(bars, form)), caption: words.description };
}

function funnelTable({ funnel, tokens }: DataReport): Block[] {
  return [
    {
      kind: "table",
      caption: "Rows, characters of their texts and tokens by stage; kept and dropped rows add up to the input rows",
      columns: [
        { head: "Stage" },
        ...["Rows in", "Kept", "Dropped", "Characters kept", "Tokens kept, about", "from–to"].map((head) => ({
          head,
          align: "right" as const,
        })),
      ],
      rows: funnel.map(({ stage, rowsIn, rowsKept, charactersKept }, index) => ({
        cells: [
          stage,
          ...[rowsIn, rowsKept, rowsIn - rowsKept, charactersKept].map(whole),
          ...tokenCells(tokens?.stages[index]),
        ],
      })),
    },
    ...(tokens === null
      ? []
      : [
          {
            kind: "paragraph" as const,
            tone: "note" as const,
            text: `Tokens are those of ${whole(tokens.stages[0]?.sampledRows ?? 0)} rows, taken evenly and followed through the stages, by ${tokens.tokenizer}; the range includes the sampling (95 %) and the error of the tokenizer: ${tokens.errorNote}.`,
          },
        ]),
  ];
}

function tokenCells(tokens: StageTokens["stages"][number] | undefined): string[] {
  if (tokens === undefined || tokens.kept === null) return ["unknown", ""];
  return [formatCount(tokens.kept), formatRange(tokens.keptLow!, tokens.keptHigh!, formatCount)];
}

function dropped({ funnel, samples }: DataReport): Block[] {
  const reasons = funnel.flatMap(({ stage, rowsIn, dropped: all }) =>
    all.map((entry) => ({ stage, rowsIn, ...entry })),
  );
  if (reasons.length === 0) return [{ kind: "paragraph", text: "No stage dropped a row." }];
  return [
    {
      kind: "table",
      caption: "Dropped rows by reason",
      columns: [
        { head: "Stage" },
        { head: "Reason" },
        { head: "Rows", align: "right" },
        { head: "Of the input rows", align: "right" },
      ],
      rows: reasons.map(({ stage, reason, rows, rowsIn }) => ({
        cells: [stage, reason, whole(rows), percent(rows / rowsIn)],
      })),
    },
    { kind: "paragraph", tone: samples === "raw" ? "warning" : "note", text: MASKED[samples] },
    {
      kind: "table",
      caption: "Examples of dropped rows, the first few of each reason; data lineage --row follows one",
      columns: [
        { head: "Stage and reason" },
        { head: "Row", width: "nowrap" },
        { head: "Evidence", width: "wide" },
        { head: "Its text begins", width: "wide" },
      ],
      rows: reasons.flatMap(({ stage, reason, samples: examples }) =>
        examples.map(({ source, line, detail, text }) => ({
          cells: [`${stage}: ${reason}`, [{ code: `${source}:${line}` }], detail ?? "", text],
        })),
      ),
    },
  ];
}

/** Masking of rows that the stage redact did not process. */
const MASKED: Readonly<Record<DataReport["samples"], string>> = {
  masked:
    "Texts of rows before the stage redact are masked: personal data that the recognisers find is replaced by its kind, <EMAIL_ADDRESS>. Data that they do not find is shown.",
  raw: "Texts of rows before the stage redact are shown unmasked and may contain personal data. Protect this report as you protect the rows.",
};

function sourcesTable({ sources }: DataReport): Block {
  return {
    kind: "table",
    caption: "Files as they were read",
    columns: [
      { head: "File" },
      { head: "Origin" },
      { head: "Licence" },
      { head: "Bytes", align: "right" },
      { head: "SHA-256", width: "nowrap" },
    ],
    rows: sources.map(({ source, origin, licence, bytes, sha256 }) => ({
      cells: [
        [{ code: source }],
        origin ?? "not stated",
        licence ?? "not stated",
        whole(bytes),
        [{ code: sha256.slice(0, 16) }],
      ],
    })),
  };
}
