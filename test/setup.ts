import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

// Laws are tried on new inputs at every run on a developer's machine, and on the same ones in CI: what fails there can
// be seen again, and a change is judged by what it changed. FC_SEED tries others.
const seed = process.env["FC_SEED"] ?? (process.env["CI"] ? "20261125" : undefined);
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

// Tests seal what a pipeline keeps by a key of their own, and leave that of the user alone.
const keyFile = join(tmpdir(), `tunewright-test-${process.pid}.key`);
if (process.env["TUNEWRIGHT_SEAL_KEY_FILE"] === undefined) {
  process.env["TUNEWRIGHT_SEAL_KEY_FILE"] = keyFile;
  process.on("exit", () => rmSync(keyFile, { force: true }));
}
