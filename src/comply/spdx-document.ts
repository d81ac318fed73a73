import { sha256 } from "../base/hash.ts";
import type { CompliancePaper } from "../domain/compliance-paper.ts";

/** An element of an SPDX graph. */
type SpdxElement = Readonly<Record<string, unknown>>;

/** A document of SPDX 3.0.1 as JSON-LD. */
export type SpdxDocument = { "@context": string; "@graph": SpdxElement[] };

/** Facts of a document in addition to the fields of the paper. */
export type SpdxFacts = {
  tool: string;
  /** Owner of the programme; null if it is not stated. */
  owner: string | null;
  /** Base model, as `Qwen/Qwen2.5-7B`. */
  base: string;
};

const CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
const CREATION = "_:creation";

/** Fields of the paper with plain text, by the property of the element. */
const AI_TEXT = [
  "informationAboutApplication",
  "informationAboutTraining",
  "limitation",
  "safetyRiskAssessment",
] as const;
const AI_LISTS = [
  "domain",
  "modelDataPreprocessing",
  "modelExplainability",
  "standardCompliance",
  "typeOfModel",
] as const;
const AI_ENTRIES = ["hyperparameter", "metric", "metricDecisionThreshold"] as const;
const DATA_TEXT = [
  "confidentialityLevel",
  "dataCollectionProcess",
  "datasetAvailability",
  "datasetNoise",
  "datasetUpdateMechanism",
  "intendedUse",
] as const;
const DATA_LISTS = ["anonymizationMethodUsed", "dataPreprocessing", "knownBias"] as const;

/** Enumerations of the AI and Dataset profiles; an answer outside them is omitted. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  safetyRiskAssessment: ["serious", "high", "medium", "low"],
  confidentialityLevel: ["red", "amber", "green", "clear"],
  datasetAvailability: ["clickthrough", "directDownload", "query", "registration", "scrapingScript"],
};

/**
 * The paper `spdx-ai` as a document of SPDX 3.0.1: the model, its training data, its base and their relationships. A
 * field without an answer is omitted, so the document may lack required fields; `spdxProblems` names them.
 *
 * @source SPDX 3.0.1, core, software, AI and dataset profiles
 */
export function spdxDocument(paper: CompliancePaper, { tool, owner, base }: SpdxFacts): SpdxDocument {
  const { programme, on, fields } = paper;
  const answers = new Map(fields.map(({ id, answer }) => [id, answer]));
  const said = (id: string): string | null => answers.get(`SPDX.${id}`) ?? null;
  const iri = (part: string): string => `urn:spdx.dev:${sha256(`${programme}\n${on}\n${part}`).slice(0, 32)}#${part}`;
  const element = (type: string, part: string, rest: SpdxElement): SpdxElement => ({
    type,
    spdxId: iri(part),
    creationInfo: CREATION,
    ...rest,
  });
  const model = element("ai_AIPackage", "model", {
    name: programme,
    ...(owner === null ? {} : { suppliedBy: iri("owner") }),
    ...modelProperties(said),
  });
  const data = element("dataset_DatasetPackage", "data", {
    name: `Training rows of ${programme}`,
    ...(owner === null ? {} : { originatedBy: [iri("owner")] }),
    ...dataProperties(said),
  });
  const original = element("ai_AIPackage", "base", { name: base });
  const relation = (part: string, relationshipType: string, to: string): SpdxElement =>
    element("Relationship", part, { from: iri("model"), relationshipType, to: [iri(to)] });
  const graph = [
    model,
    data,
    original,
    relation("trained", "trainedOn", "data"),
    relation("tuned", "descendantOf", "base"),
  ];
  const organisation = owner === null ? [] : [element("Organization", "owner", { name: owner })];
  return {
    "@context": CONTEXT,
    "@graph": [
      {
        type: "CreationInfo",
        "@id": CREATION,
        specVersion: "3.0.1",
        created: `${on}T00:00:00Z`,
        createdBy: [owner === null ? iri("tool-agent") : iri("owner")],
        createdUsing: [iri("tool")],
      },
      element("Tool", "tool", { name: tool }),
      ...(owner === null ? [element("SoftwareAgent", "tool-agent", { name: tool })] : []),
      ...organisation,
      element("SpdxDocument", "document", {
        name: `${programme}: model and training data`,
        profileConformance: ["core", "software", "ai", "dataset"],
        rootElement: [iri("model")],
        element: [...organisation, ...graph].map(({ spdxId }) => spdxId),
      }),
      ...graph,
    ],
  };
}

type Said = (name: string) => string | null;

function modelProperties(said: Said): SpdxElement {
  const ai: Said = (name) => said(`ai.${name}`);
  return {
    ...required("ai", said),
    ...texts("ai_", AI_TEXT, ai),
    ...lists("ai_", AI_LISTS, ai),
    ...entries(AI_ENTRIES, ai),
    ...presence("ai_autonomyType", ai("autonomyType")),
    ...presence("ai_useSensitivePersonalInformation", ai("useSensitivePersonalInformation")),
  };
}

function dataProperties(said: Said): SpdxElement {
  const ds: Said = (name) => said(`ds.${name}`);
  return {
    ...required("ds", said),
    dataset_datasetType: [ds("datasetType") ?? "noAssertion"],
    ...texts("dataset_", DATA_TEXT, ds),
    ...lists("dataset_", DATA_LISTS, ds),
    ...size(ds("datasetSize")),
    ...presence("dataset_hasSensitivePersonalInformation", ds("hasSensitivePersonalInformation")),
  };
}

/** Properties that the profile requires, as far as they are stated; times need a complete ISO 8601 timestamp. */
function required(profile: "ai" | "ds", said: Said): SpdxElement {
  const answerTo = (name: string): string | null => said(`${profile}.req.${name}`);
  const time = (name: string): SpdxElement => {
    const value = answerTo(name);
    const day = value === null ? undefined : /^\d{4}-\d\d-\d\d/.exec(value)?.[0];
    return day === undefined ? {} : { [name]: `${day}T00:00:00Z` };
  };
  const text = (name: string, property: string): SpdxElement => {
    const value = answerTo(name);
    return value === null ? {} : { [property]: value };
  };
  return {
    ...time("releaseTime"),
    ...time("builtTime"),
    ...text("downloadLocation", "software_downloadLocation"),
    ...text("packageVersion", "software_packageVersion"),
    ...text("primaryPurpose", "software_primaryPurpose"),
  };
}

function texts(prefix: string, names: readonly string[], said: Said): SpdxElement {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = said(name);
      const isAllowed = value !== null && (ENUMS[name]?.includes(value) ?? true);
      return isAllowed ? [[`${prefix}${name}`, value]] : [];
    }),
  );
}

function lists(prefix: string, names: readonly string[], said: Said): SpdxElement {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = said(name);
      return value === null ? [] : [[`${prefix}${name}`, [value]]];
    }),
  );
}

/** `epochs 3, rank 16` as dictionary entries: the last word of each part is the value. */
function entries(names: readonly string[], said: Said): SpdxElement {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = said(name);
      if (value === null) return [];
      const parts = value.split(/[,;]\s+/).map((part): SpdxElement => {
        const [, key, text] = /^(.+?)[:\s]\s*(\S.*)$/.exec(part) ?? [];
        return { type: "DictionaryEntry", key: key ?? part, ...(text === undefined ? {} : { value: text }) };
      });
      return [[`ai_${name}`, parts]];
    }),
  );
}

function presence(property: string, value: string | null): SpdxElement {
  return value !== null && ["yes", "no", "noAssertion"].includes(value) ? { [property]: value } : {};
}

function size(value: string | null): SpdxElement {
  const rows = /^([\d,]+)/.exec(value ?? "")?.[1]?.replaceAll(",", "");
  return rows === undefined ? {} : { dataset_datasetSize: Number(rows) };
}

/** Required properties by the type of an element. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  CreationInfo: ["specVersion", "created", "createdBy"],
  SpdxDocument: ["rootElement", "element"],
  Relationship: ["from", "relationshipType", "to"],
  Organization: ["name"],
  Tool: ["name"],
};

/** Required properties of the packages that the document describes; its base is only referenced. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  ai_AIPackage: [
    "releaseTime",
    "suppliedBy",
    "software_downloadLocation",
    "software_packageVersion",
    "software_primaryPurpose",
  ],
  dataset_DatasetPackage: [
    "builtTime",
    "originatedBy",
    "releaseTime",
    "software_downloadLocation",
    "software_primaryPurpose",
    "dataset_datasetType",
  ],
};

/**
 * Problems of a document of SPDX 3.0.1: missing required properties, references without an element, malformed times.
 * This is our own check of the required fields, not the official schema.
 */
export function spdxProblems(document: SpdxDocument): string[] {
  const graph = document["@graph"];
  const ids = new Set(graph.flatMap(({ spdxId, "@id": id }) => [spdxId, id]).filter((id) => id !== undefined));
  const referred = new Set(
    graph.filter(({ relationshipType }) => relationshipType === "descendantOf").flatMap(({ to }) => to as string[]),
  );
  const problems = document["@context"] === CONTEXT ? [] : ["@context is not that of SPDX 3.0.1"];
  for (const element of graph) {
    const type = textOf(element["type"]);
    const named = `${type} ${textOf(element["name"] ?? element["spdxId"])}`.trim();
    const isBase = referred.has(textOf(element["spdxId"]));
    const wanted = [
      ...(type === "CreationInfo" ? [] : ["spdxId", "creationInfo"]),
      ...(REQUIRED[type] ?? []),
      ...(isBase ? [] : (PACKAGES[type] ?? [])),
    ];
    for (const name of wanted) if (element[name] === undefined) problems.push(`${named} has no ${name}`);
    for (const name of ["from", "creationInfo", "suppliedBy"]) {
      const id = element[name];
      if (id !== undefined && !ids.has(id)) problems.push(`${named}: ${name} refers to no element`);
    }
    for (const name of ["to", "element", "rootElement", "createdBy", "createdUsing", "originatedBy"]) {
      for (const id of (element[name] as string[] | undefined) ?? [])
        if (!ids.has(id)) problems.push(`${named}: ${name} refers to no element`);
    }
    for (const name of ["created", "releaseTime", "builtTime"]) {
      const time = element[name];
      if (time !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(textOf(time)))
        problems.push(`${named}: ${name} is not a time in UTC`);
    }
  }
  return problems;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
