import type { HostedModel } from "../../audit/found-facts.ts";
import { Failure } from "../../base/failure.ts";
import { hostedEnds } from "../../catalog/api-ends.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { readTrainingFile } from "../training/read-training-file.ts";
import { trainingFiles } from "./trained-version.ts";

/** Hosted models that a programme uses: the API that is to be replaced, and the bases that a provider tunes. */
export async function hostedModels({
  dir,
  programme,
  place,
}: Pick<LoadedProgramme, "dir" | "programme" | "place">): Promise<HostedModel[]> {
  const { api } = programme.today;
  const models: HostedModel[] = [];
  if (api !== undefined) {
    const ends = hostedEnds(api).filter(({ kind }) => kind === "api" || kind === "none-published");
    models.push({ model: api, use: "in use today", place: place(["today", "api"]), isTuned: false, ends });
  }
  for (const file of await trainingFiles(dir)) {
    const model = await hostedBase(dir, file);
    if (model === undefined) continue;
    const use = "tuned by its provider";
    models.push({ model, use, place: file, isTuned: true, ends: hostedEnds(model) });
  }
  return models;
}

/** Model that a provider tunes by a training file; undefined if no provider does, or if the file cannot be read. */
async function hostedBase(dir: string, file: string): Promise<string | undefined> {
  try {
    const { engine, model } = await readTrainingFile(dir, file);
    return engine === "openai" ? `openai/${model}` : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
