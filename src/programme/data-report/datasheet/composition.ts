import { percent, whole } from "../../../base/words.ts";
import type { DatasheetFact } from "../../../domain/datasheet.ts";
import type { DatasetProfile } from "../../../domain/dataset-profile.ts";
import { type Asked, type DatasheetInput, listed, measured, stated, unknown } from "./fact.ts";

const SIZE: Asked = {
  id: "dataset.manifest.modalities",
  record: "dataset.manifest",
  papers: ["PST.1.3.mod", "AXI.2.c", "AXII.2.c", "MDF.DA.type", "SPDX.ds.datasetType", "DPIA.T5"],
  question: "Modalities, and how much of each",
};
const CONTENT: Asked = {
  id: "dataset.manifest.content",
  record: "dataset.manifest",
  papers: ["PST.1.3.types", "MDF.DA.scope", "DS.Comp.1", "DS.Comp.4", "HFD.dataset_structure", "DPIA.A3"],
  question: "What a row is, and what it contains",
};
const ROWS: Asked = {
  id: "dataset.manifest.rows",
  record: "dataset.manifest",
  papers: ["DS.Comp.2", "MDF.DA.n", "SPDX.ds.datasetSize", "HFD.y.size_categories", "AXI.2.c"],
  question: "How many rows there are, by dataset",
};
const LANGUAGES: Asked = {
  id: "dataset.manifest.languages",
  record: "dataset.manifest",
  papers: ["PST.1.3.lang", "CR.inLanguage", "HFD.y.language", "HFD.y.multilinguality", "HFD.language"],
  question: "Languages of the rows",
};
const LABELS: Asked = {
  id: "dataset.manifest.labels",
  record: "dataset.manifest",
  papers: ["DS.Comp.5"],
  question: "Label or target of a row",
};
const SPLITS: Asked = {
  id: "dataset.manifest.splits",
  record: "dataset.manifest",
  papers: ["DS.Comp.8"],
  question: "Splits",
};
const FILES: Asked = {
  id: "dataset.manifest.files",
  record: "dataset.manifest",
  papers: ["CR.distribution", "CR.fo.name", "CR.fo.sha256", "CR.fo.contentSize", "CR.fo.encodingFormat"],
  question: "Files of the dataset, with their hashes",
};
const MADE: Asked = {
  id: "dataset.manifest.made",
  record: "dataset.manifest",
  papers: ["CR.dateCreated", "CR.dateModified", "SPDX.ds.req.builtTime"],
  question: "When the dataset was made",
};

/** Facts about the rows: number, length, languages, files. */
export function compositionFacts(input: DatasheetInput): DatasheetFact[] {
  const { report } = input;
  const { profile } = report;
  const noRows = "run data run to its end, so that the rows are written";
  return [
    profile === null ? unknown(SIZE, noRows) : sizeFact(profile),
    profile === null ? unknown(CONTENT, noRows) : contentFact(input, profile),
    report.removed.includes(report.funnel.at(-1)?.stage ?? "")
      ? unknown(ROWS, "run data run again: gc removed the rows that passed")
      : measured(ROWS, {
          answer: `${whole(report.rowsBySource.reduce((sum, { rows }) => sum + rows, 0))}: ${listed(report.rowsBySource.map(({ source, rows }) => `${source} ${whole(rows)}`))}`,
          value: report.rowsBySource,
        }),
    languagesFact(input),
    profile?.classes
      ? measured(LABELS, {
          answer: `field ${profile.classes.field}, ${profile.classes.counts.length} classes`,
          value: profile.classes,
        })
      : unknown(LABELS, "state which part of a row the model should learn"),
    report.parts === null
      ? unknown(SPLITS, "add the stage split to data.pipeline, or name the frozen test set")
      : measured(SPLITS, {
          answer: listed(report.parts.map(({ part, rows }) => `${part} ${whole(rows)} rows`)),
          value: report.parts,
        }),
    ...fileFacts(input),
  ];
}

/** Size ranges of the template of the AI Office for text, C(2025) 5235, section 1.3. */
function sizeRange(tokens: number): string {
  if (tokens < 1e9) return "Less than 1 billion tokens";
  return tokens <= 1e13 ? "1 billion to 10 trillion tokens" : "More than 10 trillion tokens";
}

function sizeFact({ tokens }: DatasetProfile): DatasheetFact {
  const supply = "state whether rows represent images, sound or video that are also trained on: only text is read";
  if (tokens === null) return unknown(SIZE, "no row contains text that can be trained on");
  const { total, totalLow, totalHigh, tokenizer } = tokens;
  const [from, to] = [sizeRange(totalLow), sizeRange(totalHigh)];
  const range = from === to ? from : `${from} or ${to.toLowerCase()}`;
  return measured(SIZE, {
    answer: `text: ${range} (${whole(total)}, ${whole(totalLow)}–${whole(totalHigh)} by ${tokenizer})`,
    value: { text: { range, tokens: { p50: total, low: totalLow, high: totalHigh }, tokenizer } },
    supply,
  });
}

function contentFact({ lineage, programme }: DatasheetInput, { formats }: DatasetProfile): DatasheetFact {
  const kinds = Object.entries(formats).map(([format, rows]) => `${format} ${whole(rows)} rows`);
  const fields = lineage.fields.map(({ name, type }) => `${name} (${type})`);
  return measured(CONTENT, {
    answer: `rows for the task ${programme.task.kind}: ${listed(kinds)}; fields ${listed(fields)}`,
    value: { task: programme.task.kind, formats, fields: lineage.fields },
    supply: "describe the texts: tickets, contracts, code",
  });
}

function languagesFact({ report }: DatasheetInput): DatasheetFact {
  const { languages, rows, unknown: unclear } = report.languages;
  const share = (count: number): string => percent(rows === 0 ? 0 : count / rows);
  if (languages.length === 0) return unknown(LANGUAGES, "name the languages: none could be detected in the texts");
  return measured(LANGUAGES, {
    answer: `${listed(languages.map(({ language, rows: count }) => `${language} ${share(count)}`))}; ${share(unclear)} could not be detected (n = ${whole(rows)})`,
    value: report.languages,
  });
}

function fileFacts({ lineage, isOutAsWritten }: DatasheetInput): DatasheetFact[] {
  const { out, stages } = lineage;
  const end = stages.at(-1)!.endedAt;
  return [
    out === null || !isOutAsWritten
      ? unknown(FILES, "run data run to its end, so that the rows are written, and do not change their file")
      : measured(FILES, {
          answer: `${out.path}, ${whole(out.rows)} rows, ${whole(out.bytes)} bytes, SHA-256 begins ${out.sha256.slice(0, 16)}`,
          value: {
            name: out.path,
            encodingFormat: "application/jsonlines",
            contentSize: out.bytes,
            sha256: out.sha256,
          },
        }),
    measured(MADE, { answer: end.slice(0, 10), value: { dateCreated: end } }),
  ];
}

/** Facts about the dataset and its purpose. */
export function nameFacts({ programme, lineage }: DatasheetInput): DatasheetFact[] {
  const name: Asked = {
    id: "dataset.manifest.name",
    record: "dataset.manifest",
    papers: ["CR.name", "CR.description", "DS.Moti.1"],
    question: "Name and purpose",
  };
  const { description } = programme;
  return [
    stated(name, {
      answer: description === "" ? programme.name : `${programme.name}: ${description}`,
      value: { name: programme.name, description: lineage.description },
      supply: description === "" ? "write description in programme.yaml" : null,
    }),
  ];
}
