import { Failure } from "../../base/failure.ts";
import { baseCompute } from "../../catalog/base-compute.ts";
import { complianceCatalogue } from "../../catalog/compliance.ts";
import { deriveFacts } from "../../comply/derived-facts.ts";
import type { FactValue, KnownFact } from "../../domain/compliance.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { Programme } from "../../domain/programme.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { ANSWERS_FILE } from "./read-answers.ts";

/** What the records of a programme say, besides `programme.yaml`. */
export type RecordedFacts = {
  /** Day of the answer, `YYYY-MM-DD`. */
  on: string;
  /** Most compute of all training on the base, planned and done, FLOP; null where it is not known. */
  modificationFlop: number | null;
  /** How that compute was found. */
  flopSource: string;
  /** A stage looked for personal data in the rows as they are; null where none ran. */
  personalDataScanned: boolean | null;
};

/** Compute above which a model that generates language is indicated to be general-purpose, FLOP. */
const GPAI_FLOP = 1e23;

/**
 * Every fact of the catalogue with its value and where it comes from: stated in `programme.yaml`, answered in
 * `compliance.yaml`, measured, taken from the catalogue of base models, or derived. A field that `programme.yaml` leaves
 * to its default answers nothing.
 *
 * @throws Failure bad_input where two places contradict each other, naming both
 */
export function gatherFacts(
  loaded: LoadedProgramme,
  answers: ComplianceAnswers,
  records: RecordedFacts,
): Map<string, KnownFact> {
  const gathered = new Map(
    [...statedFacts(loaded), ...baseFacts(loaded), ...recordedFacts(records)].map((fact) => [fact.id, fact]),
  );
  for (const [id, { value, by, on, note }] of Object.entries(answers.answers)) {
    const source = `${ANSWERS_FILE}: ${by}, ${on}${note === "" ? "" : ` (${note})`}`;
    const other = gathered.get(id);
    // What was derived gives way to what somebody says.
    const isFirm = other !== undefined && other.value !== null && !other.source.startsWith("derived:");
    if (isFirm && JSON.stringify(other.value) !== JSON.stringify(value)) {
      throw new Failure(
        "bad_input",
        `${id} contradicts itself: ${JSON.stringify(other.value)} by ${other.source}, ${JSON.stringify(value)} by ${source}`,
        { hint: "correct one of the two" },
      );
    }
    gathered.set(id, { id, value, source });
  }
  const values = new Map([...gathered].map(([id, fact]): [string, FactValue] => [id, fact.value]));
  for (const fact of deriveFacts(values)) gathered.set(fact.id, fact);
  return new Map(
    complianceCatalogue().facts.map(({ id }) => [
      id,
      gathered.get(id) ?? { id, value: null, source: "not stated yet" },
    ]),
  );
}

/** Facts that `programme.yaml` states; those it leaves out are absent. */
function statedFacts(loaded: LoadedProgramme): KnownFact[] {
  const { programme } = loaded;
  const { compliance, data, task } = programme;
  const stated = (field: string, id: string, value: FactValue): KnownFact[] => {
    const path = field.split(".");
    return loaded.origin(path).kind === "user" ? [{ id, value, source: loaded.place(path) }] : [];
  };
  return [
    ...stated("compliance.euMarket", "scope.placedOnUnionMarket", compliance.euMarket),
    ...stated("compliance.euMarket", "scope.euUsers", compliance.euMarket),
    ...stated("compliance.researchOnly", "scope.researchOnly", compliance.researchOnly),
    ...stated("compliance.distributesWeights", "dist.redistributesWeights", compliance.distributesWeights),
    ...stated("compliance.ownName", "sys.putsIntoService", compliance.ownName),
    ...stated("task.narrow", "model.narrow", task.narrow),
    ...stated("data.personalData", "data.personal", data.personalData !== "none"),
    ...stated(
      "data.personalData",
      "data.special",
      data.personalData === "phi" ? true : data.personalData === "none" ? false : null,
    ),
    // Health data of patients is PHI only where US law makes it so: phi says what the rows hold, not whose law binds.
    ...stated("data.personalData", "data.usPhi", data.personalData === "phi" ? null : false),
    ...originFacts(loaded, programme),
  ].filter(({ value }) => value !== null);
}

/** Facts on where rows come from, by the dataset files that the programme lists. */
function originFacts(loaded: LoadedProgramme, { data }: Programme): KnownFact[] {
  const files = data.files.filter(({ role }) => role !== "eval");
  if (files.length === 0) return [];
  const source = loaded.place(["data", "files"]);
  const has = (origin: string): boolean => files.some((file) => file.origin === origin);
  return [
    { id: "data.publicDatasets", value: has("public"), source },
    { id: "data.licensed", value: has("licensed"), source },
    { id: "data.crawled", value: has("scraped"), source },
    {
      id: "data.synthetic",
      value: has("synthetic") || data.syntheticRows > 0 || files.some(({ generated }) => generated),
      source,
    },
    { id: "data.copyrightedWebContent", value: has("scraped") ? true : null, source },
  ];
}

/** What the catalogue of base models says of the base. */
function baseFacts(loaded: LoadedProgramme): KnownFact[] {
  const id = loaded.programme.model.base;
  const base = baseCompute(id);
  const stated: KnownFact = { id: "base.id", value: id, source: loaded.place(["model", "base"]) };
  const sized: KnownFact = {
    id: "sys.generatesSynthetic",
    value: ["text"],
    source: "derived: a language model writes text",
  };
  if (base === undefined) return [stated, sized];
  const source = `catalogue of base models: ${base.source} (${base.verification})`;
  const systemic = base.systemicRisk === "above" ? true : base.systemicRisk === "below" ? false : null;
  return [
    stated,
    sized,
    { id: "base.trainingFlop", value: base.lowFlop, source },
    { id: "base.isGpai", value: base.highFlop === null ? null : base.highFlop >= GPAI_FLOP, source },
    { id: "base.systemicRisk", value: systemic, source },
  ];
}

function recordedFacts({ on, modificationFlop, flopSource, personalDataScanned }: RecordedFacts): KnownFact[] {
  return [
    { id: "asOf", value: on, source: "day of the answer" },
    { id: "run.modificationFlop", value: modificationFlop, source: flopSource },
    { id: "data.personalScanned", value: personalDataScanned, source: "the last data run" },
  ];
}
