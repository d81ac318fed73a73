import * as z from "zod";

/** Compliance records to which facts about data belong. */
export const DatasheetRecord = z
  .enum([
    "dataset.manifest",
    "dataset.filter",
    "dataset.quality",
    "dataset.scan.licence",
    "dataset.scan.optout",
    "dataset.scan.pii",
    "dataset.crawl",
    "dataset.bias",
    "dataset.retention",
    "gdpr.ropa",
    "annotation.log",
  ])
  .describe("Compliance record that the fact belongs to");
export type DatasheetRecord = z.infer<typeof DatasheetRecord>;

/** A fact about the data required by compliance papers, or the answer that must be supplied. */
export const DatasheetFact = z.strictObject({
  id: z.string().describe("Name of the fact: its record and its subject"),
  record: DatasheetRecord,
  papers: z
    .array(z.string())
    .min(1)
    .describe(
      "Fields of papers that it fills. PST: public summary of training content (AI Act, Article 53(1)(d)); AXI, AXII: Annexes XI and XII; MDF: model documentation form of the Code of Practice; DS: Datasheets for Datasets; CR, CR11, CRAI: Croissant 1.0, 1.1 and RAI; HFD: dataset card of the Hub; SPDX.ds: SPDX 3.0.1 Dataset; R30: GDPR, Article 30; DPIA",
    ),
  question: z.string().describe("Question"),
  answer: z.string().nullable().describe("The answer as text; null if unknown"),
  value: z.unknown().describe("The answer as data; null if unknown"),
  basis: z
    .enum(["measured", "stated", "unknown"])
    .describe("measured by the pipeline, stated in programme.yaml or the rights file, or unknown"),
  supply: z.string().nullable().describe("What a person must supply; null if nothing is missing"),
});
export type DatasheetFact = z.infer<typeof DatasheetFact>;
