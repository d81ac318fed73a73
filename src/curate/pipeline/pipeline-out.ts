import { existsSync } from "node:fs";
import { relative } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { OutFile } from "./storing/out-files.ts";
import { outsOf, type PipelineState, type StateOut, writtenBefore } from "./storing/pipeline-state.ts";
import type { ArtefactResult } from "./executing/run-artefact.ts";
import { writeOut } from "./executing/write-out.ts";

/** Reason why an existing output file may contain user data. */
export type Standing = "changed" | "foreign";

/** Asks whether such a file may be replaced. */
export type MayReplace = (path: string, standing: Standing) => Promise<boolean>;

/** The output files of a pipeline. */
export type PipelineOut = {
  /**
   * Writes them, unless they already contain these rows. `keep` is called with their content before they are renamed.
   */
  write: (
    input: ArtefactResult,
    split: ArtefactResult | undefined,
    keep: (outs: readonly StateOut[]) => Promise<void>,
  ) => Promise<StateOut[]>;
};

/**
 * Checks existing files at the output path. A file that no run wrote, or that was changed since, is treated as user
 * data.
 *
 * @throws Failure bad_input if there is such a file and it may not be replaced
 */
export async function pipelineOut(
  files: readonly OutFile[],
  { dir, before, mayReplace }: { dir: string; before: PipelineState | undefined; mayReplace: MayReplace },
): Promise<PipelineOut> {
  const known = writtenBefore(before);
  const there = new Map<string, string | null>();
  for (const { path } of files) {
    const name = relative(dir, path);
    const hash = existsSync(path) ? await hashFile(path) : null;
    there.set(name, hash);
    if (hash === null || known.some((stateFile) => stateFile.path === name && stateFile.sha256 === hash)) continue;
    const standing = known.some((stateFile) => stateFile.path === name) ? "changed" : "foreign";
    if (await mayReplace(path, standing)) continue;
    if (standing === "foreign") refuseOverwrite(path, false);
    throw new Failure("bad_input", `${path} has changed since data run wrote it`, {
      hint: "rename it, or add --yes to replace it with the rows of this run",
    });
  }
  return {
    write: async (input, split, keep) => {
      const from = { digest: input.manifest.digest, split: split?.name ?? null };
      const lasts = outsOf(before);
      const same = files.flatMap(({ path, part }) => {
        const last = lasts.find((last) => last.path === relative(dir, path) && (last.part ?? null) === part);
        const isSame = last?.digest === from.digest && (last.split ?? null) === from.split;
        return isSame && last.sha256 === there.get(last.path) ? [{ ...last, replaces: null }] : [];
      });
      if (same.length === files.length && same.every(({ rows }) => rows !== undefined)) {
        await keep(same);
        return same;
      }
      let outs: StateOut[] = [];
      await writeOut(input, {
        files,
        split,
        onReady: async (written) => {
          outs = written.map(({ path, ...rest }) => {
            const name = relative(dir, path);
            return { ...rest, ...from, path: name, replaces: there.get(name) ?? null };
          });
          await keep(outs);
        },
      });
      outs = outs.map((out) => ({ ...out, replaces: null }));
      await keep(outs);
      return outs;
    },
  };
}
