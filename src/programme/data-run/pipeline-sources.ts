import { Failure } from "../../base/failure.ts";
import type { SourceFile } from "../../curate/pipeline/reading/read-shards.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/** Roles of the files that a pipeline reads; rows are compared with `eval` and `replay`. */
const READ_ROLES: ReadonlySet<string> = new Set(["train", "preference", "corpus"]);

/**
 * The files that the pipeline of a programme reads, each a source named by its path.
 *
 * @throws Failure bad_input if no file has such a role; as `resolve` if a file is missing
 */
export async function pipelineSources({ programme, resolve, place }: LoadedProgramme): Promise<SourceFile[]> {
  const files = programme.data.files.filter(({ role }) => READ_ROLES.has(role));
  if (files.length === 0) {
    throw new Failure("bad_input", `${place(["data", "files"])}: no file has the role train, preference or corpus`, {
      hint: "list the raw files under data: files:",
    });
  }
  return Promise.all(
    files.map(async ({ path, delimiter }) => ({ path: await resolve(path), source: path, delimiter })),
  );
}
