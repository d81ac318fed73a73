import { resolve } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { addVerdicts } from "../../curate/decontaminate/verdicts.ts";
import { HitVerdict } from "../../domain/decontaminate.ts";
import type { DecontaminateRequest } from "../../domain/decontaminate-request.ts";

/**
 * Writes verdicts on hits, which later runs apply.
 *
 * @throws Failure bad_input without a file, a reason and a name, and for a key with both verdicts
 */
export async function decideHits(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  { file, against, verdicts: path, keep = [], drop = [], reason, by }: DecontaminateRequest,
): Promise<HitVerdict[]> {
  if (path === undefined || reason === undefined || by === undefined) {
    throw new Failure("bad_input", "a verdict needs --verdicts FILE, --reason and --by", {
      hint: commandLine([
        "data",
        "decontaminate",
        "--verdicts",
        "verdicts.jsonl",
        "--keep",
        "KEY",
        "--reason",
        "WHY",
        "--by",
        "WHO",
      ]),
    });
  }
  const unused = [...file, ...against.map((text) => `--against ${text}`)][0];
  if (unused !== undefined) {
    throw new Failure("bad_input", `${unused} cannot be combined with a verdict`, {
      hint: "omit it here, and use it afterwards with --verdicts",
    });
  }
  const both = keep.find((key) => drop.includes(key));
  if (both !== undefined) {
    throw new Failure("bad_input", `${both} is both kept and dropped`, { hint: "use it once, with --keep or --drop" });
  }
  const on = now().toISOString().slice(0, 10);
  const made = [...keep.map((key) => ["keep", key] as const), ...drop.map((key) => ["drop", key] as const)].map(
    ([verdict, key]) => {
      const { data, error } = HitVerdict.safeParse({ key, verdict, reason, by, on });
      if (data === undefined)
        throw new Failure("bad_input", `${key}: ${error.issues[0]!.message}`, {
          hint: "use the key of a hit as the report shows it",
        });
      return data;
    },
  );
  await addVerdicts(resolve(cwd, path), made);
  return made;
}
