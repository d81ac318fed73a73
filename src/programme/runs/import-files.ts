import { stat } from "node:fs/promises";
import { join } from "node:path";

import type { RunImport } from "../../domain/run-import.ts";
import type { Store } from "../../store/open-store.ts";
import { ArtifactFiles, isArtifactPath } from "../../track/artifact-files.ts";
import type { ForeignArtifact, ForeignFiles } from "../../track/imports/foreign-artifact.ts";
import { skip } from "../../track/imports/foreign-run.ts";

/** Copies the files of runs and models, and counts them. */
export class ImportFiles {
  readonly sums: RunImport["artifacts"] = { files: 0, bytes: 0, known: 0 };
  readonly #folder: string;
  readonly #files: ArtifactFiles;
  readonly #skipped: Map<string, number>;
  readonly #signal: AbortSignal | undefined;

  constructor(
    { dataDir }: Pick<Store, "dataDir">,
    { skipped, signal }: { skipped: Map<string, number>; signal: AbortSignal | undefined },
  ) {
    this.#folder = join(dataDir, "artifacts");
    this.#files = new ArtifactFiles(dataDir);
    this.#skipped = skipped;
    this.#signal = signal;
  }

  /** Copies files to a place below all artifacts. A file that is there with the same size is not copied again. */
  async copy(artifacts: ForeignFiles, root: string): Promise<void> {
    for await (const artifact of artifacts()) {
      this.#signal?.throwIfAborted();
      const path = `${root}/${artifact.path}`;
      if (!isArtifactPath(path)) skip(this.#skipped, "file whose name is not allowed here");
      else if (await this.#isHere(path, artifact)) this.sums.known += 1;
      else {
        await this.#files.write(path, await artifact.content());
        this.sums.files += 1;
        this.sums.bytes += artifact.sizeBytes;
      }
    }
  }

  /** Whether a file or folder is stored at a path below all artifacts. */
  async has(path: string): Promise<boolean> {
    return isArtifactPath(path) && (await stat(join(this.#folder, path)).catch(() => undefined)) !== undefined;
  }

  async #isHere(path: string, { sizeBytes }: ForeignArtifact): Promise<boolean> {
    const found = await stat(join(this.#folder, path)).catch(() => undefined);
    return found?.isFile() === true && found.size === sizeBytes;
  }
}
