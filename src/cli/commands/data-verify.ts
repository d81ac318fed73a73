import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { shownPath } from "../../base/shown-path.ts";
import { FrozenCheck, VersionDiff } from "../../domain/frozen.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z
    .array(z.string().min(1))
    .min(1)
    .describe("Folders of frozen versions, or of a series: then each of its versions"),
  expect: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "Expected a digest: 64 hex digits")
    .optional()
    .describe("Digest that the version must have, as it was kept elsewhere"),
  diff: z
    .boolean()
    .default(false)
    .describe("Say which rows differ between two versions, once both are as they were frozen"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that names a row, to tell a changed one from a new one; id where left out, else its words"),
});

/** `tunewright data verify`: whether frozen versions are as they were frozen. */
export default defineCommand({
  description:
    "Check that frozen versions are as they were frozen, to the last bit: a row that was changed is named with its file, its number and, where it is one, its byte; rows and files that are missing or were added as well. --diff compares two versions.",
  args: ["dir"],
  options: Options,
  output: z.union([z.array(FrozenCheck), VersionDiff]).describe("one per version; the difference with --diff"),
  examples: [
    "data freeze test.jsonl --out frozen/v1 --by QA --reason first --quiet && tunewright data verify frozen/v1",
    "data freeze test.jsonl --out replay --replay --by QA --reason monthly --quiet && tunewright data verify replay",
  ],
  run: async (io, { dir, expect, diff, key }) => {
    const { verifyFrozen } = await import("../../curate/freeze/verify-frozen.ts");
    const { versionsIn } = await import("../../curate/freeze/frozen-folder.ts");
    const { checkText, diffText } = await import("../../curate/freeze/frozen-text.ts");
    const versions = (await Promise.all(dir.map((each) => versionsIn(resolve(io.cwd, each))))).flat();
    if (diff && versions.length !== 2) {
      throw new Failure("bad_input", `--diff compares two versions, ${versions.length} are named`);
    }
    if (expect !== undefined && versions.length !== 1) {
      throw new Failure("bad_input", `--expect is the digest of one version, ${versions.length} are named`);
    }
    const checks: FrozenCheck[] = [];
    for (const version of versions) {
      io.progress(`verifying ${shownPath(version, io.cwd)}`);
      checks.push({ ...(await verifyFrozen(version, expect)), dir: shownPath(version, io.cwd) });
    }
    const broken = checks.filter(({ ok }) => !ok);
    const failed = `${broken.map((each) => each.dir).join(", ")}: not as it was frozen`;
    if (!diff || broken.length > 0) {
      return { json: checks, text: () => checkText(checks), ...(broken.length === 0 ? {} : { failed }) };
    }
    const { versionDiff } = await import("../../curate/freeze/version-diff.ts");
    const [from, to] = versions.map((path, index) => ({ dir: path, files: checks[index]!.manifest!.files }));
    const result: VersionDiff = { from: checks[0]!.dir, to: checks[1]!.dir, ...(await versionDiff(from!, to!, key)) };
    return { json: result, text: () => diffText(result) };
  },
});
