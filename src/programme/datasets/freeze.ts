import { basename, join, resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { freezeFiles } from "../../curate/freeze/freeze-files.ts";
import { readManifest, versionsIn } from "../../curate/freeze/frozen-folder.ts";
import type { FreezeRequest } from "../../domain/freeze-request.ts";
import type { FreezeResult } from "../../domain/frozen.ts";

/**
 * Freezes files as a version, or as this month's version of a replay set.
 *
 * @throws Failure bad_input for a month without a replay set, and for a replay set in the folder of a version
 */
export async function freeze({ cwd, now: clock, progress }: Context, request: FreezeRequest): Promise<FreezeResult> {
  const { file, out, replay, month: named, after, ...run } = request;
  const now = clock();
  const series = resolve(cwd, out);
  if (named !== undefined && !replay)
    throw new Failure("bad_input", "--month is for a replay set: expected --replay", {
      hint: "add --replay, or omit --month",
    });
  if (replay && (await readManifest(series)) !== undefined) {
    throw new Failure("bad_input", `${out} is a frozen version: a replay set needs its own folder`, {
      hint: "name another folder with --out",
    });
  }
  const month = replay ? (named ?? now.toISOString().slice(0, 7)) : undefined;
  const before = month === undefined ? undefined : await versionBefore(series, month);
  const manifest = await freezeFiles(
    file.map((path) => resolve(cwd, path)),
    {
      ...run,
      now,
      out: month === undefined ? series : join(series, month),
      month,
      after: after === undefined ? before : resolve(cwd, after),
      onProgress: (fraction) => progress("freezing", fraction),
    },
  );
  return { dir: month === undefined ? out : join(out, month), ...manifest };
}

/** The latest version of a series before a month. */
async function versionBefore(series: string, month: string): Promise<string | undefined> {
  return (await versionsIn(series)).findLast((dir) => dir !== series && basename(dir) < month);
}
