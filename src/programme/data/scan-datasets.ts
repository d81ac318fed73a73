import { profileDataset } from "../../curate/profile/profile.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import { findTokenizer } from "./find-tokenizer.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/** Settings for scanning the files of a programme. */
export type ScanDatasetsOptions = {
  exact: boolean;
  seed: number;
  /** Folder of the local Hub cache, which may contain the base model's tokenizer. */
  hubCache?: string | undefined;
  /** Called with the file and the share of it that has been read. */
  onProgress: (path: string, fraction: number) => void;
};

/**
 * Scans all dataset files of a programme, one after the other, with the base model's tokenizer if available.
 *
 * @returns one profile per file that exists, `path` as in `programme.yaml`
 * @throws Failure for a file that cannot be read at all
 */
export async function scanDatasets(loaded: LoadedProgramme, options: ScanDatasetsOptions): Promise<DatasetProfile[]> {
  const { data } = loaded.programme;
  const tokenizer = await findTokenizer(loaded, options.hubCache);
  const profiles: DatasetProfile[] = [];
  for (const { path, fields, delimiter } of data.files) {
    if (loaded.gone?.includes(path)) continue;
    const profile = await profileDataset(await loaded.resolve(path), {
      exact: options.exact,
      seed: options.seed,
      tokenizer,
      fields,
      delimiter,
      onProgress: (fraction) => {
        options.onProgress(path, fraction);
      },
    });
    profiles.push({ ...profile, path });
  }
  return profiles;
}
