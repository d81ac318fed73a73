import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { shownPath } from "../reading/shown-path.ts";
import { versionsIn } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import { versionDiff } from "../../curate/freeze/version-diff.ts";
import type { FrozenCheck, VersionDiff } from "../../domain/frozen.ts";
import type { VerifyRequest } from "../../domain/verify-request.ts";

/** A check of each version, and the differences between two if requested and both are intact. */
export type Verified = { checks: FrozenCheck[]; difference: VersionDiff | undefined };

/**
 * Checks that frozen versions are unchanged, and compares two.
 *
 * @throws Failure bad_input for a comparison of more or fewer than two versions, or a digest for more than one
 */
export async function verify({ cwd, progress }: Context, { dir, expect, diff, key }: VerifyRequest): Promise<Verified> {
  const versions = (await Promise.all(dir.map((folder) => versionsIn(resolve(cwd, folder))))).flat();
  if (diff && versions.length !== 2) {
    throw new Failure("bad_input", `--diff compares two versions, but ${versions.length} were given`, {
      hint: "name two folders of frozen versions",
    });
  }
  if (expect !== undefined && versions.length !== 1) {
    throw new Failure("bad_input", `--expect is the digest of one version, but ${versions.length} were given`, {
      hint: "name only the folder of that version",
    });
  }
  const checks: FrozenCheck[] = [];
  for (const version of versions) {
    progress(`verifying ${shownPath(version, cwd)}`);
    checks.push({ ...(await verifyFrozen(version, expect)), dir: shownPath(version, cwd) });
  }
  if (!diff || checks.some(({ ok }) => !ok)) return { checks, difference: undefined };
  const [from, to] = versions.map((path, index) => ({ dir: path, files: checks[index]!.manifest!.files }));
  const difference = { from: checks[0]!.dir, to: checks[1]!.dir, ...(await versionDiff(from!, to!, key)) };
  return { checks, difference };
}
