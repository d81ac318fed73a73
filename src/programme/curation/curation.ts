import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { isHeldForCounsel } from "../../curate/rights/rights-stage.ts";
import { openArtefact } from "../../curate/pipeline/storing/artefact-store.ts";
import { type PipelineLineage, pipelineLineage } from "../../curate/pipeline/lineage/pipeline-lineage.ts";
import { isForeignState, readPipelineState } from "../../curate/pipeline/storing/pipeline-state.ts";
import { profileDataset } from "../../curate/profile/profile.ts";
import { notesOf } from "../../curate/report/stage-rows.ts";
import { sumNotes } from "../../curate/report/sum-notes.ts";
import type { LineageStage } from "../../domain/data-lineage.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import { differencesOfRun } from "./curation-differences.ts";
import { dataReportPaths } from "../folder/data-report-paths.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { ScannedDatasets } from "../training-plan/training-volume.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";

/** Settings for scanning the output rows. */
export type CurationOptions = {
  exact: boolean;
  seed: number;
  hubCache?: string | undefined;
  onProgress: (path: string, fraction: number) => void;
};

/** Report of a study on a run that cannot be used. */
const NOTHING: Omit<StudyCuration, "state" | "why" | "report"> = {
  out: null,
  role: null,
  stages: [],
  rights: null,
  personalData: null,
  contamination: null,
  parts: null,
  isParted: false,
  profile: null,
};

/**
 * The last run of a programme's pipeline, as used by its study: whether it matches the current files and pipeline, what
 * it dropped and why, and the profile of the output rows.
 *
 * @param datasets  profiles of the programme's files; their hashes are compared with those of the run
 * @returns null if there was no run
 */
export async function curationOf(
  loaded: LoadedProgramme,
  datasets: ScannedDatasets,
  options: CurationOptions,
): Promise<StudyCuration | null> {
  const { dir } = loaded;
  if ((await readPipelineState(dir)) === undefined && !(await isForeignState(dir))) return null;
  const page = join(REPORT_FOLDER, "data.html");
  const report = existsSync(dataReportPaths(join(dir, REPORT_FOLDER)).html) ? page : null;
  try {
    const run = await pipelineLineage(dir);
    const why = await differencesOfRun(loaded, datasets, run);
    if (why.length > 0) return { ...NOTHING, state: "stale", why, report };
    return { ...(await currentRun(loaded, run, options)), report };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...NOTHING, state: "stale", why: [error.message], report };
  }
}

async function currentRun(
  loaded: LoadedProgramme,
  run: PipelineLineage,
  options: CurationOptions,
): Promise<Omit<StudyCuration, "report">> {
  const { stages, folders, sources } = run;
  const out = run.out!; // a run without it is stale
  const notes = await sumNotes(await foldersWithNotes(folders), undefined);
  const found = {
    out: out.path,
    stages: stages.map(({ stage, rowsIn, rowsKept, dropped }) => ({ stage, rowsIn, rowsKept, dropped })),
    rights: await rightsOf(run),
    personalData: personalDataOf(stages, notes.personalData),
    contamination: contaminationOf(stages, notes.contamination),
    parts: notes.parts,
    isParted:
      out.part === null &&
      notes.parts !== null &&
      stages.find(({ stage }) => stage === "split")?.options["part"] === undefined,
  };
  const roles = rolesOf(
    loaded,
    sources.map(({ source }) => source),
  );
  const [role] = roles;
  if (out.rows === 0) {
    return { ...found, state: "apart", why: ["no row passed its stages"], role: null, profile: null };
  }
  if (role === undefined || roles.length > 1) {
    const why = [
      `its rows come from files of the roles ${roles.join(" and ")}, and cannot be distinguished in ${out.path}`,
    ];
    return { ...found, state: "apart", why, role: null, profile: null };
  }
  const profile = await curatedProfile(loaded, out.path, options);
  if (profile.sha256 !== out.sha256) {
    return { ...NOTHING, state: "stale", why: [`${out.path} has changed since the run wrote it`] };
  }
  return { ...found, state: "used", why: [], role, profile };
}

async function curatedProfile(
  loaded: LoadedProgramme,
  out: string,
  { exact, seed, hubCache, onProgress }: CurationOptions,
): Promise<DatasetProfile> {
  const profile = await profileDataset(resolve(loaded.dir, out), {
    exact,
    seed,
    tokenizer: await findTokenizer(loaded, hubCache),
    fields: fieldsOf(loaded),
    onProgress: (fraction) => {
      onProgress(out, fraction);
    },
  });
  return { ...profile, path: out };
}

/** The trained fields that all files state; the stage import writes others. */
function fieldsOf({ programme }: LoadedProgramme): LoadedProgramme["programme"]["data"]["files"][number]["fields"] {
  const { files, pipeline } = programme.data;
  if (pipeline.some(({ stage }) => stage === "import")) return undefined;
  const read = files.filter(({ role }) => isRead(role));
  const first = read[0]?.fields;
  return read.every(({ fields }) => JSON.stringify(fields) === JSON.stringify(first)) ? first : undefined;
}

type Role = NonNullable<StudyCuration["role"]>;

function isRead(role: string): role is Role {
  return role === "train" || role === "preference" || role === "corpus";
}

function rolesOf({ programme }: LoadedProgramme, sources: readonly string[]): Role[] {
  const roles = programme.data.files.filter(({ path }) => sources.includes(path)).map(({ role }) => role);
  return [...new Set(roles.filter(isRead))];
}

/** Folders of the stages whose notes a study sums, except those emptied by gc. */
async function foldersWithNotes(folders: PipelineLineage["folders"]): Promise<PipelineLineage["folders"]> {
  const named = folders.filter(({ stage }) => ["redact", "decontaminate", "split"].includes(stage));
  const manifests = await Promise.all(named.map(({ folder }) => openArtefact(folder).manifest()));
  return named.filter((_folder, index) => manifests[index] !== undefined);
}

async function rightsOf({ stages, folders }: PipelineLineage): Promise<StudyCuration["rights"]> {
  const index = stages.findIndex(({ stage }) => stage === "rights");
  if (index === -1) return null;
  const { dropped, options } = stages[index]!;
  const rows = (held: boolean): number =>
    dropped.filter(({ reason }) => isHeldForCounsel(reason) === held).reduce((sum, entry) => sum + entry.rows, 0);
  let keptForCounsel = 0;
  if (options["counsel"] === "keep") {
    if ((await openArtefact(folders[index]!.folder).manifest()) === undefined) return null; // gc removed the notes
    for await (const { note } of notesOf(folders[index]!)) if (note["verdict"] === "needs-counsel") keptForCounsel += 1;
  }
  return { blocked: rows(false), held: rows(true), keptForCounsel };
}

type Notes = Awaited<ReturnType<typeof sumNotes>>;

function personalDataOf(stages: readonly LineageStage[], found: Notes["personalData"]): StudyCuration["personalData"] {
  if (found === null) return null;
  const { entities, review, leaks } = found;
  const leaksKept = stages.find(({ stage }) => stage === "redact")?.options["onLeak"] === "keep";
  return { entities: entities.map(({ entity, spans, rows }) => ({ entity, spans, rows })), review, leaks, leaksKept };
}

function contaminationOf(
  stages: readonly LineageStage[],
  found: Notes["contamination"],
): StudyCuration["contamination"] {
  const stage = stages.find((stage) => stage.stage === "decontaminate");
  if (stage === undefined) return null;
  return {
    against: stage.options["against"] as string[],
    dropped: stage.dropped.reduce((sum, { rows }) => sum + rows, 0),
    hits: found?.map(({ against, rows, items }) => ({ against, rows, items })) ?? null,
  };
}

/** A programme as seen by its training: if a run is used, its output rows replace the files that it read. */
export function withCuration(
  loaded: LoadedProgramme,
  datasets: ScannedDatasets,
  curation: StudyCuration | null,
): { loaded: LoadedProgramme; datasets: ScannedDatasets } {
  if (curation?.state !== "used" || curation.profile === null || curation.role === null) return { loaded, datasets };
  const { files } = loaded.programme.data;
  const read = files.filter(({ role }) => isRead(role));
  const rest = files.filter(({ role }) => !isRead(role));
  const paths = new Set(rest.map(({ path }) => path));
  const curated = { ...read[0]!, path: curation.profile.path, role: curation.role };
  const file = { ...curated, generated: read.every(({ generated }) => generated) };
  const programme = { ...loaded.programme, data: { ...loaded.programme.data, files: [file, ...rest] } };
  return {
    loaded: { ...loaded, programme },
    datasets: [curation.profile, ...datasets.filter(({ path }) => paths.has(path))],
  };
}
