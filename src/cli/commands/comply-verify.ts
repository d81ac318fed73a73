import { resolve } from "node:path";

import * as z from "zod";

import { PackCheck } from "../../domain/compliance-pack.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  pack: z.string().min(1).describe("Pack written by comply pack"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "expected 64 hex digits")
    .optional()
    .describe("SHA-256 printed by comply pack"),
});

/** `tunewright comply verify`: checks that a pack is unchanged, and lists the affected claims if it is not. */
export default defineCommand({
  description:
    "Check every byte of an evidence pack: each file against the manifest, the manifest against its own hash, and the archive structure. Names each change and the claims that it affects. Exits with code 5 if anything changed. To detect a completely rewritten pack, pass the SHA-256 that comply pack printed.",
  args: ["pack"],
  options: Options,
  output: PackCheck,
  examples: ["comply verify my-programme/report/comply-pack.zip"],
  run: async (io, { pack, sha256 }) => {
    const { verifyPackFile } = await import("../../programme/comply/pack/verify-pack.ts");
    const { packCheckText } = await import("../../programme/comply/pack/pack-text.ts");
    const check = await verifyPackFile(resolve(io.cwd, pack), { shown: pack, wanted: sha256 });
    return {
      json: check,
      text: () => packCheckText(check),
      ...(check.isIntact ? {} : { failed: `${pack} was changed: ${check.broken.join(", ")} cannot be relied on` }),
    };
  },
});
