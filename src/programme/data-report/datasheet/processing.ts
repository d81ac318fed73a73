import { whole } from "../../../base/words.ts";
import type { DatasheetFact } from "../../../domain/datasheet.ts";
import { type Asked, type DatasheetInput, listed, measured, unknown } from "./fact.ts";

const filter = (name: string, papers: readonly string[], question: string): Asked => ({
  id: `dataset.filter.${name}`,
  record: "dataset.filter",
  papers,
  question,
});

const STEPS = filter(
  "steps",
  [
    "DS.Prep.1",
    "MDF.DA.cur",
    "CRAI.dataPreprocessingProtocol",
    "CRAI.dataManipulationProtocol",
    "SPDX.ds.dataPreprocessing",
    "HFD.data_collection_and_processing_section",
  ],
  "What was done with the rows",
);
const NOISE: Asked = {
  id: "dataset.quality.dropped",
  record: "dataset.quality",
  papers: ["DS.Comp.9", "MDF.DA.uns", "SPDX.ds.datasetNoise", "DPIA.B4"],
  question: "Errors, noise and repetition",
};
const MISSING: Asked = {
  id: "dataset.quality.missing",
  record: "dataset.quality",
  papers: ["DS.Comp.6", "CRAI.dataCollectionMissingData"],
  question: "Missing parts of rows",
};
const RELATIONS: Asked = {
  id: "dataset.manifest.relations",
  record: "dataset.manifest",
  papers: ["DS.Comp.7"],
  question: "Rows that belong together",
};
const LEAKAGE = filter("decontamination", ["AXI.2.c", "MDF.DA.cur"], "Whether rows contain test items");
const OFFENSIVE = filter("unwanted", ["PST.3.2.meas", "DS.Comp.12"], "Offensive or illegal content");

/** Facts about the processing of rows. */
export function processingFacts(input: DatasheetInput): DatasheetFact[] {
  const { lineage, report } = input;
  const steps = lineage.stages.map(
    ({ stage, version, rowsIn, rowsKept }) => `${stage} ${version}: ${whole(rowsKept)} of ${whole(rowsIn)} rows`,
  );
  return [
    measured(STEPS, {
      answer: steps.join("; "),
      value: lineage.stages.map(({ stage, version, options, rowsIn, rowsKept, dropped, sha256 }) => ({
        stage,
        version,
        options,
        rowsIn,
        rowsKept,
        dropped,
        sha256,
      })),
    }),
    measured(filter("raw", ["DS.Prep.2", "CRAI.dataCollectionRawData"], "Whether the raw rows are kept"), {
      answer: `yes: ${listed(report.sources.map(({ source }) => source))}, with their hashes, and each stage's rows`,
      value: report.sources.map(({ source, sha256, bytes }) => ({ source, sha256, bytes })),
      supply: "for how long, and who may read them",
    }),
    measured(filter("software", ["DS.Prep.3"], "Software used"), { answer: report.tool, value: report.tool }),
    measured(filter("imputation", ["CRAI.dataImputationProtocol"], "Missing values that were filled in"), {
      answer: "none: no stage fills in a value",
      value: [],
    }),
    noiseFact(input),
    missingFact(input),
    relationsFact(input),
    leakageFact(input),
    unwantedFact(input),
  ];
}

function noiseFact({ report }: DatasheetInput): DatasheetFact {
  const dropped = report.funnel.flatMap(({ stage, dropped: reasons }) =>
    reasons.map(({ reason, rows }) => ({ stage, reason, rows })),
  );
  const left = (report.profile?.findings ?? []).map(({ kind, count }) => ({ kind, count }));
  return measured(NOISE, {
    answer: `dropped: ${listed(dropped.map(({ stage, reason, rows }) => `${stage}, ${reason} ${whole(rows)}`))}; left: ${listed(left.map(({ kind, count }) => `${kind} ${whole(count)}`))}`,
    value: { dropped, left },
  });
}

function missingFact({ report }: DatasheetInput): DatasheetFact {
  const kinds = new Set(["missing-field", "empty"]);
  const left = (report.profile?.findings ?? []).filter(({ kind }) => kinds.has(kind));
  return measured(MISSING, {
    answer: listed(
      left.map(({ kind, count }) => `${kind}: ${whole(count)} rows`),
      "no row that passed lacks its training text",
    ),
    value: left.map(({ kind, count }) => ({ kind, count })),
    supply: "state what was never collected",
  });
}

function relationsFact({ lineage, report }: DatasheetInput): DatasheetFact {
  const split = lineage.stages.find(({ stage }) => stage === "split");
  const { duplicates } = report;
  if (split === undefined && duplicates === null) {
    return unknown(RELATIONS, "add the stages dedup and split, the latter with groupBy for users or documents");
  }
  const groups = (split?.options["groupBy"] ?? []) as string[];
  const alike =
    duplicates === null
      ? "near-duplicates were not looked for"
      : `${whole(duplicates.clusters)} rows represent ${whole(duplicates.dropped)} similar ones`;
  return measured(RELATIONS, {
    answer: `${alike}; kept together in a part of the split: ${listed(groups, "near-duplicates only")}`,
    value: { groupBy: groups, clusters: duplicates?.clusters ?? null, dropped: duplicates?.dropped ?? null },
  });
}

function leakageFact({ report, lineage }: DatasheetInput): DatasheetFact {
  const stage = lineage.stages.find((stage) => stage.stage === "decontaminate");
  if (report.contamination === null || stage === undefined) {
    return unknown(LEAKAGE, "add the stage decontaminate to data.pipeline, against the test set and public benchmarks");
  }
  const { contamination } = report;
  const hits = contamination.map(
    ({ against, rows, items }) => `${against}: ${whole(items)} items in ${whole(rows)} rows`,
  );
  return measured(LEAKAGE, {
    answer: `compared with ${listed(stage.options["against"] as string[])}: ${listed(hits, "no row contains an item")}`,
    value: {
      against: stage.options["against"],
      method: stage.options["method"] ?? "default",
      hits: contamination.map(({ against, rows, items, methods }) => ({ against, rows, items, methods })),
    },
  });
}

function unwantedFact({ lineage, report }: DatasheetInput): DatasheetFact {
  const words = lineage.stages.find(({ stage }) => stage === "quality")?.options["words"];
  if (typeof words !== "string") {
    return unknown(
      OFFENSIVE,
      "describe blocklists, classifiers and reviews; a word list can be given to the stage quality",
    );
  }
  const dropped = report.funnel.find(({ stage }) => stage === "quality")?.dropped ?? [];
  const rows = dropped.filter(({ reason }) => reason === "listed-word").reduce((sum, entry) => sum + entry.rows, 0);
  return measured(OFFENSIVE, {
    answer: `a list of words (${words}) dropped ${whole(rows)} rows`,
    value: { list: words, rows },
    supply: "state what else was done against illegal content",
  });
}
