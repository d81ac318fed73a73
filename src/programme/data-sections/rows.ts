import { whole } from "../../base/words.ts";
import type { DataReport } from "../../domain/data-report.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { rowFunnel } from "../../report/charts/row-funnel.ts";
import { tokenHistogram } from "../../report/charts/token-histogram.ts";
import type { Block, Section } from "../../report/document.ts";

/** Sections on the rows: where they came from, where they went, what came through. */
export function rowSections(report: DataReport): Section[] {
  return [
    {
      id: "funnel",
      title: "What became of every row",
      blocks: [funnelChart(report), funnelTable(report), ...samples(report)],
    },
    { id: "sources", title: "Where the rows come from", blocks: [sourcesTable(report)] },
    { id: "rows", title: "What came through", blocks: profileBlocks(report) },
  ];
}

function funnelChart({ funnel }: DataReport): Block {
  const first = funnel[0];
  const last = funnel.at(-1);
  const words = {
    id: "chart-funnel",
    title: "Rows by stage",
    description: `${whole(first?.rowsIn ?? 0)} rows came in, ${whole(last?.rowsKept ?? 0)} came through ${funnel.length} stages.`,
  };
  const bars = funnel.map(({ stage, rowsIn, rowsKept }) => ({
    label: stage,
    kept: rowsKept,
    dropped: rowsIn - rowsKept,
  }));
  return { kind: "chart", ...chartPair(words, (form) => rowFunnel(bars, form)), caption: words.description };
}

function funnelTable({ funnel }: DataReport): Block {
  return {
    kind: "table",
    caption: "Rows and characters of their texts by stage; kept and dropped rows are all that came in",
    columns: [
      { head: "Stage" },
      ...["Rows in", "Kept", "Dropped", "Characters in", "Characters kept"].map((head) => ({
        head,
        align: "right" as const,
      })),
    ],
    rows: funnel.map(({ stage, rowsIn, rowsKept, charactersIn, charactersKept }) => ({
      cells: [stage, ...[rowsIn, rowsKept, rowsIn - rowsKept, charactersIn, charactersKept].map(whole)],
    })),
  };
}

function samples({ funnel }: DataReport): Block[] {
  const reasons = funnel.flatMap(({ stage, dropped }) => dropped.map((each) => ({ stage, ...each })));
  if (reasons.length === 0) return [{ kind: "paragraph", text: "No stage dropped a row." }];
  return [
    {
      kind: "table",
      caption: "Dropped rows by reason, with the first few of each",
      columns: [
        { head: "Stage" },
        { head: "Reason" },
        { head: "Rows", align: "right" },
        { head: "For example", width: "wide" },
      ],
      rows: reasons.map(({ stage, reason, rows, samples: examples }) => ({
        cells: [
          stage,
          reason,
          whole(rows),
          examples
            .map(
              ({ source, line, detail, text }) =>
                `${source}, line ${line}: ${[detail, text].filter(Boolean).join("; ")}`,
            )
            .join(" · "),
        ],
      })),
    },
  ];
}

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

function profileBlocks({ profile, parts }: DataReport): Block[] {
  const partTable: Block[] =
    parts === null
      ? []
      : [
          {
            kind: "table",
            caption: "Rows by part of the split",
            columns: [{ head: "Part" }, { head: "Rows", align: "right" }],
            rows: parts.map(({ part, rows }) => ({ cells: [part, whole(rows)] })),
          },
        ];
  if (profile === null) {
    const text = "The file with the rows that came through is not there: run data run to its end.";
    return [{ kind: "paragraph", tone: "warning", text }, ...partTable];
  }
  const { rows, validRows, tokens, rowTokens, histogram, findings, format } = profile;
  const words = {
    id: "chart-lengths",
    title: "Rows by length",
    description:
      rowTokens === null
        ? "No row holds text that is trained on."
        : `Half of the rows have at most ${whole(rowTokens.p50)} tokens, one in a hundred more than ${whole(rowTokens.p99)}.`,
  };
  const about =
    tokens === null
      ? ""
      : `, ${whole(tokens.total)} tokens (${whole(tokens.totalLow)}–${whole(tokens.totalHigh)}) by ${tokens.tokenizer}`;
  return [
    {
      kind: "paragraph",
      text: `${whole(rows)} rows came through, most as ${format}; ${whole(validRows)} can be trained on${about}.`,
    },
    ...(histogram.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            ...chartPair(words, (form) => tokenHistogram(histogram, { ...form, sequenceTokens: Infinity })),
            caption: words.description,
          },
        ]),
    ...(findings.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            caption: "What is still wrong with rows",
            columns: [{ head: "Finding" }, { head: "Rows", align: "right" as const }],
            rows: findings.map(({ kind, count }) => ({ cells: [kind, whole(count)] })),
          },
        ]),
    ...partTable,
  ];
}
