import * as z from "zod";

import { DATASET_EXTENSIONS } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import { PiiRecognition } from "./pii.ts";
import { PiiOperator, PiiProfile, RedactOptions } from "./redact.ts";

/** Request of `data redact`: redact, restore, or show where personal data are. */
export const RedactRequest = z.strictObject({
  file: z.string().min(1).optional().describe(`Dataset file: ${DATASET_EXTENSIONS}`),
  textField: z.string().min(1).optional().describe("Field to search; default: every text of a row"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  spans: z.boolean().default(false).describe("Show where personal data is; with --json, by row"),
  list: z.boolean().default(false).describe("List the recognisers with their measured accuracy"),
  entity: PiiRecognition.shape.entities,
  recogniser: PiiRecognition.shape.recognisers,
  locale: PiiRecognition.shape.locales,
  minScore: z.coerce.number().min(0).max(1).optional().describe(PiiRecognition.shape.minScore.description!),
  context: PiiRecognition.shape.context,
  allow: PiiRecognition.shape.allow,
  out: JsonLinesFile.optional().describe("File for the redacted rows, as JSONL"),
  profile: PiiProfile.optional().describe(RedactOptions.shape.profile.description!),
  operator: z
    .array(z.string().regex(/^[^=]+=[a-z-]+$/, "expected ENTITY=OPERATOR"))
    .optional()
    .describe(`Operator for an entity, as in PERSON=surrogate, or all=mask: ${PiiOperator.options.join(", ")}`),
  keyFile: z
    .string()
    .min(1)
    .optional()
    .describe("File with the key, which is created if it does not exist (mode 600); default: TUNEWRIGHT_REDACTION_KEY"),
  personField: RedactOptions.shape.personField,
  dateOrder: RedactOptions.shape.dateOrder.unwrap().optional().describe(RedactOptions.shape.dateOrder.description!),
  asOf: RedactOptions.shape.asOf
    .unwrap()
    .optional()
    .describe("Reference day for the rule that a year of birth reveals an age over 89 (profile hipaa); default: today"),
  deny: RedactOptions.shape.deny,
  onLeak: RedactOptions.shape.onLeak.unwrap().optional().describe(RedactOptions.shape.onLeak.description!),
  review: JsonLinesFile.optional().describe("File for low-score spans to review, as JSONL, mode 600"),
  dropped: z.string().min(1).optional().describe("File for rows in which personal data remains after redaction"),
  ner: z.url().optional().describe("Address of a Presidio analyzer or a compatible server whose spans are added"),
  nerModel: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of a Hugging Face model for token classification as ONNX, whose spans are added; needs the package onnxruntime-node",
    ),
  restore: z.boolean().default(false).describe("Decrypt encrypted values with the key and write the rows to --out"),
  nerLanguage: z.string().min(2).optional().describe("Language for the server; default: en"),
});
export type RedactRequest = z.infer<typeof RedactRequest>;
