import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { sha256 } from "../../../base/hash.ts";
import { readText, readWhole } from "../../../base/read-text.ts";
import { parseRights } from "../../../curate/rights/read-rights.ts";
import type { StudyCuration } from "../../../domain/study-curation.ts";
import { resolveInside } from "../../folder/resolve-inside.ts";
import type { LoadedProgramme } from "../../reading/read-programme.ts";
import type { EvidenceFile } from "./evidence-file.ts";

/** Largest opt-out file that is copied into the record, bytes. */
const MAX_BYTES = 2 ** 20;

/**
 * The opt-out files that the rights stage of the last data run read, with their bytes, as one record; empty if the stage
 * did not run, or its rights file names none. A file that is gone makes the record out of date.
 */
export async function optOutEvidence(
  { dir, programme }: Pick<LoadedProgramme, "dir" | "programme">,
  curation: StudyCuration | null,
): Promise<EvidenceFile[]> {
  if (curation === null || curation.rights === null) return [];
  const stages = programme.data.pipeline.filter((stage) => stage.stage === "rights");
  const signals = [];
  const gone: string[] = [];
  for (const { rights, on } of stages) {
    if (rights === undefined || !existsSync(join(dir, rights))) continue;
    const path = await resolveInside(dir, rights);
    for (const { source, optOut } of parseRights(await readText(path, { shown: rights }), rights).sources) {
      for (const { kind, file, host = null } of optOut) {
        const name = relative(dir, join(dir, dirname(rights), file));
        if (!existsSync(join(dir, name))) {
          gone.push(name);
          continue;
        }
        const bytes = await readWhole(await resolveInside(dir, name), { maxBytes: MAX_BYTES, shown: name });
        const base64 = Buffer.from(bytes).toString("base64");
        signals.push({ source, host, kind, file: name, readFor: on, sha256: sha256(bytes), base64 });
      }
    }
  }
  if (signals.length === 0) return [];
  const content = `${JSON.stringify({ signals, gone }, null, 2)}\n`;
  const missing = gone.length === 0 ? "" : `; no longer there: ${gone.join(", ")}`;
  return [
    {
      path: "rights/opt-out-signals.json",
      sha256: sha256(content),
      proves: ["opt-out-signals"],
      detail: `${signals.length} opt-out files read by the rights stage, with their bytes${missing}`,
      isStale: curation.state === "stale" || gone.length > 0,
      named: null,
      collectedAt: signals.map(({ readFor }) => readFor).toSorted()[0]!,
      validUntil: null,
      reviewer: null,
      content,
    },
  ];
}
