import type { TemplateName } from "../../domain/init-result.ts";
import type { ProgrammeInput } from "../../domain/programme.ts";

/** A programme template: its facts, and a few rows that show the format of its dataset. */
export type InitTemplate = {
  summary: string;
  programme: ProgrammeInput;
  /** Instruction, and pairs of input and expected output. */
  system: string;
  pairs: readonly (readonly [string, string])[];
};

/** Path of the sample dataset inside the new folder. */
export const SAMPLE_PATH = "data/sample.jsonl";

const SAMPLE_FILE = { path: SAMPLE_PATH, role: "train", origin: "synthetic", generated: true } as const;

/** Templates of `tunewright init`, with values to replace with your own. */
export const INIT_TEMPLATES: Readonly<Record<TemplateName, InitTemplate>> = {
  support: {
    summary: "customer support answers in the company's own voice",
    programme: {
      name: "Customer support voice",
      description: "Answer support tickets in the tone and with the policies of the company.",
      task: { kind: "chat", goals: ["style", "cost"], narrow: true },
      model: { base: "Qwen/Qwen2.5-7B-Instruct" },
      data: { files: [SAMPLE_FILE], plannedRows: 10_000, meanTokens: 400, personalData: "pii", annotatedShare: 0.3 },
      training: { method: "auto", sequenceTokens: 2048 },
      today: { api: "openai/gpt-4o", apiUsdPerMonth: "12000" },
      serving: { inputTokensPerMonth: 600_000_000, outputTokensPerMonth: 150_000_000 },
      compliance: { euMarket: true, ownName: true, researchOnly: false },
    },
    system: "You answer support tickets of a web shop: friendly, short, with one clear next step.",
    pairs: [
      [
        "My parcel has not arrived after ten days.",
        "I am sorry about the wait. I have asked the carrier to trace it and will write to you by tomorrow noon.",
      ],
      [
        "How do I return a pair of shoes?",
        "Open your orders, choose Return and print the label. The refund arrives within five working days.",
      ],
      [
        "The discount code does not work.",
        "The code ended on Sunday. I have put the same discount on your account: it is applied at your next checkout.",
      ],
      [
        "Can I change the delivery address?",
        "Yes, until it ships. Please reply with the new address and I will update the order right away.",
      ],
    ],
  },
  contracts: {
    summary: "clauses and fields extracted from contracts",
    programme: {
      name: "Contract extraction",
      description: "Extract parties, dates, amounts and clauses from commercial contracts as JSON.",
      task: { kind: "extraction", goals: ["format", "cost"], narrow: true, classes: 12, verifiableReward: true },
      model: { base: "Qwen/Qwen2.5-7B-Instruct" },
      data: {
        files: [SAMPLE_FILE],
        plannedRows: 12_000,
        meanTokens: 1_400,
        personalData: "pii",
        regulated: true,
        annotatedShare: 1,
      },
      training: { method: "auto", sequenceTokens: 4096, batchSequences: 2 },
      today: { api: "openai/gpt-4o", apiUsdPerMonth: "20000" },
      serving: { inputTokensPerMonth: 1_500_000_000, outputTokensPerMonth: 60_000_000 },
      compliance: { euMarket: true, ownName: true, researchOnly: false },
    },
    system: "Extract the parties, the term and the governing law as JSON.",
    pairs: [
      [
        "This agreement between Alder Ltd and Birch GmbH runs for two years under the law of Ireland.",
        '{"parties":["Alder Ltd","Birch GmbH"],"termMonths":24,"law":"Ireland"}',
      ],
      [
        "Cedar SA and Dogwood Inc agree on a term of eighteen months. French law applies.",
        '{"parties":["Cedar SA","Dogwood Inc"],"termMonths":18,"law":"France"}',
      ],
      [
        "Elm BV supplies Fir AB until either ends the contract. It is governed by Dutch law.",
        '{"parties":["Elm BV","Fir AB"],"termMonths":null,"law":"Netherlands"}',
      ],
      [
        "Hazel plc lets the premises to Ivy LLP for five years; the law of England applies.",
        '{"parties":["Hazel plc","Ivy LLP"],"termMonths":60,"law":"England"}',
      ],
    ],
  },
  clinical: {
    summary: "clinical notes written from visits, on premises",
    programme: {
      name: "Clinical scribe",
      description: "Write a structured note from the transcript of a visit, inside the hospital's own network.",
      task: { kind: "summarisation", goals: ["format", "knowledge"], narrow: true },
      model: { base: "mistralai/Mistral-Small-24B-Instruct-2501" },
      data: {
        files: [SAMPLE_FILE],
        plannedRows: 20_000,
        meanTokens: 1_800,
        personalData: "phi",
        regulated: true,
        thirdParty: true,
        annotatedShare: 0.5,
        doubleLabelledShare: 0.15,
      },
      training: { method: "auto", sequenceTokens: 4096, batchSequences: 1 },
      today: { laborUsdPerMonth: "60000" },
      serving: { inputTokensPerMonth: 400_000_000, outputTokensPerMonth: 80_000_000 },
      requirements: { apiAllowed: false, residency: "on-premises" },
      compliance: { euMarket: true, ownName: true, researchOnly: false },
    },
    system: "Write a note with the headings Subjective, Objective, Assessment and Plan.",
    pairs: [
      [
        "Doctor: What brings you in? Patient: A cough for two weeks, worse at night.",
        "Subjective: cough for two weeks, worse at night. Objective: not examined yet. Assessment: cough, subacute. Plan: examination.",
      ],
      [
        "Doctor: How is the knee? Patient: Better, I can climb stairs again.",
        "Subjective: knee improved, stairs possible. Objective: none recorded. Assessment: recovering. Plan: continue exercises.",
      ],
      [
        "Doctor: Your pressure is 128 over 82. Patient: I took the tablets every day.",
        "Subjective: takes the tablets daily. Objective: blood pressure 128/82. Assessment: controlled. Plan: same dose.",
      ],
      [
        "Doctor: Any fever? Patient: No, only a sore throat since Monday.",
        "Subjective: sore throat since Monday, no fever. Objective: none recorded. Assessment: pharyngitis, likely viral. Plan: fluids, rest.",
      ],
    ],
  },
};
