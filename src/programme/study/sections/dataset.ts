import { formatCount } from "../../../base/units.ts";
import { percent, sentence, whole } from "../../../base/words.ts";
import type { DatasetProfile } from "../../../domain/dataset-profile.ts";
import type { Study } from "../../../domain/study.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { tokenHistogram } from "../../../report/charts/token-histogram.ts";
import type { Block, Section, TableRow } from "../../../report/document.ts";
import type { StudyLinks } from "../study-links.ts";
import { curationBlocks } from "./curation.ts";
import { linked } from "./show.ts";

/** Number of findings shown with their lines, per kind. */
const SHOWN_EXAMPLES = 3;

/** Number of files whose lengths are charted, those with the most rows. */
const DRAWN_FILES = 4;

/** Section on the profiles of the dataset files. */
export function datasetSection(study: Study, links: StudyLinks): Section {
  const { datasets } = study;
  if (datasets.length === 0) {
    return {
      id: "dataset",
      title: "Dataset",
      blocks: [
        {
          kind: "paragraph",
          tone: "warning",
          text: "No dataset file is listed in programme.yaml, so none was scanned.",
        },
      ],
    };
  }
  return {
    id: "dataset",
    title: "Dataset",
    blocks: [
      ...generatedNote(study),
      filesTable(study),
      tokensTable(study),
      ...errorNotes(study),
      ...histograms(study),
      ...findings(study),
      ...curationBlocks(study, links),
    ],
  };
}

function generatedNote(study: Study): Block[] {
  const { files } = study;
  const generated = files.filter((file) => file.generated || file.origin === "synthetic").map((file) => file.path);
  if (generated.length === 0) return [];
  return [
    {
      kind: "paragraph",
      tone: "warning",
      text: `${generated.join(", ")}: rows that were generated, not collected. They show the format; measurements on them do not describe real rows.${generatedShare(study)}`,
    },
  ];
}

/** The share of generated rows among training rows; empty if it is 0 or 1. */
function generatedShare({ files, datasets }: Study): string {
  const rowsOf = (isGenerated: boolean): number =>
    datasets.reduce((sum, { trainableRows }, index) => {
      const file = files[index];
      const isTrained = file?.role === "train" || file?.role === "preference";
      return isTrained && (file.generated || file.origin === "synthetic") === isGenerated ? sum + trainableRows : sum;
    }, 0);
  const [generated, other] = [rowsOf(true), rowsOf(false)];
  if (generated === 0 || other === 0) return "";
  const all = generated + other;
  return ` Of the ${whole(all)} training rows, ${whole(generated)} are generated: ${percent(generated / all)}.`;
}

function filesTable(study: Study): Block {
  const rows = study.datasets.map((dataset, index): TableRow => {
    const file = study.files[index];
    const id = (field: string): string => `dataset.${index + 1}.${field}`;
    return {
      cells: [
        [{ code: dataset.path }],
        file ? `${file.role}, ${file.origin}${file.licence ? `, ${file.licence}` : ", no licence stated"}` : "",
        `${dataset.container}${separator(dataset)}, ${dataset.format}${classes(dataset)}`,
        [linked(study, id("rows"), whole(dataset.rows))],
        [linked(study, id("validRows"), whole(dataset.validRows))],
        [linked(study, id("duplicateRows"), whole(dataset.duplicateRows))],
        [linked(study, id("trainableRows"), whole(dataset.trainableRows))],
      ],
    };
  });
  return {
    kind: "table",
    caption: `Files as scanned, all rows; ${study.plannedRows === 0 ? "no" : whole(study.plannedRows)} training rows are planned`,
    columns: [
      { head: "File" },
      { head: "Role and rights" },
      { head: "Format" },
      { head: "Rows", align: "right" },
      { head: "Valid", align: "right" },
      { head: "Exact duplicates", align: "right" },
      { head: "To train on", align: "right" },
    ],
    rows,
  };
}

/** Delimiter of a CSV file, if it is not a comma. */
function separator({ delimiter }: DatasetProfile): string {
  if (delimiter === null || delimiter === "comma") return "";
  return ` with ${delimiter}s`;
}

function classes({ classes: found }: DatasetProfile): string {
  if (found === null) return "";
  const [largest, smallest] = [found.counts[0]!, found.counts.at(-1)!];
  return `, ${found.counts.length} classes of ${whole(smallest.rows)} to ${whole(largest.rows)} rows`;
}

function tokensTable(study: Study): Block {
  const rows = study.datasets.map((dataset, index): TableRow => {
    const { tokens, rowTokens, path } = dataset;
    if (tokens === null || rowTokens === null)
      return { cells: [[{ code: path }], "none: no valid row", "", "", "", "", "", ""] };
    const how = `${tokens.tokenizer}, ${tokens.exact ? "every row" : `${whole(tokens.sampledRows)} rows sampled`}`;
    return {
      cells: [
        [{ code: path }],
        [
          linked(study, `dataset.${index + 1}.tokens`, formatCount(tokens.total)),
          ` (${formatCount(tokens.totalLow)}–${formatCount(tokens.totalHigh)})`,
        ],
        [linked(study, `dataset.${index + 1}.meanTokens`, whole(rowTokens.mean))],
        whole(rowTokens.p50),
        whole(rowTokens.p90),
        whole(rowTokens.p99),
        whole(rowTokens.max),
        how,
      ],
    };
  });
  return {
    kind: "table",
    caption: "Tokens: total with its interval, then per row",
    columns: [
      { head: "File" },
      { head: "Tokens in all", align: "right" },
      { head: "Mean", align: "right" },
      { head: "p50", align: "right" },
      { head: "p90", align: "right" },
      { head: "p99", align: "right" },
      { head: "Max", align: "right" },
      { head: "Counted with" },
    ],
    rows,
  };
}

function errorNotes({ datasets }: Study): Block[] {
  const notes = [...new Set(datasets.flatMap(({ tokens }) => (tokens ? [sentence(tokens.errorNote)] : [])))];
  return notes.map((text) => ({ kind: "paragraph", tone: "note", text: `Error of the count: ${text}.` }));
}

function histograms(study: Study): Block[] {
  const { datasets } = study;
  const drawn = new Set(datasets.toSorted((a, b) => b.validRows - a.validRows).slice(0, DRAWN_FILES));
  const left = datasets.length - drawn.size;
  return [
    ...datasets.flatMap((dataset, index) => (drawn.has(dataset) ? histogram(study, dataset, index) : [])),
    ...(left === 0
      ? []
      : [
          {
            kind: "paragraph",
            text: `The lengths of the ${DRAWN_FILES} files with the most rows are drawn; those of the other ${left} are in the table above.`,
          } as const,
        ]),
  ];
}

function histogram(study: Study, dataset: DatasetProfile, index: number): Block[] {
  if (dataset.histogram.length === 0) return [];
  const { sequenceTokens } = study.training;
  const bins = dataset.histogram.map((bin) => `${bin.fromTokens} to ${bin.toTokens} tokens: ${whole(bin.rows)} rows`);
  const words = {
    id: `chart-tokens-${index + 1}`,
    title: `Token lengths of ${dataset.path}`,
    description: `${bins.join("; ")}.`,
  };
  const pair = chartPair(words, (form) => tokenHistogram(dataset.histogram, { ...form, sequenceTokens }));
  return [
    {
      kind: "chart",
      ...pair,
      caption: `${dataset.path}: rows by token length. Rows above ${whole(sequenceTokens)} tokens, the training sequence, would be truncated.`,
    },
  ];
}

function findings(study: Study): Block[] {
  const rows = study.datasets.flatMap((dataset) =>
    dataset.findings.map((finding): TableRow => {
      const examples = finding.examples
        .slice(0, SHOWN_EXAMPLES)
        .map(({ line, detail }) => `line ${whole(line)}: ${detail}`);
      return {
        cells: [
          [{ code: dataset.path }],
          finding.kind.replaceAll("-", " "),
          whole(finding.count),
          dataset.rows === 0 ? "" : percent(finding.count / dataset.rows),
          examples.join("; "),
        ],
      };
    }),
  );
  if (rows.length === 0)
    return [{ kind: "paragraph", text: "No row is broken, empty, of an unknown format or an exact duplicate." }];
  return [
    {
      kind: "table",
      caption: "Errors, with the location of the first ones",
      columns: [
        { head: "File" },
        { head: "Finding" },
        { head: "Rows", align: "right" },
        { head: "Share", align: "right" },
        { head: "First ones" },
      ],
      rows,
    },
  ];
}
