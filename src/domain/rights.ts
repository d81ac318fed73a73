import * as z from "zod";

import { Day } from "./source.ts";

/** Permitted uses under a licence: the classes of the Data Provenance Initiative. */
export const UseClass = z.enum(["all", "non-commercial", "academic", "unspecified"]);
export type UseClass = z.infer<typeof UseClass>;

/** Use of the tuned model. */
export const IntendedUse = z.enum(["commercial", "non-commercial", "academic"]);
export type IntendedUse = z.infer<typeof IntendedUse>;

/** Machine-readable reservations of rights, by the kind of file. */
export const OptOutKind = z.enum([
  "robots.txt",
  "ai.txt",
  "tdmrep.json",
  "llms.txt",
  "http-headers",
  "html",
  "c2pa.json",
]);
export type OptOutKind = z.infer<typeof OptOutKind>;

/** A file of a website that reserves rights. */
export const OptOutFile = z.strictObject({
  kind: OptOutKind.describe("Kind of file"),
  file: z.string().min(1).describe("Path, relative to the rights file"),
  host: z
    .string()
    .regex(/^[\w.-]+(?::\d+)?$/, "expected a host such as example.org, without https:// and path")
    .optional()
    .describe("Website of its origin; default: it applies to all rows"),
});
export type OptOutFile = z.infer<typeof OptOutFile>;

const Reference = z.string().min(1).max(1000);

/** Known rights of one dataset. */
export const SourceRights = z.strictObject({
  source: z.string().min(1).describe("Name of the dataset as in data run, or * for all that are not named"),
  own: z.boolean().default(false).describe("The rows are your own work"),
  licence: z.string().min(1).max(2000).optional().describe("SPDX id or expression, or the wording of the website"),
  contract: z
    .strictObject({
      reference: Reference.describe("Where the contract is filed"),
      training: z.boolean().describe("It permits training of models"),
      expires: Day.optional().describe("Last day of validity"),
    })
    .optional()
    .describe("A contract with the rights holder"),
  personalData: z
    .strictObject({
      special: z
        .boolean()
        .default(false)
        .describe("Special categories of GDPR Article 9: health, belief, origin and others"),
      basis: z
        .enum([
          "consent",
          "contract",
          "legal-obligation",
          "vital-interests",
          "public-task",
          "legitimate-interests",
          "anonymised",
        ])
        .optional()
        .describe("Legal basis under GDPR Article 6, or anonymised"),
      condition: z
        .string()
        .min(1)
        .optional()
        .describe("Condition of GDPR Article 9(2) for special data, as in 9(2)(a)"),
      reference: Reference.optional().describe("Where consent or the balancing test is filed"),
      expires: Day.optional().describe("Last day of validity of the consent"),
      withdrawn: z
        .strictObject({
          field: z
            .string()
            .min(1)
            .describe("Field that identifies the person, the case or the consent, or that marks the row"),
          values: z
            .array(z.union([z.string(), z.number(), z.boolean()]))
            .min(1)
            .describe("Value of that field in rows whose consent was withdrawn"),
        })
        .optional()
        .describe("Rows whose consent was withdrawn; a decision on the dataset does not restore them"),
    })
    .optional()
    .describe("Personal data in the rows, and the legal basis of processing"),
  generatedBy: z.array(z.string().min(1)).default([]).describe("Models that generated the rows"),
  optOut: z.array(OptOutFile).default([]).describe("Files in which websites reserve rights"),
  expires: Day.optional().describe("Last day on which the rows may be used"),
  decision: z
    .strictObject({
      verdict: z.enum(["allowed", "blocked"]).describe("Decision"),
      by: z.string().min(1).describe("Who decided"),
      on: Day.describe("When"),
      reason: z.string().min(1).describe("Reason"),
    })
    .optional()
    .describe("A person's decision, which overrides the rules"),
});
export type SourceRights = z.infer<typeof SourceRights>;

/** A rights file: the known rights of each dataset. */
export const RightsFile = z.strictObject({
  sources: z.array(SourceRights).describe("One entry per dataset"),
});
export type RightsFile = z.infer<typeof RightsFile>;

/** Options of the rights stage. */
export const RightsOptions = z.strictObject({
  rights: z.string().min(1).optional().describe("Rights file in YAML"),
  use: IntendedUse.default("commercial").describe("Use of the tuned model"),
  on: Day.describe("Reference day for the rights"),
  licenceField: z.string().min(1).optional().describe("Field with the licence of a row"),
  urlField: z.string().min(1).optional().describe("Field with the web page of a row's origin"),
  generatedByField: z.string().min(1).optional().describe("Field with the model that generated a row"),
  counsel: z.enum(["hold", "keep"]).default("hold").describe("What happens to rows that need counsel"),
});
export type RightsOptions = z.infer<typeof RightsOptions>;

/** Result of one rule for a dataset or row. */
export const RightsFinding = z.strictObject({
  rule: z.string().describe("Id of the rule"),
  verdict: z.enum(["allowed", "blocked", "needs-counsel"]).describe("Verdict"),
  detail: z.string().describe("Reason, with the wording that it is based on"),
});
export type RightsFinding = z.infer<typeof RightsFinding>;

/** Verdict on whether rows may be used for training. */
export const RightsVerdict = z.strictObject({
  verdict: z.enum(["allowed", "blocked", "needs-counsel"]).describe("The strictest of the findings, or the decision"),
  rule: z.string().describe("Rule that decided"),
  detail: z.string().describe("Reason"),
  licence: z.string().nullable().describe("Licence by its name in the table, otherwise as given; null if unknown"),
  use: UseClass.nullable().describe("Permitted use; null if the licence is not in the table"),
  duties: z.array(z.string()).describe("Conditions: attribution, share-alike, naming"),
  findings: z.array(RightsFinding).describe("Results of all rules"),
});
export type RightsVerdict = z.infer<typeof RightsVerdict>;

/** A row of the rights table: the rows of one dataset with the same verdict. */
export const RightsLine = z.strictObject({
  source: z.string().describe("Dataset"),
  rows: z.int().min(1).describe("Rows with this verdict"),
  ...RightsVerdict.shape,
});
export type RightsLine = z.infer<typeof RightsLine>;
