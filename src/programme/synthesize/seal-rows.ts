import { existsSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { sha256 } from "../../base/hash.ts";
import { freezeFiles } from "../../curate/freeze/freeze-files.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { SynthesisResult } from "../../domain/synthesis-result.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/**
 * Freezes rows as the next version, `synthetic/NAME/vN`; if the last version has identical rows, that version is
 * returned. A version names the previous one, so that its manifest states the differences.
 *
 * @param lines rows as lines of JSONL, in their order
 */
export async function sealRows(
  { dir, name, definition, folder }: Pick<LoadedSynthesis, "dir" | "name" | "definition" | "folder">,
  lines: readonly string[],
  { now, tool }: { now: Date; tool: string },
): Promise<NonNullable<SynthesisResult["sealed"]>> {
  const text = lines.join("");
  const version = lastVersion(dir, folder.versions);
  const before = version === 0 ? undefined : join(folder.versions, `v${version}`);
  const manifest = before === undefined ? undefined : await readManifest(join(dir, before));
  if (manifest !== undefined && manifest.files[0]?.sha256 === sha256(text)) {
    return { dir: before!, digest: manifest.digest, rows: manifest.rows, isNew: false };
  }
  await atomicWrite(join(dir, folder.rows), text);
  const out = join(folder.versions, `v${version + 1}`);
  const { digest, rows } = await freezeFiles([join(dir, folder.rows)], {
    out: join(dir, out),
    by: tool,
    reason: `synthesis ${name}: ${definition.recipe} by ${definition.endpoint.model}`,
    now,
    after: manifest === undefined ? undefined : join(dir, before!),
    key: "id",
  });
  return { dir: out, digest, rows, isNew: true };
}

/**
 * Writes the sources of a version next to it, so that they can be read without opening it; or the result of a pilot.
 */
export async function writeRecord(path: string, result: SynthesisResult): Promise<void> {
  await atomicWrite(path, `${JSON.stringify(result, null, 2)}\n`);
}

function lastVersion(dir: string, versions: string): number {
  let version = 0;
  while (existsSync(join(dir, versions, `v${version + 1}`))) version += 1;
  return version;
}
