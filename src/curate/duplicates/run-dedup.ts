import { existsSync } from "node:fs";

import { Failure } from "../../base/failure.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import type { DedupFinding, DedupOptions, DedupResult, DuplicateCluster } from "../../domain/dedup.ts";
import { sampleTexts } from "./findings/sample-texts.ts";
import { type DedupFile, type DedupRead, findDuplicates, type FoundDuplicates } from "./dedup-files.ts";
import { dedupResult, duplicateClusters } from "./dedup-result.ts";
import { openIndex } from "./index-file.ts";
import { similarityHistogram } from "./findings/similarity-histogram.ts";
import { updateIndex } from "./update-index.ts";
import { writeDropped } from "./write-dropped.ts";
import { writeKept } from "./write-kept.ts";

/** Options of a deduplication. All paths are absolute. */
export type DedupRequest = {
  files: readonly DedupFile[];
  options: DedupOptions;
  read: Pick<DedupRead, "delimiter" | "onProgress">;
  out?: string | undefined;
  dropped?: string | undefined;
  index?: string | undefined;
  wantsHistogram: boolean;
  /** Asks for confirmation if more rows would be dropped as near-duplicates than the limit allows. */
  mayDrop: (finding: DedupFinding) => Promise<boolean>;
};

/** The result, and the finding that prevented writing, if any. */
export type DedupOutcome = {
  result: DedupResult;
  clusters: () => DuplicateCluster[];
  stopped: DedupFinding | undefined;
};

/**
 * Finds duplicates in files and writes the requested outputs: kept rows, dropped rows, the index. Nothing is
 * written if near-duplicates exceed the limit and this is not confirmed.
 *
 * @throws Failure if a file cannot be read, options cannot be combined or the disk is full
 */
export function runDedup(request: DedupRequest): Promise<DedupOutcome> {
  const { index } = request;
  // Not waited for: an import may take hours, and what it adds decides what stays of this one.
  return index === undefined ? dedup(request) : withFileLock(index, 0, () => dedup(request));
}

async function dedup(request: DedupRequest): Promise<DedupOutcome> {
  const { files, options, read, out, dropped, index } = request;
  const earlier = index === undefined ? undefined : await openIndex(index);
  const found = await findDuplicates(files, options, { ...read, index: earlier });
  refuseAgain(found, out);
  const samples = await sampleTexts(found, { ...read, textField: options.textField });
  const histogram = request.wantsHistogram ? await similarityHistogram(files, options, read) : null;
  const result = dedupResult(found, options, { out: out ?? null, ...samples, histogram });
  const clusters = (): DuplicateCluster[] => duplicateClusters(found, options);
  const many = result.findings.find(({ finding }) => finding === "near-removal");
  if (many !== undefined && !(await request.mayDrop(many))) {
    return { result: { ...result, out: null }, clusters, stopped: many };
  }
  if (out !== undefined) await writeKept(found, out, read);
  if (dropped !== undefined) {
    await writeDropped(found, dropped, { ...read, method: options.method, overwrite: true });
  }
  if (index !== undefined && out !== undefined) await updateIndex(index, found, { ...options, ...read });
  return { result, clusters, stopped: undefined };
}

/**
 * Refuses to replace the output of an import with the result of importing the same file again: the new output would be
 * empty, because all rows of the file are in the index. This happens if the first run was interrupted after writing.
 */
function refuseAgain({ files, index }: FoundDuplicates, out: string | undefined): void {
  if (index === undefined || out === undefined || !existsSync(out)) return;
  const known = new Set(index.rows.hashes);
  const again = files.find(({ sha256 }) => known.has(sha256));
  if (again === undefined) return;
  throw new Failure(
    "bad_input",
    `${again.name} was already imported into ${index.path}: none of its rows would be kept`,
    {
      hint: `${out} is unchanged: if it is the output of that import, nothing is missing; otherwise name a file that does not exist`,
    },
  );
}
