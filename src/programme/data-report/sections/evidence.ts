import { formatDuration } from "../../../base/units.ts";
import { amount, counted, span, usd, whole } from "../../../base/words.ts";
import type { ClusterRow, DataReport, JudgedRows } from "../../../domain/data-report.ts";
import type { Block, Inline, Section, Text } from "../../../report/document.ts";

/** Sections on the findings of stages: rights, personal data, duplicates, contamination, and cost. */
export function evidenceSections(report: DataReport): Section[] {
  return [
    ...(report.judged === null
      ? []
      : [{ id: "judged", title: "Quality by a model", blocks: judgedBlocks(report.judged) }]),
    { id: "rights", title: "Rights", blocks: rightsBlocks(report) },
    { id: "personal-data", title: "Personal data", blocks: personalDataBlocks(report) },
    { id: "duplicates", title: "Duplicates", blocks: duplicateBlocks(report) },
    { id: "contamination", title: "Contamination", blocks: contaminationBlocks(report) },
    { id: "cost", title: "Cost by activity", blocks: costBlocks(report) },
    { id: "made", title: "Artefacts", blocks: madeBlocks(report) },
  ];
}

function notRun(stage: string, { removed }: DataReport): Block[] {
  const why = removed.includes(stage)
    ? `gc removed the rows of the stage ${stage} and its notes on them`
    : `the stage ${stage} did not run`;
  return [{ kind: "paragraph", tone: "warning", text: `Unknown: ${why}.` }];
}

function judgedBlocks({ model, scores, unjudged, spentUsd }: JudgedRows): Block[] {
  const open = unjudged.reduce((sum, { rows }) => sum + rows, 0);
  const rows = scores.reduce((sum, score) => sum + score.rows, 0);
  const mean = scores.reduce((sum, score) => sum + score.score * score.rows, 0) / rows;
  const spent = spentUsd === null ? "" : `; the answers cost ${amount(spentUsd)} USD`;
  return [
    {
      kind: "paragraph",
      text: `${model} scored ${counted(rows, "row")}${rows === 0 ? "" : `, ${mean.toFixed(2)} of 5 on average`}; ${counted(open, "row")} got no score and were kept${spent}. A model's score is an opinion: it ranks rows, but measures nothing until it is compared with labels by people.`,
    },
    {
      kind: "table",
      caption: "Rows by score; rows without a score by reason",
      columns: [{ head: "Score" }, { head: "Rows", align: "right" }],
      rows: [
        ...scores.map(({ score, rows: count }) => ({ cells: [String(score), whole(count)] })),
        ...unjudged.map(({ reason, rows: count }) => ({ cells: [`none: ${reason}`, whole(count)] })),
      ],
    },
  ];
}

function rightsBlocks(report: DataReport): Block[] {
  const { rights } = report;
  if (rights === null) return notRun("rights", report);
  return [
    {
      kind: "table",
      caption: "Rows by dataset and verdict; blocked rows and rows for counsel were dropped unless requested otherwise",
      columns: [
        { head: "Dataset" },
        { head: "Verdict" },
        { head: "Rule" },
        { head: "Licence" },
        { head: "Rows", align: "right" },
      ],
      rows: rights.map(({ source, verdict, rule, licence, rows }) => ({
        cells: [source, verdict, rule, licence ?? "none", whole(rows)],
      })),
    },
  ];
}

function personalDataBlocks(report: DataReport): Block[] {
  const { personalData } = report;
  if (personalData === null) return notRun("redact", report);
  const { entities, review, leaks } = personalData;
  return [
    {
      kind: "paragraph",
      ...(leaks > 0 ? { tone: "warning" as const } : {}),
      text: `${whole(leaks)} rows contain personal data that was found again after redaction; ${whole(review)} places have a score below the threshold and need a person's decision.`,
    },
    {
      kind: "table",
      caption: "Personal data by kind; samples are masked",
      columns: [
        { head: "Kind" },
        { head: "Places", align: "right" },
        { head: "Rows", align: "right" },
        { head: "Done" },
        { head: "For example", width: "wide" },
      ],
      rows: entities.map(({ entity, spans, rows, operators, samples }) => ({
        cells: [
          entity,
          whole(spans),
          whole(rows),
          operators.join(", "),
          samples.flatMap((sample, index): Inline[] => [...(index === 0 ? [] : [" · "]), { code: sample }]),
        ],
      })),
    },
  ];
}

function duplicateBlocks(report: DataReport): Block[] {
  const { duplicates } = report;
  if (duplicates === null) return notRun("dedup", report);
  const { clusters, dropped, largest, sizes, samples, findings } = duplicates;
  const warnings = findings.map(({ detail }): Block => ({ kind: "paragraph", text: `Look at this first: ${detail}.` }));
  if (clusters === 0) return [{ kind: "paragraph", text: "There are no duplicates." }, ...warnings];
  return [
    ...warnings,
    {
      kind: "paragraph",
      text: `${whole(dropped)} rows were dropped in favour of ${whole(clusters)} kept rows; one row represents at most ${whole(largest)} others.`,
    },
    {
      kind: "table",
      caption: "Kept rows by the number of rows that they represent",
      columns: [{ head: "Dropped for it" }, { head: "Kept rows", align: "right" }],
      rows: sizes.map(({ from, to, clusters: count }) => ({
        cells: [from === to ? whole(from) : `${whole(from)}–${whole(to)}`, whole(count)],
      })),
    },
    {
      kind: "table",
      caption: "The largest clusters: the kept row, and the first row dropped for it",
      columns: [
        { head: "Cluster" },
        { head: "Row", width: "nowrap" },
        { head: "Similarity", align: "right" },
        { head: "Its text begins", width: "wide" },
      ],
      rows: samples.flatMap(({ kept, rows, dropped: count }, index) => [
        { cells: [`${index + 1}: kept for ${whole(count)}`, place(kept), "", shownText(kept)] },
        ...rows.map((row) => ({
          cells: [
            `${index + 1}: dropped`,
            place(row),
            row.similarity === null ? "not compared" : row.similarity.toFixed(3),
            shownText(row),
          ],
        })),
      ]),
    },
  ];
}

function place({ source, line }: ClusterRow): Text {
  return [{ code: `${source}:${line}` }];
}

function shownText({ text }: ClusterRow): string {
  return text === "" ? "(hidden)" : text;
}

function contaminationBlocks(report: DataReport): Block[] {
  const { contamination } = report;
  if (contamination === null) return notRun("decontaminate", report);
  if (contamination.length === 0) return [{ kind: "paragraph", text: "No row shares text with a benchmark." }];
  return [
    {
      kind: "table",
      caption: "Rows that share text with a benchmark",
      columns: [
        { head: "Benchmark" },
        { head: "Rows", align: "right" },
        { head: "Items", align: "right" },
        { head: "Methods" },
      ],
      rows: contamination.map(({ against, rows, items, methods }) => ({
        cells: [against, whole(rows), whole(items), methods.join(", ")],
      })),
    },
    {
      kind: "table",
      caption: "Evidence, the first few of each",
      columns: [
        { head: "Row", width: "nowrap" },
        { head: "Benchmark" },
        { head: "Item" },
        { head: "Method" },
        { head: "Score", align: "right" },
        { head: "Shared text", width: "wide" },
      ],
      rows: contamination.flatMap(({ against, samples }) =>
        samples.map(({ row, item, method, score, evidence }) => ({
          cells: [[{ code: row.slice(0, 12) }], against, item, method, score.toFixed(2), evidence],
        })),
      ),
    },
  ];
}

function costBlocks({ costs }: DataReport): Block[] {
  return [
    {
      kind: "table",
      caption:
        "Data activities: the plan for each, and the time of its stages on this machine. Hours of people are not recorded here.",
      columns: [
        { head: "Activity" },
        { head: "Planned, USD: p10–p90", align: "right" },
        { head: "Stages took", align: "right" },
        { head: "Note", width: "wide" },
      ],
      rows: costs.map(({ label, planned, reason, machineSec }) => ({
        cells: [
          label,
          planned === null ? "unknown" : span(planned, usd),
          machineSec === null ? "no stage ran" : formatDuration(machineSec),
          reason ?? "",
        ],
      })),
    },
  ];
}

function madeBlocks({ artefacts, missing }: DataReport): Block[] {
  return [
    {
      kind: "table",
      caption: "Artefacts: the same rows, options and version give the same bytes",
      columns: [
        { head: "Stage" },
        { head: "Version", align: "right" },
        { head: "Folder", width: "nowrap" },
        { head: "SHA-256 of its rows", width: "nowrap" },
      ],
      rows: artefacts.map(({ stage, version, artefact, sha256 }) => ({
        cells: [stage, String(version), [{ code: artefact }], [{ code: sha256.slice(0, 16) }]],
      })),
    },
    ...(missing.length === 0
      ? []
      : [
          { kind: "heading" as const, text: "Limits of this report" },
          { kind: "list" as const, items: missing },
        ]),
  ];
}
