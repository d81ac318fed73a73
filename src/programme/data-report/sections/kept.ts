import { percent, whole } from "../../../base/words.ts";
import type { DataReport } from "../../../domain/data-report.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { shareBars } from "../../../report/charts/share-bars.ts";
import { tokenHistogram } from "../../../report/charts/token-histogram.ts";
import type { Block } from "../../../report/document.ts";

/** Number of languages with a separate bar; the others share one. */
const LANGUAGES = 9;

const NAMES = new Intl.DisplayNames("en", { type: "language" });

/** Section on the output rows: number, length, languages, parts. */
export function keptBlocks(report: DataReport): Block[] {
  return [...profileBlocks(report), ...languageBlocks(report), ...partBlocks(report)];
}

function profileBlocks({ profile, funnel, outState }: DataReport): Block[] {
  if (profile === null) {
    const isEmpty = funnel.at(-1)?.rowsKept === 0;
    const text = isEmpty
      ? "No row passed: the table above says which stage dropped them, and why."
      : outState === "changed"
        ? "The file with the rows that passed has changed since the run wrote it, so lengths and formats are unknown: run data run again."
        : "The file with the rows that passed is missing: run data run to its end.";
    return [{ kind: "paragraph", tone: "warning", text }];
  }
  const { rows, validRows, tokens, findings, format } = profile;
  const about =
    tokens === null
      ? ""
      : `, ${whole(tokens.total)} tokens (${whole(tokens.totalLow)}–${whole(tokens.totalHigh)}) by ${tokens.tokenizer}`;
  return [
    {
      kind: "paragraph",
      text: `${whole(rows)} rows ${rows === funnel.at(-1)?.rowsKept ? "passed" : "are for training"}, most as ${format}; ${whole(validRows)} can be trained on${about}.`,
    },
    ...lengthChart(profile),
    ...(findings.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            caption: "Remaining errors in rows",
            columns: [{ head: "Finding" }, { head: "Rows", align: "right" as const }],
            rows: findings.map(({ kind, count }) => ({ cells: [kind, whole(count)] })),
          },
        ]),
  ];
}

function lengthChart({ rowTokens, histogram }: NonNullable<DataReport["profile"]>): Block[] {
  if (histogram.length === 0) return [];
  const words = {
    id: "chart-lengths",
    title: "Rows by length",
    description:
      rowTokens === null
        ? "No row contains text that is trained on."
        : `Half of the rows have at most ${whole(rowTokens.p50)} tokens, one in a hundred more than ${whole(rowTokens.p99)}.`,
  };
  return [
    {
      kind: "chart",
      ...chartPair(words, (form) => tokenHistogram(histogram, { ...form, sequenceTokens: Infinity })),
      caption: words.description,
    },
  ];
}

function languageBlocks({ languages }: DataReport): Block[] {
  const { rows, everyRow, unknown } = languages;
  if (rows === 0) return [];
  const bars = languageBars(languages);
  const n = everyRow ? `all ${whole(rows)} rows` : `${whole(rows)} rows, taken evenly from all`;
  const words = {
    id: "chart-languages",
    title: "Rows by language",
    description: `Languages of ${n}: ${bars.map(({ label, rows: count }) => `${label} ${percent(count / rows)}`).join(", ")}.`,
  };
  return [
    { kind: "chart", ...chartPair(words, (form) => shareBars(bars, form)), caption: words.description },
    {
      kind: "table",
      caption: `Rows by language, by a statistical classifier on the answers of each row; n = ${whole(rows)}`,
      columns: [
        { head: "Language" },
        { head: "Code" },
        { head: "Rows", align: "right" },
        { head: "Share", align: "right" },
      ],
      rows: [
        ...languages.languages.map(({ language, rows: count }) => ({
          cells: [nameOf(language), [{ code: language }], whole(count), percent(count / rows)],
        })),
        { cells: ["unknown: too short, code, numbers", "", whole(unknown), percent(unknown / rows)] },
      ],
    },
  ];
}

/** The languages with the most rows, the others as one, and the undetermined. */
function languageBars({ languages, unknown }: DataReport["languages"]): {
  label: string;
  rows: number;
  isUnknown?: boolean;
}[] {
  const others = languages.slice(LANGUAGES);
  const otherRows = others.reduce((sum, { rows }) => sum + rows, 0);
  return [
    ...languages.slice(0, LANGUAGES).map(({ language, rows }) => ({ label: nameOf(language), rows })),
    ...(others.length === 0 ? [] : [{ label: `${others.length} others`, rows: otherRows }]),
    { label: "unknown", rows: unknown, isUnknown: true },
  ];
}

function nameOf(code: string): string {
  return NAMES.of(code) ?? code;
}

function partBlocks({ parts }: DataReport): Block[] {
  if (parts === null) return [];
  return [
    {
      kind: "table",
      caption: "Rows by part of the split",
      columns: [{ head: "Part" }, { head: "Rows", align: "right" }],
      rows: parts.map(({ part, rows }) => ({ cells: [part, whole(rows)] })),
    },
  ];
}
