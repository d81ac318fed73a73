import { hashFile } from "../../../base/hash-file.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import { entryOf } from "./stages.ts";

/**
 * Absolute paths of the files named by a stage's options, and of the files that those name, by name.
 *
 * @throws Failure if one is missing
 */
export async function namedFiles(
  item: PipelineStage,
  resolve: (name: string) => Promise<string>,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of await entryOf(item).files(item, resolve)) files.set(name, await resolve(name));
  return files;
}

/** Files with their SHA-256. */
export async function hashedFiles(
  paths: ReadonlyMap<string, string>,
): Promise<Map<string, { path: string; sha256: string }>> {
  const files = new Map<string, { path: string; sha256: string }>();
  for (const [name, path] of paths) files.set(name, { path, sha256: await hashFile(path) });
  return files;
}
