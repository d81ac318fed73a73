import type { DatasheetFact, DatasheetRecord } from "../../../domain/datasheet.ts";
import { type DatasheetInput, stated, unknown } from "./fact.ts";

type Question = readonly [name: string, record: DatasheetRecord, papers: string, question: string, supply: string];

/**
 * Questions of papers that no pipeline can answer: the field, the question, and the answer that a person has to write.
 */
const QUESTIONS: readonly Question[] = [
  [
    "sampling",
    "dataset.manifest",
    "DS.Comp.3 DS.Coll.3",
    "Complete, or a sample",
    "state what the rows are a sample of, and how it was drawn",
  ],
  [
    "external",
    "dataset.manifest",
    "DS.Comp.10",
    "Whether rows depend on external resources",
    "state whether links in rows are needed, and who maintains their targets",
  ],
  [
    "confidential",
    "dataset.manifest",
    "DS.Comp.11 SPDX.ds.confidentialityLevel",
    "Confidential data",
    "classify the rows by your own rules: red, amber, green, clear",
  ],
  ["comments", "dataset.manifest", "DS.Comp.16 DS.Coll.12", "Anything else", "add what a reader must know"],
  [
    "acquired",
    "dataset.manifest",
    "DS.Coll.1 CRAI.dataCollection SPDX.ds.dataCollectionProcess",
    "How rows were acquired and validated",
    "state how each file was created",
  ],
  [
    "instruments",
    "dataset.manifest",
    "DS.Coll.2",
    "Means of collection",
    "name the exports, forms, sensors or programs",
  ],
  [
    "collectors",
    "dataset.manifest",
    "DS.Coll.4 SPDX.ds.req.originatedBy HFD.source_data_producers_section HFD.y.language_creators",
    "Who collected or wrote the rows",
    "state who, and how they were paid",
  ],
  [
    "ethics",
    "dataset.manifest",
    "DS.Coll.6",
    "Ethical review",
    "name the board and its decision, or that there was none",
  ],
  ["direct", "dataset.manifest", "DS.Coll.7", "From people themselves or from third parties", "state it for each file"],
  ["notified", "dataset.manifest", "DS.Coll.8", "Whether people were informed", "file the notice"],
  [
    "revocation",
    "dataset.manifest",
    "DS.Coll.10",
    "How consent is withdrawn",
    "state how, and that the rows are deleted",
  ],
  ["impact", "dataset.manifest", "DS.Coll.11", "Impact analysis", "file the assessment (DPIA) or why none is needed"],
  [
    "published",
    "dataset.manifest",
    "CR.url CR.datePublished SPDX.ds.req.releaseTime SPDX.ds.req.downloadLocation SPDX.ds.datasetAvailability",
    "Where and when the dataset is published",
    "state its page and day, or that it stays internal",
  ],
  [
    "characteristics",
    "dataset.bias",
    "PST.1.3.other CRAI.dataBiases SPDX.ds.knownBias MDF.DA.bias HFD.bias_risks_limitations",
    "National, regional, demographic traits, and known bias",
    "describe who is represented in the rows and who is not, and how this was examined",
  ],
  ["other", "dataset.filter", "DS.Prep.4", "Other processing", "state what was done before the files arrived here"],
  [
    "annotation",
    "annotation.log",
    "CR11.annotation CRAI.dataAnnotationProtocol CRAI.dataAnnotationPlatform CRAI.dataAnnotationAnalysis CRAI.annotationsPerItem CRAI.annotatorDemographics CRAI.machineAnnotationTools HFD.y.annotations_creators HFD.annotation_process_section HFD.who_are_annotators_section",
    "Who labelled rows, how, and how far they agree",
    "file the instructions, the people, the tool and the agreement",
  ],
  [
    "erasure",
    "dataset.manifest",
    "DPIA.B8",
    "How a person's rows are found and erased",
    "name the responsible person; tunewright data lineage follows a row",
  ],
];

/** Answers that people have to supply, with the owner of the programme if stated. */
export function unansweredFacts({ programme }: DatasheetInput): DatasheetFact[] {
  const creator = {
    id: "dataset.manifest.creator",
    record: "dataset.manifest",
    papers: ["CR.creator", "DS.Moti.2"],
    question: "Who made the dataset",
  } as const;
  return [
    programme.owner === undefined
      ? unknown(creator, "write owner in programme.yaml")
      : stated(creator, { answer: programme.owner, value: programme.owner }),
    ...QUESTIONS.map(([name, record, papers, question, supply]) =>
      unknown({ id: `${record}.${name}`, record, papers: papers.split(" "), question }, supply),
    ),
  ];
}
