import * as z from "zod";

import { patternProblem } from "../base/bounded-pattern.ts";
import { FunnelStage } from "./funnel.ts";

/** Operation on a span of personal data. */
export const PiiOperator = z
  .enum(["replace", "redact", "mask", "hash", "encrypt", "date-shift", "generalise", "surrogate", "keep"])
  .describe(
    "replace: <ENTITY>. redact: removed. mask: asterisks. hash: HMAC with the key. encrypt: reversible with the key. date-shift: shifted by a number of days per person. generalise: year, ZIP3, age 90+, state. surrogate: another value of its kind, consistent for one key. keep: unchanged",
  );
export type PiiOperator = z.infer<typeof PiiOperator>;

/** Standards for redacting data. */
export const PiiProfile = z.enum(["default", "hipaa", "gdpr"]);
export type PiiProfile = z.infer<typeof PiiProfile>;

/** A recogniser that a programme defines for its own identifiers, such as staff or customer numbers. */
export const CustomRecogniser = z.strictObject({
  entity: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{1,39}$/, "expected capital letters, digits and underscores, such as EMPLOYEE_ID")
    .describe("Entity of a match, such as EMPLOYEE_ID"),
  pattern: z
    .string()
    .min(1)
    .max(500)
    .superRefine((pattern, context) => {
      const problem = patternProblem(pattern);
      if (problem !== undefined) context.addIssue({ code: "custom", message: `${problem.text}; ${problem.hint}` });
    })
    .describe(
      "JavaScript regular expression for whole words; + and * match up to 64 times. No back-references; at most 10,000 ways to match at one position",
    ),
  caseSensitive: z.boolean().optional().describe("Case-sensitive; default: false"),
  context: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Words within five before or two after a match that raise its score by 0.35, to at least 0.4"),
  checksum: z
    .enum(["luhn", "mod97", "mod11-10", "verhoeff"])
    .optional()
    .describe(
      "Check of the letters and digits of a match: if it passes, the score is 1; if it fails, the match is dropped. luhn: ISO/IEC 7812; mod97: ISO 7064 MOD 97-10, check digits at the end; mod11-10: ISO 7064; verhoeff",
    ),
  score: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Score of a match alone; default: 0.5, or 0.05 with context words, so that one of them must be near"),
  operator: PiiOperator.optional().describe("Operator for a match; default: that of the profile for the entity"),
});
export type CustomRecogniser = z.infer<typeof CustomRecogniser>;

/** Options of the stage that redacts personal data. */
export const RedactOptions = z.strictObject({
  textField: z.string().min(1).optional().describe("Field to search; default: every text of a row"),
  profile: PiiProfile.default("default").describe(
    "default: the entities that are on by default, replaced. hipaa: the 18 identifiers of Safe Harbor, 45 CFR 164.514(b)(2). gdpr: people become pseudonyms made with a key (Article 4(5)); dates, places, organisations and titles before names are kept; contact data, addresses, ages, nationalities, numbers of people and accounts, and secrets are replaced. The result is still personal data",
  ),
  operators: z
    .record(z.string(), PiiOperator)
    .optional()
    .describe("Operator by entity, overriding the profile; `*` for every entity"),
  personField: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Field that identifies the person of a row: dates are shifted equally in all rows of a person; default: each row is a separate person",
    ),
  dateOrder: z.enum(["mdy", "dmy"]).default("mdy").describe("Order of dates such as 03/04/2020"),
  asOf: z.iso
    .date()
    .optional()
    .describe(
      "Reference day for the rule of the profile hipaa that a year of birth must not reveal an age over 89; the latest year in the text itself if that is later, or no day is given",
    ),
  locales: z
    .array(z.string().regex(/^[A-Z]{2}$/, "expected two capital letters, such as DE"))
    .optional()
    .describe("Countries whose identifiers are searched for, in addition to international identifiers"),
  minScore: z.number().min(0).max(1).default(0.35).describe("Lowest score of a span that is redacted"),
  reviewScore: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("Lowest score of a span that is left for a person to review"),
  allow: z.array(z.string().min(1)).optional().describe("Texts that are never personal data; case is ignored"),
  deny: z
    .array(z.string().min(1))
    .optional()
    .describe("Texts that are always personal data, as whole words; case is ignored"),
  recognisers: z
    .array(CustomRecogniser)
    .max(50)
    .optional()
    .describe("Recognisers defined by the programme, which run before the others"),
  onLeak: z.enum(["drop", "keep"]).default("drop").describe("What happens to a row in which personal data remains"),
});
export type RedactOptions = z.infer<typeof RedactOptions>;

/**
 * Options of the stage in a pipeline: the key is stored in a file of the programme, and the hash of this file is part
 * of the artefact's name.
 */
export const PiiStageOptions = RedactOptions.extend({
  keyFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with the key, mode 600, created by data redact --key-file; needed for hash, encrypt, date-shift, surrogate",
    ),
  nerModel: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of a Hugging Face model for token classification as ONNX, whose spans are added: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx; needs the package onnxruntime-node",
    ),
});
export type PiiStageOptions = z.infer<typeof PiiStageOptions>;

/** Redactions of one entity by one operator. */
export const RedactedEntity = z.strictObject({
  entity: z.string().describe("Entity, by its Presidio name if one exists"),
  operator: PiiOperator,
  spans: z.int().min(0).describe("Spans (n)"),
  rows: z.int().min(0).describe("Rows with at least one span"),
  samples: z.array(z.string()).describe("The first few, masked: at most the first letter of each word"),
});
export type RedactedEntity = z.infer<typeof RedactedEntity>;

/** A class of a dataset, and the fate of its name. */
export const ClassName = z.strictObject({
  name: z.string().describe("The class; masked if its name is replaced"),
  rows: z.int().min(1),
  entity: z.string().nullable().describe("Entity that the recognisers find in the name; null if there is none"),
  isKept: z.boolean().describe("False if the name is replaced: it is a full name, a number or an address of somebody"),
});
export type ClassName = z.infer<typeof ClassName>;

/** A field whose values are a closed set of classes. */
export const ClassField = z.strictObject({
  field: z.string().describe('Name of the field; "answer" for the single answer of a row'),
  classes: z.array(ClassName).describe("By number of rows, largest first"),
});
export type ClassField = z.infer<typeof ClassField>;

/** Rows in a script whose names the lists do not contain. */
export const ScriptRows = z.strictObject({
  script: z.string().describe("The script, or the languages that it stands for"),
  rows: z.int().min(1).describe("Rows with a word in this script; a row counts for one script"),
});
export type ScriptRows = z.infer<typeof ScriptRows>;

/** Result of `data redact --out`. */
export const RedactResult = z.strictObject({
  profile: PiiProfile,
  keyId: z.string().nullable().describe("Id of the key, which reveals nothing about it; null if no key was used"),
  funnel: z.array(FunnelStage).describe("Rows in, kept, dropped by reason"),
  entities: z
    .array(RedactedEntity)
    .describe("By number of spans, largest first; an entity has one item for each operator that was applied to it"),
  rowsWithoutField: z
    .int()
    .min(0)
    .describe("Rows whose search field is empty, which pass unchanged; 0 if every text is searched"),
  review: z.strictObject({
    spans: z.int().min(0).describe("Spans with a low score: not redacted, for a person to review"),
    file: z.string().nullable().describe("File with these spans; null if none was requested"),
  }),
  leaks: z.strictObject({
    rows: z.int().min(0).describe("Rows in which personal data was found after redaction"),
    foundAgain: z.int().min(0).describe("Spans that the recognisers found in the output"),
    valuesLeft: z.int().min(0).describe("Redacted values that also occur elsewhere in their row"),
  }),
  classes: z
    .array(ClassField)
    .describe("Fields that hold classes, at most 200 short texts that occur twice on average; their names are kept"),
  scripts: z
    .array(ScriptRows)
    .describe("Rows in scripts whose names and places no list contains; empty if a model searched them"),
  notSeen: z.array(z.string()).describe("What this profile cannot detect or guarantee"),
  out: z.string().nullable().describe("File with the redacted rows; null if none was requested"),
});
export type RedactResult = z.infer<typeof RedactResult>;
