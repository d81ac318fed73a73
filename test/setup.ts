import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

/** Laws are tried on the same inputs everywhere, so that a run can be repeated and a change is judged by what it changed. */
const FIXED_SEED = 20_261_125;

// The long suite tries new inputs at each run and prints its seed (test/full-seed.ts); FC_SEED sets it.
fc.configureGlobal({ seed: Number(process.env["FC_SEED"] ?? FIXED_SEED) });

// Tests seal what a pipeline keeps by a key of their own, and leave that of the user alone.
const keyFile = join(tmpdir(), `tunewright-test-${process.pid}.key`);
if (process.env["TUNEWRIGHT_SEAL_KEY_FILE"] === undefined) {
  process.env["TUNEWRIGHT_SEAL_KEY_FILE"] = keyFile;
  process.on("exit", () => rmSync(keyFile, { force: true }));
}
