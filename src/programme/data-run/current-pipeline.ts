import type { CurrentPipeline } from "../../curate/pipeline/gc/current-artefacts.ts";
import { hashedFiles, namedFiles } from "../../curate/pipeline/executing/stage-files.ts";
import { pipelineSources } from "./pipeline-sources.ts";
import { readProgramme } from "../reading/read-programme.ts";

/**
 * The current pipeline of a programme, and its files with their hashes.
 *
 * @returns undefined if the programme states none
 * @throws Failure if the programme is invalid, or a file is missing
 */
export async function currentPipeline(dir: string): Promise<CurrentPipeline | undefined> {
  const loaded = await readProgramme(dir, undefined, { needsPlan: false });
  const { pipeline } = loaded.programme.data;
  if (pipeline.length === 0) return undefined;
  const stages: CurrentPipeline["stages"][number][] = [];
  for (const item of pipeline) {
    stages.push({ item, files: await hashedFiles(await namedFiles(item, loaded.resolve)) });
  }
  return { sources: await pipelineSources(loaded), stages };
}
