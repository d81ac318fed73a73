import { existsSync } from "node:fs";
import { basename, extname, resolve } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { formatYaml, parseYaml } from "../../base/yaml.ts";
import type { SweepImport } from "../../domain/sweep.ts";
import { importWandb, WandbSweep } from "../../launch/sweep/wandb.ts";

/** Largest file of a sweep, bytes. */
const MAX_BYTES = 2 ** 20;

/**
 * Translates a sweep of Weights & Biases into a file of this programme folder. An existing file is not replaced.
 *
 * @throws Failure not_found, bad_input
 */
export async function importSweep(
  { file, out }: { file: string; out: string },
  { programmeDir }: { programmeDir: string },
): Promise<SweepImport> {
  const target = resolve(programmeDir, out);
  if (existsSync(target)) {
    throw new Failure("bad_input", `${out} already exists`, { hint: "pass another path to --out, or remove the file" });
  }
  const { value, lineOf } = parseYaml(
    await readText(resolve(programmeDir, file), { maxBytes: MAX_BYTES, shown: file }),
    file,
  );
  const parsed = WandbSweep.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const what = issueText(issue, valueAt(value, issue.path));
    throw new Failure("bad_input", `${file}, line ${lineOf(issue.path)}, ${issue.path.join(".")}: ${what}`, {
      hint: "expected a sweep configuration of Weights & Biases: method, metric, parameters",
    });
  }
  const { sweep, notes } = importWandb(parsed.data, basename(file, extname(file)));
  await atomicWrite(target, formatYaml(sweep));
  return { file: out, sweep, notes };
}
