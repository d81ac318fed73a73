import { canonicalJson, sha256 } from "../base/hash.ts";

/** CycloneDX versions whose schema the document satisfies. */
export type CycloneDxVersion = "1.6" | "1.7";

/** A dataset of the model in the bill of materials. */
export type BomDataset = {
  name: string;
  /** SHA-256, 64 hex digits; null if the file was not hashed. */
  sha256: string | null;
  licence: string | null;
  rows: number | null;
  /** Kinds of personal data found in it or declared for it. */
  sensitiveData: readonly string[];
};

/** A measured score of the model. */
export type BomMetric = {
  type: string;
  value: string;
  slice: string | null;
  interval: { low: string; high: string } | null;
};

/** A requirement with its evidence files. */
export type BomClaim = {
  id: string;
  title: string;
  evidence: readonly { path: string; sha256: string; detail: string }[];
};

/** Input of a bill of materials. Text is copied unchanged; check it for personal data first. */
export type MlBomInput = {
  specVersion: CycloneDxVersion;
  /** Day of the document, `YYYY-MM-DD`. */
  on: string;
  tool: { name: string; version: string };
  name: string;
  description: string;
  owner: string | null;
  /** Hash of the weights or the adapter; null before training. */
  weightsSha256: string | null;
  base: { id: string; licence: string | null };
  task: string;
  /** Training method, as the plan names it: `lora`, `full`. */
  method: string;
  datasets: readonly BomDataset[];
  metrics: readonly BomMetric[];
  claims: readonly BomClaim[];
  /** Facts without a separate field, such as FLOP: name and value. */
  properties: readonly { name: string; value: string }[];
};

/** Licences of the catalogue with the same name in the SPDX list; others are given by name. */
const SPDX: ReadonlySet<string> = new Set([
  "Apache-2.0",
  "MIT",
  "CC-BY-4.0",
  "CC-BY-NC-4.0",
  "CC-BY-SA-4.0",
  "CC0-1.0",
]);

/** Learning approach by training method; other methods are not classified. */
const APPROACH: Readonly<Record<string, string>> = {
  lora: "supervised",
  rslora: "supervised",
  qlora: "supervised",
  dora: "supervised",
  full: "supervised",
  pretrain: "self-supervised",
  grpo: "reinforcement-learning",
};

/**
 * A bill of materials of the tuned model as CycloneDX JSON: the model with its card, its base and its datasets as
 * components, and the evidence on file as claims. A claim says that evidence is on file, not that a requirement is met.
 * Energy has no record, so it is omitted. The serial number follows from the content.
 *
 * @source CycloneDX 1.6 and 1.7, bom-1.6.schema.json and bom-1.7.schema.json
 */
export function mlBom(input: MlBomInput): Record<string, unknown> {
  const { specVersion, on, tool, name, claims } = input;
  const content = {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: "CycloneDX",
    specVersion,
    version: 1,
    metadata: {
      timestamp: `${on}T00:00:00Z`,
      tools: { components: [{ type: "application", name: tool.name, version: tool.version }] },
      component: { type: "application", "bom-ref": "programme", name },
    },
    components: [model(input), base(input), ...input.datasets.map(dataset)],
    dependencies: [
      { ref: "model", dependsOn: ["base", ...input.datasets.map((_, index) => datasetRef(index))] },
      { ref: "base" },
      ...input.datasets.map((_, index) => ({ ref: datasetRef(index) })),
    ],
    ...(claims.length === 0 ? {} : { declarations: declarations(claims) }),
  };
  return { ...content, serialNumber: serialNumber(sha256(canonicalJson(content))) };
}

function model(input: MlBomInput): Record<string, unknown> {
  const { name, description, owner, weightsSha256, properties, metrics } = input;
  const approach = APPROACH[input.method];
  return {
    type: "machine-learning-model",
    "bom-ref": "model",
    name,
    ...(description === "" ? {} : { description }),
    ...(owner === null ? {} : { manufacturer: { name: owner } }),
    ...(weightsSha256 === null ? {} : { hashes: [{ alg: "SHA-256", content: weightsSha256 }] }),
    pedigree: { ancestors: [{ ...base(input), "bom-ref": "base-as-ancestor" }] },
    modelCard: {
      modelParameters: {
        ...(approach === undefined ? {} : { approach: { type: approach } }),
        task: input.task,
        modelArchitecture: input.base.id,
        datasets: input.datasets.map((_, index) => ({ ref: datasetRef(index) })),
        inputs: [{ format: "text" }],
        outputs: [{ format: "text" }],
      },
      ...(metrics.length === 0 ? {} : { quantitativeAnalysis: { performanceMetrics: metrics.map(metric) } }),
    },
    properties: [{ name: "tunewright:method", value: input.method }, ...properties],
  };
}

function metric({ type, value, slice, interval }: BomMetric): Record<string, unknown> {
  return {
    type,
    value,
    ...(slice === null ? {} : { slice }),
    ...(interval === null ? {} : { confidenceInterval: { lowerBound: interval.low, upperBound: interval.high } }),
  };
}

function base({ base: { id, licence } }: MlBomInput): Record<string, unknown> {
  const isHub = /^[\w.-]+\/[\w.-]+$/.test(id);
  return {
    type: "machine-learning-model",
    "bom-ref": "base",
    name: id,
    ...(licence === null ? {} : { licenses: licences(licence) }),
    ...(isHub ? { purl: `pkg:huggingface/${id}` } : {}),
  };
}

function dataset(
  { name, sha256: hash, licence, rows, sensitiveData }: BomDataset,
  index: number,
): Record<string, unknown> {
  return {
    type: "data",
    "bom-ref": datasetRef(index),
    name,
    ...(hash === null ? {} : { hashes: [{ alg: "SHA-256", content: hash }] }),
    ...(licence === null ? {} : { licenses: licences(licence) }),
    data: [
      {
        type: "dataset",
        name,
        ...(rows === null ? {} : { contents: { properties: [{ name: "tunewright:rows", value: String(rows) }] } }),
        ...(sensitiveData.length === 0 ? {} : { sensitiveData: [...sensitiveData] }),
      },
    ],
  };
}

function licences(licence: string): Record<string, unknown>[] {
  return [{ license: SPDX.has(licence) ? { id: licence } : { name: licence } }];
}

function datasetRef(index: number): string {
  return `dataset-${index + 1}`;
}

function declarations(claims: readonly BomClaim[]): Record<string, unknown> {
  const files = new Map(claims.flatMap(({ evidence }) => evidence.map((file) => [file.path, file] as const)));
  const refs = new Map([...files.keys()].map((path, index) => [path, `evidence-${index + 1}`] as const));
  return {
    claims: claims.map(({ id, title, evidence }) => ({
      "bom-ref": `claim-${id}`,
      target: "model",
      predicate: `Evidence for ${id} is on file: ${title}`,
      reasoning: "The files were found and hashed. Whether they suffice is for a person to judge.",
      evidence: evidence.map(({ path }) => refs.get(path)!),
    })),
    evidence: [...files.values()].map(({ path, sha256: hash, detail }) => ({
      "bom-ref": refs.get(path)!,
      propertyName: "tunewright:evidence",
      description: detail === "" ? `SHA-256 ${hash}` : `${detail}; SHA-256 ${hash}`,
      data: [{ name: path, contents: { url: encodeURI(path) } }],
    })),
  };
}

/** A version 8 UUID (RFC 9562) from a hash. */
function serialNumber(hash: string): string {
  const variant = "89ab"[Number.parseInt(hash[16]!, 16) % 4]!;
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}
