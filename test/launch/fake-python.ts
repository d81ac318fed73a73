import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

const TRAINER = join(import.meta.dirname, "fake-trainer.mjs");

/** Versions that the preflight of TRL accepts. */
const VERSIONS = {
  python: "3.11.7",
  torch: "2.13.0",
  transformers: "5.24.0",
  trl: "1.16.0",
  peft: "0.21.2",
  datasets: "5.2.0",
  accelerate: "1.15.0",
};

/**
 * Writes an executable that stands in for the Python of TRL: it says its versions, and runs the fake trainer in a mode
 * where the launcher of TRL would train. Returns its path.
 */
export async function fakePython(folder: string, mode: string): Promise<string> {
  const path = join(folder, `python-${mode}`);
  const lines = [
    "#!/bin/sh",
    `case "$1" in *versions.py) echo '${JSON.stringify(VERSIONS)}'; exit 0;; esac`,
    'job=$(dirname "$3")',
    "shift 3",
    `exec "${process.execPath}" "${TRAINER}" "$job" ${mode} config "$@"`,
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
  await chmod(path, 0o755);
  return path;
}
