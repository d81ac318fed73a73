import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import { atomicWrite } from "../../base/atomic-write.ts";
import type { Context } from "../../base/context.ts";
import { croissant } from "../../curate/pipeline/lineage/croissant.ts";
import { openLineage } from "../../curate/pipeline/lineage/open-lineage.ts";
import type { DataLineage } from "../../domain/data-lineage.ts";

/** Output files, and Croissant properties that no file of the programme states. */
export type LineageFiles = {
  croissant?: string | undefined;
  openlineage?: string | undefined;
  url?: string | undefined;
  creator?: string | undefined;
  published?: string | undefined;
};

/** Writes a lineage as Croissant and as OpenLineage events, and reports missing Croissant properties. */
export async function writeLineage(context: Context, lineage: DataLineage, files: LineageFiles): Promise<void> {
  const { croissant: croissantFile, openlineage: eventsFile, ...publication } = files;
  if (croissantFile !== undefined) {
    await writeFile(context, croissantFile, `${JSON.stringify(croissant(lineage, publication), null, 2)}\n`);
    const missing = (["url", "creator", "published"] as const).filter((name) => publication[name] === undefined);
    const unlicensed = lineage.sources.every(({ licence }) => licence === null) ? ["licence of a file"] : [];
    const asked = [...missing.map((name) => `--${name}`), ...unlicensed];
    if (asked.length > 0) context.note(`Croissant needs fields that are unknown here: ${asked.join(", ")}`);
  }
  if (eventsFile !== undefined) {
    const events = openLineage(lineage).map((event) => `${JSON.stringify(event)}\n`);
    await writeFile(context, eventsFile, events.join(""));
  }
}

async function writeFile({ cwd, note, confirm }: Context, name: string, content: string): Promise<void> {
  const path = resolve(cwd, name);
  refuseOverwrite(path, !existsSync(path) || (await confirm(`${name} already exists. Replace it?`)));
  await atomicWrite(path, content);
  note(`wrote ${name}`);
}
