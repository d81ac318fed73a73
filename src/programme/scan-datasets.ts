import { profileDataset } from "../curate/profile.ts";
import type { DatasetProfile } from "../domain/dataset-profile.ts";
import type { LoadedProgramme } from "./read-programme.ts";

/** How the files of a programme are scanned. */
export type ScanDatasetsOptions = {
  exact: boolean;
  seed: number;
  /** Called with the file and the share of it that is read. */
  onProgress: (path: string, fraction: number) => void;
};

/**
 * Scans every dataset file of a programme, one after the other, with the base model's tokenizer where the programme
 * names one.
 *
 * @returns one profile per file, `path` as in `programme.yaml`
 * @throws Failure for a file that cannot be read at all
 */
export async function scanDatasets(loaded: LoadedProgramme, options: ScanDatasetsOptions): Promise<DatasetProfile[]> {
  const { data } = loaded.programme;
  const tokenizer = data.tokenizer === undefined ? undefined : await loaded.resolve(data.tokenizer);
  const profiles: DatasetProfile[] = [];
  for (const { path } of data.files) {
    const profile = await profileDataset(await loaded.resolve(path), {
      exact: options.exact,
      seed: options.seed,
      tokenizer,
      onProgress: (fraction) => {
        options.onProgress(path, fraction);
      },
    });
    profiles.push({ ...profile, path });
  }
  return profiles;
}
