import { Failure } from "../../base/failure.ts";
import { pipelineLineage } from "../../curate/pipeline/lineage/pipeline-lineage.ts";
import { mustHoldRows } from "../../curate/pipeline/lineage/removed-rows.ts";
import { rowLineage, type RowName, type StageFolder } from "../../curate/pipeline/lineage/row-lineage.ts";
import type { DataLineage, LineageSource, RowLineage } from "../../domain/data-lineage.ts";
import { readProgramme } from "../reading/read-programme.ts";

/**
 * Lineage of the rows of a programme: what its last run read and wrote, with licences and origins as stated in
 * programme.yaml.
 *
 * @throws Failure if there is no programme or no run, or an artefact is corrupt
 */
export async function dataLineage(dir: string): Promise<{ lineage: DataLineage; folders: StageFolder[] }> {
  const { programme } = await readProgramme(dir, undefined, { needsPlan: false });
  const { sources, folders, ...run } = await pipelineLineage(dir);
  const stated = new Map(programme.data.files.map((file) => [file.path, file]));
  const lineage = {
    name: programme.name,
    description: programme.description === "" ? null : programme.description,
    sources: sources.map(({ source, ...file }): LineageSource => {
      const { licence = null, origin = null } = stated.get(source) ?? {};
      return { source, ...file, licence, origin };
    }),
    ...run,
  };
  return { lineage, folders };
}

/**
 * Origin of one row, and each stage that processed it.
 *
 * @param name  its id, or `SOURCE:LINE`
 * @throws Failure not_found if the last run read no such row
 */
export async function dataRowLineage(
  name: string,
  { lineage, folders }: Awaited<ReturnType<typeof dataLineage>>,
): Promise<RowLineage> {
  const [, source, line] = /^(.+):(\d+)$/.exec(name) ?? [];
  const wanted: RowName = source === undefined ? { id: name } : { source, line: Number(line) };
  await mustHoldRows(folders);
  const row = await rowLineage(wanted, folders);
  if (row === undefined) {
    throw new Failure("not_found", `the last run read no row ${name}`, {
      hint: "expected an id of 24 hex digits, or SOURCE:LINE with a source of tunewright data lineage",
    });
  }
  const stated = lineage.sources.find((source) => source.source === row.source)?.licence ?? null;
  return { ...row, licence: licenceNoted(row) ?? stated };
}

/** The licence that the stage rights noted on a row. */
function licenceNoted({ steps }: Pick<RowLineage, "steps">): string | undefined {
  const licences = steps
    .filter(({ stage }) => stage === "rights")
    .flatMap(({ notes }) => notes.map((note) => note["licence"]));
  return licences.find((licence): licence is string => typeof licence === "string");
}
