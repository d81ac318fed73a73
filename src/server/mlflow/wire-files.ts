import type { ArtifactEntry } from "../../track/artifact-files.ts";

/** A list of files as MLflow sends it: omitted if it is empty; `folder` is prepended to the names. */
export function wireFiles(files: readonly ArtifactEntry[], folder = ""): { files?: object[] } {
  if (files.length === 0) return {};
  return {
    files: files.map(({ path, isDir, sizeBytes }) => ({
      path: folder === "" ? path : `${folder}/${path}`,
      is_dir: isDir,
      ...(sizeBytes === undefined ? {} : { file_size: sizeBytes }),
    })),
  };
}
