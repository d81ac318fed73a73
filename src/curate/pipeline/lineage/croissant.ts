import type {
  DataLineage,
  FieldType,
  LineageField,
  LineageFile,
  LineageSource,
  LineageStage,
} from "../../../domain/data-lineage.ts";

/** Properties of a Croissant description that a pipeline does not know; the specification requires all three. */
export type Publication = {
  /** Page of the dataset. */
  url?: string | undefined;
  /** Person or organisation that created it. */
  creator?: string | undefined;
  /** Day of publication, YYYY-MM-DD. */
  published?: string | undefined;
};

/**
 * The JSON-LD context that the specification recommends, with the prefix of PROV-O. schema.org is used with https and
 * four more terms, as in the published examples (datasets/1.1) and the reference reader (mlcroissant 1.1.1), which
 * rejects the http of the appendix.
 *
 * @source Croissant Format Specification 1.1 (2026-01-29), appendix 1 and "Provenance Representation"
 */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  sc: "https://schema.org/",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  dct: "http://purl.org/dc/terms/",
  prov: "http://www.w3.org/ns/prov#",
  annotation: "cr:annotation",
  arrayShape: "cr:arrayShape",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  containedIn: "cr:containedIn",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  excludes: "cr:excludes",
  extract: "cr:extract",
  field: "cr:field",
  fileProperty: "cr:fileProperty",
  fileObject: "cr:fileObject",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isArray: "cr:isArray",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  readLines: "cr:readLines",
  sdVersion: "cr:sdVersion",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
  unArchive: "cr:unArchive",
  value: "cr:value",
} as const;

const DATA_TYPES: Readonly<Record<FieldType, string>> = {
  text: "sc:Text",
  integer: "sc:Integer",
  float: "sc:Float",
  boolean: "sc:Boolean",
  // Its contents differ between rows, or are nested deeper than the described fields.
  list: "sc:Text",
  object: "sc:Text",
  mixed: "sc:Text",
};

/**
 * Describes the rows that passed a pipeline as a Croissant 1.1 dataset: the file with its checksum, its fields, and in
 * PROV-O its source files and the stages that made it. Unknown properties are omitted.
 */
export function croissant(lineage: DataLineage, { url, creator, published }: Publication): Record<string, unknown> {
  const { name, description, sources, stages, fields, out, parts } = lineage;
  const files = out === null ? [] : [out, ...parts];
  const licences = [...new Set(sources.flatMap(({ licence }) => licence ?? []))].map(licenceUrl);
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.1",
    name,
    description:
      description ?? `Rows of ${sources.map(({ source }) => source).join(", ")} after ${stages.length} stages.`,
    ...(licences.length === 0 ? {} : { license: licences.length === 1 ? licences[0] : licences }),
    ...(url === undefined ? {} : { url }),
    ...(creator === undefined ? {} : { creator: { "@type": "sc:Organization", name: creator } }),
    ...(published === undefined ? {} : { datePublished: published }),
    "prov:wasDerivedFrom": sources.map(sourceEntity),
    "prov:wasGeneratedBy": stages.map(stageActivity),
    distribution: files.map(fileObject),
    recordSet: fields.length === 0 ? [] : files.map((file) => recordSet(file, fields)),
  };
}

/** Id of a file and of its record set: for a part of a split, both include its name. */
function idOf(base: "rows" | "row", { part }: LineageFile): string {
  return part === null ? base : `${base}-${part}`;
}

function fileObject(file: LineageFile): Record<string, unknown> {
  const { path, sha256, bytes } = file;
  return {
    "@type": "cr:FileObject",
    "@id": idOf("rows", file),
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat: "application/jsonlines",
    sha256,
  };
}

function recordSet(file: LineageFile, fields: readonly LineageField[]): Record<string, unknown> {
  const id = idOf("row", file);
  return { "@type": "cr:RecordSet", "@id": id, name: id, field: fields.map((field) => fieldOf(field, file)) };
}

/** A field; an object, or a list of objects such as messages, has subfields. */
function fieldOf({ name, type, inner }: LineageField, file: LineageFile): Record<string, unknown> {
  const id = idOf("row", file);
  const source = { fileObject: { "@id": idOf("rows", file) }, extract: { column: name } };
  const self = { "@type": "cr:Field", "@id": `${id}/${name}`, name };
  const array = type === "list" ? { isArray: true, arrayShape: "-1" } : {};
  if (inner.length === 0) return { ...self, ...array, dataType: DATA_TYPES[type], source };
  const subField = inner.map((entry) => ({
    "@type": "cr:Field",
    "@id": `${id}/${name}/${entry.name}`,
    name: entry.name,
    dataType: DATA_TYPES[entry.type],
    source: { ...source, transform: { jsonPath: entry.name } },
  }));
  return { ...self, ...array, subField };
}

function sourceEntity({ source, sha256, bytes, licence }: LineageSource): Record<string, unknown> {
  return {
    "@type": "prov:Entity",
    "@id": `urn:sha256:${sha256}`,
    "prov:label": source,
    sha256,
    contentSize: `${bytes} B`,
    ...(licence === null ? {} : { license: licenceUrl(licence) }),
  };
}

function stageActivity({
  stage,
  version,
  options,
  input,
  sha256,
  startedAt,
  endedAt,
  ...counts
}: LineageStage): Record<string, unknown> {
  const dropped = counts.dropped.map(({ reason, rows }) => `${rows} ${reason}`).join(", ");
  return {
    "@type": "prov:Activity",
    "@id": `urn:tunewright:${counts.artefact}`,
    "prov:label": `${stage}, version ${version}`,
    description: `${counts.rowsIn} rows in, ${counts.rowsKept} kept${dropped === "" ? "" : `; dropped: ${dropped}`}; options ${JSON.stringify(options)}`,
    "prov:startedAtTime": startedAt,
    "prov:endedAtTime": endedAt,
    ...(input === null ? {} : { "prov:used": { "@id": `urn:sha256:${input}` } }),
    "prov:generated": { "@id": `urn:sha256:${sha256}` },
  };
}

/** Page of a licence that may be in the SPDX list; any other text is unchanged. */
function licenceUrl(licence: string): string {
  const isSpdx =
    /^[A-Za-z0-9]+(?:[.+-][A-Za-z0-9.+]+)+$/.test(licence) || ["MIT", "ISC", "Zlib", "Unlicense"].includes(licence);
  return isSpdx ? `https://spdx.org/licenses/${licence}.html` : licence;
}
