import { existsSync } from "node:fs";
import { join } from "node:path";

import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Synthesis } from "../../domain/synthesis.ts";
import type { OutputRights } from "../../domain/synthesis-result.ts";
import { type DrawnRequest, requestDrawer } from "../../synthesize/draw-requests.ts";
import type { Recipe } from "../../synthesize/recipe.ts";
import { RECIPES } from "../../synthesize/recipes.ts";
import { refuseTestSets } from "../data-run/refuse-test-sets.ts";
import { requireUnchanged } from "../evaluate/check-set.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { readTestsetLock } from "../folder/testset-lock.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { type LoadedInputs, loadInputs } from "./load-inputs.ts";
import { outputRights, requireRights } from "./output-rights.ts";
import { readSynthesis, synthesisFile } from "./read-synthesis.ts";
import { type SynthesisFolder, synthesisFolder } from "./synthesis-folder.ts";

/** A dataset file of the programme. */
export type ProgrammeFile = Programme["data"]["files"][number];

/** A synthesis that is ready to run. */
export type LoadedSynthesis = {
  dir: string;
  name: string;
  definition: Synthesis;
  recipe: Recipe;
  inputs: LoadedInputs["inputs"];
  /** The request with the given number. */
  draw: (index: number) => DrawnRequest;
  /** Text of the document at an index, to locate a quote. */
  passages: ReadonlyMap<string, string>;
  rights: OutputRights;
  /** Dataset files of the programme without those of this synthesis; undefined without a programme. */
  programmeFiles: ProgrammeFile[] | undefined;
  /** Absolute path of a file in the folder. Throws Failure if it is outside the folder or does not exist. */
  pathOf: (name: string) => Promise<string>;
  folder: SynthesisFolder;
};

/**
 * Reads a synthesis with its inputs, and checks that training on the outputs of its model is permitted.
 *
 * @throws Failure check_failed if it is not, an input is a locked test set, or a locked set has changed; bad_input or not_found for files that
 * cannot be read
 */
export async function loadSynthesis(dir: string, name: string, now: Date): Promise<LoadedSynthesis> {
  const definition = await readSynthesis(dir, name);
  const recipe = RECIPES[definition.recipe];
  const { endpoint, sampling } = definition;
  const rights = outputRights(endpoint.model, { ...definition, on: isoDay(now) });
  requireRights(endpoint.model, rights);
  const pathOf = (path: string): Promise<string> => resolveInside(dir, path);
  const named = definition.inputs.map(async ({ path }) => ({ path: await pathOf(path), source: path }));
  await refuseTestSets(
    dir,
    await Promise.all(named),
    "remove the file from inputs: rows made of a test set contain it",
  );
  for (const [set, locked] of Object.entries((await readTestsetLock(dir))?.sets ?? {})) {
    await requireUnchanged(dir, set, locked); // rows are compared with it
  }
  const { sources, inputs } = await loadInputs(definition.inputs, recipe, pathOf);
  const folder = synthesisFolder(name);
  const programmeFiles = await otherFiles(dir, folder);
  requireTrainingFiles(name, definition, programmeFiles);
  const passages = new Map(sources.map(({ place, texts }) => [place, texts["passage"] ?? ""]));
  return {
    dir,
    name,
    definition,
    recipe,
    inputs,
    draw: requestDrawer(recipe, sources, { seed: sampling.seed, structured: endpoint.structured }),
    passages,
    rights,
    programmeFiles,
    pathOf,
    folder,
  };
}

/** Refuses a limit of the share of generated rows where no other training rows are known: it could not be applied. */
function requireTrainingFiles(name: string, { maxShare }: Synthesis, files: readonly ProgrammeFile[] = []): void {
  if (maxShare === undefined || files.some(({ role }) => role === "train" || role === "preference")) return;
  throw new Failure(
    "bad_input",
    `${synthesisFile(name)}: maxShare limits a share of training rows, and none are known`,
    {
      hint: `list the other training files under data: files: of ${PROGRAMME_FILE}, or remove maxShare`,
    },
  );
}

async function otherFiles(dir: string, { versions }: SynthesisFolder): Promise<ProgrammeFile[] | undefined> {
  if (!existsSync(join(dir, PROGRAMME_FILE))) return undefined;
  const { programme } = await readProgramme(dir, undefined, { needsPlan: false });
  const own = `${versions.replaceAll("\\", "/")}/`;
  return programme.data.files.filter(({ path }) => !path.startsWith(own));
}
