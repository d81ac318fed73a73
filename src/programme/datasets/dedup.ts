import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { refuseOverwrite, refuseSameFile } from "../../base/atomic-file.ts";
import { flagName } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { ignoredOption } from "../../curate/duplicates/ignored-options.ts";
import { runDedup } from "../../curate/duplicates/run-dedup.ts";
import type { DedupOptions, DedupResult } from "../../domain/dedup.ts";
import type { DedupRequest } from "../../domain/dedup-request.ts";
import type { Stated } from "../../domain/run-request.ts";
import { withMaskedDuplicates } from "./masked-samples.ts";

/** Default cosine from which embeddings count as duplicates; unrelated texts often have around 0.8. */
const VECTOR_THRESHOLD = 0.95;

/** Findings, clusters, and the reason if nothing was written. */
export type Deduplicated = Pick<Awaited<ReturnType<typeof runDedup>>, "clusters" | "stopped"> & {
  /** With `out` as named by the user. */
  result: DedupResult;
};

/**
 * Finds exact and near-duplicates in and between files, and writes the kept rows if a file is named.
 *
 * @throws Failure bad_input for a field without effect, and for a file that must not be overwritten
 */
export async function dedup(
  { cwd, confirm, progress }: Context,
  { request, stated }: Stated<DedupRequest>,
): Promise<Deduplicated> {
  const { file, clusters, histogram, out, dropped, index, delimiter, ...given } = request;
  refuseIgnored(given, stated);
  const options =
    given.method === "vectors" && !stated.has("threshold") ? { ...given, threshold: VECTOR_THRESHOLD } : given;
  const here = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(cwd, path));
  const paths = { out: here(out), dropped: here(dropped), index: here(index) };
  refuseSameFile(
    Object.values(paths),
    file.map((name) => resolve(cwd, name)),
  );
  for (const path of [paths.out, paths.dropped]) {
    if (path !== undefined) refuseOverwrite(path, existsSync(path) && (await confirm(`Replace ${path}?`)));
  }
  const onlyLooks = clusters && out === undefined && dropped === undefined;
  const found = await runDedup({
    ...paths,
    files: file.map((name) => ({ path: resolve(cwd, name), name })),
    options,
    read: { delimiter, onProgress: progress },
    wantsHistogram: histogram,
    mayDrop: ({ detail }) => (onlyLooks ? Promise.resolve(true) : confirm(`${detail}. Continue?`)),
  });
  const result = await withMaskedDuplicates(found.result);
  return { ...found, result: { ...result, out: result.out === null ? null : out! } };
}

/** Rejects stated fields without effect. */
function refuseIgnored(options: DedupOptions, stated: ReadonlySet<string>): void {
  const ignored = ignoredOption(options, (name) => stated.has(name));
  if (ignored === undefined) return;
  const { name, dependsOn, needs } = ignored;
  const flag = name === "verify" ? "--no-verify" : flagName(name);
  const other = options[dependsOn] === undefined ? `no --${dependsOn}` : `--${dependsOn} ${options[dependsOn]}`;
  throw new Failure("bad_input", `${flag} has no effect with ${other}`, {
    hint: needs === undefined ? `omit ${flag} or --${dependsOn}` : `omit ${flag}, or add --${dependsOn} ${needs}`,
  });
}
