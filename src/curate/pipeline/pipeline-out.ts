import { existsSync } from "node:fs";
import { relative } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { PipelineState, StateOut } from "./pipeline-state.ts";
import type { ArtefactResult } from "./run-artefact.ts";
import { writeOut } from "./write-out.ts";

/** The file for the rows that come through a pipeline. */
export type PipelineOut = {
  /** Writes it, unless it holds these rows already. `keep` is told what it will hold before it does. */
  write: (input: ArtefactResult, keep: (out: StateOut) => Promise<void>) => Promise<void>;
};

/**
 * Looks at what stands where the rows are to go. A file that the last run did not write, or that was changed since, is
 * somebody's work.
 *
 * @throws Failure bad_input where there is such a file and it may not be replaced
 */
export async function pipelineOut(
  path: string,
  {
    dir,
    before,
    mayReplace,
  }: {
    dir: string;
    before: PipelineState | undefined;
    mayReplace: (path: string) => Promise<boolean>;
  },
): Promise<PipelineOut> {
  const name = relative(dir, path);
  const last = before?.out?.path === name ? before.out : undefined;
  const there = existsSync(path) ? await hashFile(path) : null;
  const isOurs = last !== undefined && (there === last.sha256 || there === last.replaces);
  if (there !== null && !isOurs) refuseOverwrite(path, await mayReplace(path));
  return {
    write: async (input, keep) => {
      const { digest } = input.manifest;
      if (there !== null && there === last?.sha256 && digest === last.digest) {
        await keep({ ...last, replaces: null });
        return;
      }
      const state = { path: name, digest };
      const ref = await writeOut(input, path, (written) => keep({ ...state, ...written, replaces: there }));
      await keep({ ...state, ...ref, replaces: null });
    },
  };
}
