import { sha256 as hashOf } from "../../../base/hash.ts";
import type { DataLineage, LineageFile, LineageStage } from "../../../domain/data-lineage.ts";

/** Producer of the events: a URI, as the specification requires. */
const PRODUCER = "urn:tunewright";

const SPEC = "https://openlineage.io/spec";
const SCHEMA = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;

/**
 * The stages of a pipeline as OpenLineage run events, START and COMPLETE of each: input and output datasets
 * with their versions (hashes), rows and bytes, licences as tags, and the dropped rows by reason.
 *
 * @source OpenLineage 2-0-2 (spec/OpenLineage.json, and the facets named in each `_schemaURL`), read 2026-08-20
 */
export function openLineage({ name, sources, stages, out, parts }: DataLineage): Record<string, unknown>[] {
  const namespace = `tunewright:${name}`;
  const files = sources.map(({ source, sha256, bytes, licence }) => ({
    namespace,
    name: source,
    facets: {
      version: versionFacet(sha256),
      ...(licence === null ? {} : { tags: facet("TagsDatasetFacet", "1-0-0", { tags: [tag("license", licence)] }) }),
    },
    inputFacets: {
      inputStatistics: facet("InputStatisticsInputDatasetFacet", "1-0-0", { size: bytes, fileCount: 1 }),
    },
  }));
  return stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    const inputs =
      before === undefined ? files : [{ ...datasetOf(namespace, before), inputFacets: inputFacets(before) }];
    const output = { ...datasetOf(namespace, stage), outputFacets: outputFacets(stage) };
    const written =
      out === null || index < stages.length - 1 ? [] : [out, ...parts].map((file) => writtenFile(namespace, file));
    return [
      event("START", { namespace, stage, at: stage.startedAt, inputs, outputs: [] }),
      event("COMPLETE", { namespace, stage, at: stage.endedAt, inputs, outputs: [output, ...written] }),
    ];
  });
}

function event(
  eventType: "START" | "COMPLETE",
  run: { namespace: string; stage: LineageStage; at: string; inputs: object[]; outputs: object[] },
): Record<string, unknown> {
  const { stage } = run;
  return {
    eventType,
    eventTime: run.at,
    producer: PRODUCER,
    schemaURL: SCHEMA,
    run: {
      runId: uuidOf(`${stage.artefact} ${stage.startedAt}`),
      facets: {
        tunewright_stage: {
          _producer: PRODUCER,
          _schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet`,
          version: stage.version,
          options: stage.options,
          files: stage.files,
          dropped: stage.dropped,
        },
      },
    },
    job: {
      namespace: run.namespace,
      name: `data.${stage.stage}`,
      facets: {
        jobType: facet("JobTypeJobFacet", "2-0-4", {
          processingType: "BATCH",
          integration: "TUNEWRIGHT",
          jobType: "STAGE",
        }),
      },
    },
    inputs: run.inputs,
    outputs: run.outputs,
  };
}

/** The kept rows of a stage, as a dataset. */
function datasetOf(
  namespace: string,
  { artefact, sha256 }: LineageStage,
): { namespace: string; name: string; facets: object } {
  return { namespace, name: `artefacts/${artefact}`, facets: { version: versionFacet(sha256) } };
}

function inputFacets({ rowsKept, bytesKept }: LineageStage): object {
  return {
    inputStatistics: facet("InputStatisticsInputDatasetFacet", "1-0-0", { rowCount: rowsKept, size: bytesKept }),
  };
}

function outputFacets({ rowsKept, bytesKept }: LineageStage): object {
  return {
    outputStatistics: facet("OutputStatisticsOutputDatasetFacet", "1-0-2", { rowCount: rowsKept, size: bytesKept }),
  };
}

function writtenFile(namespace: string, { path, sha256, bytes, rows }: LineageFile): object {
  return {
    namespace,
    name: path,
    facets: { version: versionFacet(sha256) },
    outputFacets: {
      outputStatistics: facet("OutputStatisticsOutputDatasetFacet", "1-0-2", {
        rowCount: rows,
        size: bytes,
        fileCount: 1,
      }),
    },
  };
}

function versionFacet(datasetVersion: string): object {
  return facet("DatasetVersionDatasetFacet", "1-0-1", { datasetVersion });
}

function tag(key: string, value: string): { key: string; value: string; source: string } {
  return { key, value, source: "USER" };
}

function facet(name: string, version: string, fields: object): object {
  return { _producer: PRODUCER, _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`, ...fields };
}

/** A UUID derived from a text (RFC 9562, version 8), so that a run has the same id in every export. */
function uuidOf(text: string): string {
  const hex = hashOf(text);
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
