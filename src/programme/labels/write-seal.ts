import { join } from "node:path";

import { atomicWriteAll } from "../../base/atomic-write-all.ts";
import type { SealedTask } from "../../domain/label-report.ts";
import { sealText } from "./manage-tasks.ts";

/**
 * Writes a seal into the programme folder: both its labels and its manifest, or neither. An equal seal gives equal
 * bytes.
 *
 * @returns path of the manifest in the programme folder
 */
export async function writeSeal(programmeDir: string, { seal, labels }: SealedTask): Promise<string> {
  const folder = join("labels", seal.task);
  const manifest = join(folder, `${seal.seal}.json`);
  await atomicWriteAll([
    [join(programmeDir, folder, seal.file), sealText(labels)],
    [join(programmeDir, manifest), `${JSON.stringify(seal, null, 2)}\n`],
  ]);
  return manifest;
}
