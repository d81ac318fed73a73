import * as z from "zod";

import { Day } from "./source.ts";

/** What a licence lets its rows be used for; the classes of the Data Provenance Initiative. */
export const UseClass = z.enum(["all", "non-commercial", "academic", "unspecified"]);
export type UseClass = z.infer<typeof UseClass>;

/** What the tuned model is for. */
export const IntendedUse = z.enum(["commercial", "non-commercial", "academic"]);
export type IntendedUse = z.infer<typeof IntendedUse>;

/** Machine-readable reservations of rights, by the file that holds them. */
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

/** A file that was fetched from a site and says what it reserves. */
export const OptOutFile = z.strictObject({
  kind: OptOutKind.describe("What the file is"),
  file: z.string().min(1).describe("Path, relative to the rights file"),
  host: z
    .string()
    .regex(/^[\w.-]+(?::\d+)?$/, "expected a host such as example.org, without https:// and path")
    .optional()
    .describe("Site that it came from; default: it applies to all rows"),
});
export type OptOutFile = z.infer<typeof OptOutFile>;

const Reference = z.string().min(1).max(1000);

/** What is known of the rights in one dataset. */
export const SourceRights = z.strictObject({
  source: z.string().min(1).describe("Name of the dataset as data run shows it, or * for all that are not named"),
  own: z.boolean().default(false).describe("The rows are your own work"),
  licence: z.string().min(1).max(2000).optional().describe("SPDX id or expression, or the words of its page"),
  contract: z
    .strictObject({
      reference: Reference.describe("Where the contract is filed"),
      training: z.boolean().describe("It permits training of models"),
      expires: Day.optional().describe("Last day on which it is valid"),
    })
    .optional()
    .describe("A contract with the rights holder"),
  personalData: z
    .strictObject({
      special: z.boolean().default(false).describe("Health, belief, origin or others of GDPR Article 9"),
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
        .describe("Basis of GDPR Article 6, or anonymised"),
      condition: z.string().min(1).optional().describe("Condition of GDPR Article 9(2) for special data, as 9(2)(a)"),
      reference: Reference.optional().describe("Where consent or the balancing of interests is filed"),
      expires: Day.optional().describe("Last day on which the consent holds"),
      withdrawn: z
        .strictObject({
          field: z
            .string()
            .min(1)
            .describe("Field of a row that names the person, the case or the consent, or that marks the row"),
          values: z
            .array(z.union([z.string(), z.number(), z.boolean()]))
            .min(1)
            .describe("Its value in rows whose consent was withdrawn"),
        })
        .optional()
        .describe("Rows whose consent was withdrawn; no decision on the dataset restores them"),
    })
    .optional()
    .describe("Personal data in the rows, and why they may be processed"),
  generatedBy: z.array(z.string().min(1)).default([]).describe("Models that wrote the rows"),
  optOut: z.array(OptOutFile).default([]).describe("Files in which sites reserve rights"),
  expires: Day.optional().describe("Last day on which the rows may be used"),
  decision: z
    .strictObject({
      verdict: z.enum(["allowed", "blocked"]).describe("What was decided"),
      by: z.string().min(1).describe("Who decided"),
      on: Day.describe("When"),
      reason: z.string().min(1).describe("Why"),
    })
    .optional()
    .describe("A person's decision that overrides the rules"),
});
export type SourceRights = z.infer<typeof SourceRights>;

/** A rights file: what is known of each dataset. */
export const RightsFile = z.strictObject({
  sources: z.array(SourceRights).describe("One group of facts per dataset"),
});
export type RightsFile = z.infer<typeof RightsFile>;

/** Options of the rights stage. */
export const RightsOptions = z.strictObject({
  rights: z.string().min(1).optional().describe("Rights file in YAML: what is known of each dataset"),
  use: IntendedUse.default("commercial").describe("What the tuned model is for"),
  on: Day.describe("Day for which the rights are judged"),
  licenceField: z.string().min(1).optional().describe("Field of a row that names its licence"),
  urlField: z.string().min(1).optional().describe("Field of a row that names the page that it came from"),
  generatedByField: z.string().min(1).optional().describe("Field of a row that names the model that wrote it"),
  counsel: z.enum(["hold", "keep"]).default("hold").describe("What happens to rows that need counsel"),
});
export type RightsOptions = z.infer<typeof RightsOptions>;

/** What a rule says of a dataset or row. */
export const RightsFinding = z.strictObject({
  rule: z.string().describe("Id of the rule"),
  verdict: z.enum(["allowed", "blocked", "needs-counsel"]).describe("What it says"),
  detail: z.string().describe("Why, with the words that it rests on"),
});
export type RightsFinding = z.infer<typeof RightsFinding>;

/** May these rows be trained on? */
export const RightsVerdict = z.strictObject({
  verdict: z.enum(["allowed", "blocked", "needs-counsel"]).describe("The strictest of the findings, or the decision"),
  rule: z.string().describe("Rule that says so"),
  detail: z.string().describe("Why"),
  licence: z.string().nullable().describe("Licence as the table names it, else as given; null where there is none"),
  use: UseClass.nullable().describe("What it permits; null if it is not in the table"),
  duties: z.array(z.string()).describe("Conditions: attribution, share-alike, naming"),
  findings: z.array(RightsFinding).describe("All findings of the rules"),
});
export type RightsVerdict = z.infer<typeof RightsVerdict>;

/** The rights table: rows of one dataset with one verdict. */
export const RightsLine = z.strictObject({
  source: z.string().describe("Dataset"),
  rows: z.int().min(1).describe("Rows with this verdict"),
  ...RightsVerdict.shape,
});
export type RightsLine = z.infer<typeof RightsLine>;
