import { Failure } from "../../base/failure.ts";
import { baseCompute } from "../../catalog/base-compute.ts";
import { findModel } from "../../catalog/models.ts";
import { complianceCatalogue } from "../../catalog/compliance.ts";
import { deriveFacts } from "../../comply/derived-facts.ts";
import type { FactValue, KnownFact } from "../../domain/compliance.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";
import { rowsNotListed } from "./statements/planned-data.ts";

/** Facts from the records of a programme other than `programme.yaml`. */
export type RecordedFacts = {
  /** Day of the answer, `YYYY-MM-DD`. */
  on: string;
  /** Largest compute of all training on the base, planned and done, FLOP; null if unknown. */
  modificationFlop: number | null;
  /** Method by which this compute was determined. */
  flopSource: string;
  /** Whether a stage searched the unredacted rows for personal data; null if none ran. */
  personalDataScanned: boolean | null;
  /** Valid rows of the listed files that are trained on; default: those that are planned. */
  rowsOnHand?: number | undefined;
  /** Facts that other records prove; what a person states about personal data overrides a search for it. */
  proved?: readonly KnownFact[] | undefined;
};

/** Compute above which a model that generates language counts as general-purpose, FLOP. */
const GPAI_FLOP = 1e23;

/**
 * All facts of the catalogue with their values and sources: stated in `programme.yaml`, answered in `compliance.yaml`,
 * measured, taken from the catalogue of base models, or derived. A field of `programme.yaml` with its default value
 * answers nothing.
 *
 * @throws Failure bad_input if two places contradict each other, naming both
 */
export function gatherFacts(
  loaded: LoadedProgramme,
  answers: ComplianceAnswers,
  records: RecordedFacts,
): Map<string, KnownFact> {
  const gathered = new Map(
    [
      ...(records.proved ?? []),
      ...statedFacts(loaded),
      ...originFacts(loaded, records),
      ...baseFacts(loaded),
      ...recordedFacts(records),
    ].map((fact) => [fact.id, fact]),
  );
  // A recogniser may be wrong where a person says that there is none; the audit shows what it found.
  if (answers.answers["data.personal"] !== undefined && !isStated(loaded)) gathered.delete("data.personal");
  for (const [id, { value, by, on, note }] of Object.entries(answers.answers)) {
    const source = `${ANSWERS_FILE}: ${by}, ${on}${note === "" ? "" : ` (${note})`}`;
    const other = gathered.get(id);
    // A stated fact takes precedence over a derived one.
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

function isStated({ origin }: LoadedProgramme): boolean {
  return origin(["data", "personalData"]).kind === "user";
}

/** Facts stated in `programme.yaml`; others are absent. */
function statedFacts(loaded: LoadedProgramme): KnownFact[] {
  const { programme } = loaded;
  const { compliance, data, task } = programme;
  const stated = (field: string, id: string, value: FactValue | undefined): KnownFact[] => {
    const path = field.split(".");
    return value !== undefined && loaded.origin(path).kind === "user"
      ? [{ id, value, source: loaded.place(path) }]
      : [];
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
    // Health data of patients is PHI only under US law: phi says what the rows contain, not which law applies.
    ...stated("data.personalData", "data.usPhi", data.personalData === "phi" ? null : false),
  ].filter(({ value }) => value !== null);
}

/**
 * Facts about the origin of rows, from the dataset files that the programme lists. Files with a part of the planned rows
 * do not show that the others have no other origin.
 */
function originFacts(loaded: LoadedProgramme, { rowsOnHand }: Pick<RecordedFacts, "rowsOnHand">): KnownFact[] {
  const { data } = loaded.programme;
  const files = data.files.filter(({ role }) => role !== "eval");
  if (files.length === 0) return [];
  const missing = rowsNotListed(data, rowsOnHand);
  const source = `${loaded.place(["data", "files"])}${missing}`;
  const known = (isSo: boolean): boolean | null => isSo || (missing === "" ? false : null);
  const has = (origin: string): boolean | null => known(files.some((file) => file.origin === origin));
  return [
    { id: "data.publicDatasets", value: has("public"), source },
    { id: "data.licensed", value: has("licensed"), source },
    { id: "data.crawled", value: has("scraped"), source },
    {
      id: "data.synthetic",
      value: has("synthetic") === true || known(data.syntheticRows > 0 || files.some(({ generated }) => generated)),
      source,
    },
    { id: "data.copyrightedWebContent", value: has("scraped") === true ? true : null, source },
  ];
}

/** Facts about the base from the catalogue of base models. */
function baseFacts(loaded: LoadedProgramme): KnownFact[] {
  const id = loaded.programme.model.base;
  const base = baseCompute(id);
  const stated: KnownFact = { id: "base.id", value: id, source: loaded.place(["model", "base"]) };
  const sized: KnownFact = {
    id: "sys.generatesSynthetic",
    value: ["text"],
    source: "derived: a language model writes text",
  };
  const licence = licenceFacts(id);
  if (base === undefined) return [stated, sized, ...licence];
  const source = `catalogue of base models: ${base.source} (${base.verification})`;
  const systemic = base.systemicRisk === "above" ? true : base.systemicRisk === "below" ? false : null;
  return [
    stated,
    sized,
    ...licence,
    { id: "base.trainingFlop", value: base.lowFlop, source },
    { id: "base.isGpai", value: base.highFlop === null ? null : base.highFlop >= GPAI_FLOP, source },
    { id: "base.systemicRisk", value: systemic, source },
  ];
}

/**
 * Licences of bases that a modification must keep and that are not free and open-source, because they limit the scale
 * or the field of use. Under other licences, the owner chooses the licence of the modification and has to answer.
 */
const NOT_FREE: readonly (readonly [licence: RegExp, why: string])[] = [
  [/^llama-/i, "limits the scale of use (700 million monthly users)"],
  [/non-?commercial|-NC\b|research/i, "excludes commercial use"],
];

/** Whether the licence of the base rules out the exemption for free and open-source models (guidelines, paragraph 83). */
function licenceFacts(id: string): KnownFact[] {
  const licence = licenceOf(id);
  const why = NOT_FREE.find(([words]) => licence !== null && words.test(licence))?.[1];
  if (why === undefined) return [];
  const source = `catalogue of models: the licence of ${id}, ${licence}, ${why}`;
  return [{ id: "dist.fossLicence", value: false, source }];
}

function licenceOf(id: string): string | null {
  try {
    return findModel(id).licence ?? null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function recordedFacts({ on, modificationFlop, flopSource, personalDataScanned }: RecordedFacts): KnownFact[] {
  return [
    { id: "asOf", value: on, source: "day of the answer" },
    { id: "run.modificationFlop", value: modificationFlop, source: flopSource },
    { id: "data.personalScanned", value: personalDataScanned, source: "the last data run" },
  ];
}
