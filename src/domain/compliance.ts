import * as z from "zod";

import { Day } from "./source.ts";
import { VendorChain } from "./vendor-chain.ts";

/** Value of a fact; null: unknown. */
export const FactValue = z.union([z.boolean(), z.number(), z.string(), z.array(z.string()), z.null()]);
export type FactValue = z.infer<typeof FactValue>;

/** A condition over facts; its value is true, false or unknown. */
export type Predicate =
  | { always: true }
  | { all: Predicate[] }
  | { any: Predicate[] }
  | { not: Predicate }
  | {
      fact: string;
      op: "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "includes" | "before" | "onOrAfter";
      value: unknown;
    };

/** A condition over facts. */
export const Predicate: z.ZodType<Predicate> = z.lazy(() =>
  z.union([
    z.strictObject({ always: z.literal(true) }),
    z.strictObject({ all: z.array(Predicate) }),
    z.strictObject({ any: z.array(Predicate) }),
    z.strictObject({ not: Predicate }),
    z.strictObject({
      fact: z.string(),
      op: z.enum(["eq", "ne", "gt", "gte", "lt", "lte", "in", "includes", "before", "onOrAfter"]),
      value: z.unknown(),
    }),
  ]),
);

/** A fact about a programme on which duties depend. */
export const ComplianceFact = z.strictObject({
  id: z.string().describe("Name, such as `data.personal`"),
  type: z.string().describe("bool, date, number, string, enum(...) or set(...)"),
  description: z.string().describe("Question"),
});
export type ComplianceFact = z.infer<typeof ComplianceFact>;

/** Verification level of a statement: [P] primary text, [S] secondary source, [G] general knowledge, [D] derived. */
export const Verification = z
  .enum(["primary", "secondary", "general", "derived"])
  .describe("Verification level: primary text, secondary source, general knowledge, derived");
export type Verification = z.infer<typeof Verification>;

/** Day from which a requirement applies. */
export const AppliesFrom = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("day"), day: Day }),
  z.strictObject({ kind: z.literal("by-high-risk"), annexIII: Day, annexI: Day }),
  z.strictObject({ kind: z.literal("by-market-date"), day: Day, placedBefore: Day, dayIfPlacedBefore: Day }),
]);
export type AppliesFrom = z.infer<typeof AppliesFrom>;

/** Kind of requirement: 88 of 246 are obligations. */
export const RequirementKind = z
  .enum(["obligation", "control", "criterion", "outcome", "gate", "permission", "guidance"])
  .describe("Kind: a duty, or something else that counsel or an auditor checks");
export type RequirementKind = z.infer<typeof RequirementKind>;

/** Output of the programme that can prove an item of evidence; `paper:` is followed by the name of an approved paper. */
export const EvidenceSource = z.enum([
  "study",
  "budget",
  "data-run",
  "quality",
  "redaction",
  "rights",
  "opt-out-drops",
  "opt-out-signals",
  "training-job",
  "releases",
  "evaluation",
  "memorisation",
  "verbatim",
  "extraction-and-membership",
  "vendor-register",
  "vendor-bills",
  "access-log",
  "deletion",
  "paper:annex-xi",
  "paper:annex-xii",
  "paper:model-documentation",
  "paper:model-card",
  "paper:public-summary",
  "paper:copyright-policy",
  "paper:dpia",
  "paper:gdpr-art30",
  "paper:hipaa-deid",
]);
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** A requirement of a law or a standard, the condition under which it applies, and the required evidence. */
export const Requirement = z.strictObject({
  id: z.string().describe("Id, such as `AIA-53-1d`"),
  framework: z.string().describe("Law or standard"),
  kind: RequirementKind,
  title: z.string().describe("Title"),
  ref: z.string().describe("Article, section or clause"),
  summary: z.string().describe("What it requires, in our words"),
  owedBy: z.array(z.string()).describe("Who is obliged"),
  appliesWhen: Predicate,
  appliesFrom: AppliesFrom,
  evidence: z
    .array(
      z.strictObject({
        automation: z.enum(["auto", "assisted", "manual"]).describe("Computed, drafted, or written by a person"),
        record: z.string().describe("Kind of record that supplies it"),
        artifact: z.string().describe("What must be shown"),
        provedBy: z
          .array(EvidenceSource)
          .default([])
          .describe("Output of the programme that proves it; empty: only a paper of a person does"),
      }),
    )
    .describe("Evidence that it asks for"),
  fromRecords: z
    .enum(["full", "partial", "none"])
    .describe("How much of its evidence the records of the programme can supply"),
  verification: Verification,
  verificationNote: z.string().describe("What was read, if the level alone does not say so"),
  source: z.string().describe("Id of its source"),
  penalty: z.string().describe("Fine, if the source states one"),
  note: z.string().describe("Caveat"),
});
export type Requirement = z.infer<typeof Requirement>;

/** A fact with its value and the source of the value. */
export const KnownFact = z.strictObject({
  id: z.string().describe("Name of the fact"),
  value: FactValue.describe("Value; null if unknown"),
  source: z.string().describe("Source of the value, or why it is unknown"),
});
export type KnownFact = z.infer<typeof KnownFact>;

/** A role that the owner of the programme has, does not have, or may have. */
export const ComplianceRole = z.strictObject({
  id: z.string().describe("Name of the role"),
  title: z.string().describe("Description of the role"),
  answer: z.enum(["yes", "no", "amber", "unknown"]).describe("Whether the owner of the programme has it"),
  reason: z.string().describe("Why, with the numbers"),
  rule: z.string().describe("The rule that was applied, with its source"),
  verification: Verification,
  facts: z.array(KnownFact).describe("The facts used"),
  wouldChange: z.string().describe("What would change the answer"),
});
export type ComplianceRole = z.infer<typeof ComplianceRole>;

/** Evidence for a requirement. */
export const EvidenceItem = z.strictObject({
  artifact: z.string().describe("What must be shown"),
  automation: z.enum(["auto", "assisted", "manual"]).describe("Computed, drafted, or written by a person"),
  state: z
    .enum(["found", "stale", "missing"])
    .describe("Whether there is evidence, and whether it matches the current data and plan"),
  ref: z.string().nullable().describe("File in the programme folder, or a record in the pack; null if there is none"),
  sha256: z.string().nullable().describe("SHA-256 of the file; null if there is none"),
  detail: z.string().describe("Result: what was found; or what to do"),
  collectedAt: Day.nullable().describe("Day on which it was recorded; null if it is missing or states no day"),
  validUntil: Day.nullable().describe("Last day on which it is valid; null: while the data and the plan stay the same"),
  reviewer: z.string().nullable().describe("Who reviewed or approved it; null: nobody stated"),
  askedFrom: z.string().nullable().describe("Person who must supply it, according to compliance.yaml; null: nobody"),
  due: Day.nullable().describe("Day by which this person must supply it"),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** A requirement as it applies to a programme. */
export const AppliedRequirement = z.strictObject({
  id: z.string().describe("Id of the requirement"),
  framework: z.string().describe("Law or standard"),
  kind: RequirementKind,
  title: z.string().describe("Title"),
  ref: z.string().describe("Article, section or clause"),
  summary: z.string().describe("What it requires"),
  applies: z
    .enum(["yes", "later", "unknown"])
    .describe("Applies today, from a later day, or depends on an unknown fact"),
  from: Day.nullable().describe("Day from which it applies; null if it has none"),
  dependsOn: z.array(z.string()).describe("Unknown facts that decide whether it applies"),
  verification: Verification,
  fromRecords: z.enum(["full", "partial", "none"]).describe("How much of its evidence the records can supply"),
  evidence: z.array(EvidenceItem).describe("Evidence, found or missing"),
  caveat: z.string().describe("What a lawyer should check; empty if nothing"),
});
export type AppliedRequirement = z.infer<typeof AppliedRequirement>;

/** A question whose answer would resolve the most unknown requirements. */
export const ComplianceQuestion = z.strictObject({
  fact: z.string().describe("Name of the fact"),
  type: z.string().describe("Expected form of the answer"),
  question: z.string().describe("Question"),
  decides: z.int().describe("Requirements whose application the answer may settle"),
});
export type ComplianceQuestion = z.infer<typeof ComplianceQuestion>;

/** Result of `tunewright comply show`. */
export const ComplianceReport = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the answer"),
  law: z.string().describe("Version of the law that was applied"),
  roles: z.array(ComplianceRole).describe("Roles, with reasons"),
  requirements: z.array(AppliedRequirement).describe("Requirements that apply, apply later, or may apply"),
  counts: z
    .strictObject({
      known: z.int().describe("Requirements in the catalogue"),
      applying: z.int().describe("Requirements that apply today"),
      obligations: z.int().describe("Duties (kind `obligation`) among those that apply today"),
      later: z.int().describe("Requirements that apply from a later day"),
      unknown: z.int().describe("Requirements that depend on an unknown fact"),
      generalKnowledge: z.int().describe("Requirements shown that are based on general knowledge"),
      evidenceFound: z.int().describe("Evidence items found"),
      evidenceAsked: z.int().describe("Evidence items required by what applies today"),
      overdue: z.int().describe("Items that a person was asked for, whose due day has passed"),
    })
    .describe("Counts"),
  facts: z.array(KnownFact).describe("All facts, known and unknown"),
  questions: z.array(ComplianceQuestion).describe("Questions to answer next, most decisive first"),
  vendors: VendorChain.describe("Vendors that receive data, with their agreements down the chain"),
  deadlines: z
    .array(z.strictObject({ date: Day, what: z.string().describe("What begins to apply") }))
    .describe("Days on which duties of the EU AI Act begin; none outside its scope"),
  sources: z.record(z.string(), z.string()).describe("Sources by id"),
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;
