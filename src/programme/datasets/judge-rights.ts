import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { runStage } from "../../curate/pipeline/reading/run-stage.ts";
import { readRights } from "../../curate/rights/read-rights.ts";
import { rightsFields } from "../../curate/rights/rights-fields.ts";
import { rightsRemedy } from "../../curate/rights/rights-remedy.ts";
import { rightsStage } from "../../curate/rights/rights-stage.ts";
import { rightsTable } from "../../curate/rights/rights-table.ts";
import type { FunnelStage } from "../../domain/funnel.ts";
import type { RightsLine } from "../../domain/rights.ts";
import type { RightsRequest } from "../../domain/rights-request.ts";

/** Rows of each dataset by verdict, and what to do about blocked ones; undefined if there are none. */
export type JudgedRights = { table: RightsLine[]; funnel: FunnelStage[]; remedy: string | undefined };

/**
 * Decides for every row whether it may be used for training and by which rule, and writes the two groups if files are
 * named.
 */
export async function judgeRights(
  { cwd, now, note, progress, confirm }: Context,
  { file, out, dropped, delimiter, ...options }: RightsRequest,
): Promise<JudgedRights> {
  const here = (path: string): string => resolve(cwd, path);
  const mayReplace = async (path: string | undefined): Promise<boolean> =>
    path === undefined || !existsSync(here(path)) || (await confirm(`Replace ${path}?`));
  const overwrite = (await mayReplace(out)) && (await mayReplace(dropped));
  const input = await readRights({ ...options, on: options.on ?? isoDay(now()) }, here);
  const table = rightsTable(input);
  const fields = rightsFields(input);
  const { funnel } = await runStage(rightsStage, file.map(here), {
    options: input,
    out: out === undefined ? undefined : here(out),
    dropped: dropped === undefined ? undefined : here(dropped),
    overwrite,
    delimiter,
    onProgress: (fraction) => progress("judging rights", fraction),
    onResult: ({ rows }) => {
      for (const row of rows) fields.add(row);
      table.add(rows);
    },
    onEnd: () => {
      for (const warning of fields.end()) note(`warning: ${warning}`);
    },
  });
  const lines = table.lines();
  const names = [...new Set(lines.map(({ source }) => source))];
  for (const { source } of input.sources) {
    if (source === "*" || names.includes(source)) continue;
    note(`warning: ${options.rights} names "${source}", but the rows are of ${names.join(", ")}`);
  }
  return { table: lines, funnel, remedy: rightsRemedy(lines, options.rights) };
}
