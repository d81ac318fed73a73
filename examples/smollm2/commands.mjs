// What the scripts of the examples share: the commands of this build, run in the folder of an example.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The command line of this build. */
export const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Ends the script with a message. */
export function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}

/** The Python that trains. Fails if a Python is not named, or if the folder exists. */
export function readyPython(folder) {
  const { TUNEWRIGHT_PYTHON: python, TUNEWRIGHT_SERVING_PYTHON: serving } = process.env;
  if (!python || !serving) fail("set TUNEWRIGHT_PYTHON and TUNEWRIGHT_SERVING_PYTHON as README.md says");
  if (existsSync(folder)) fail(`${folder} already exists`);
  return python;
}

/** Commands run in a folder: each is printed with its answer unless `isShown` is false, and returns the answer. */
export function commandsIn(folder) {
  return (line, { code = 0, isShown = true } = {}) => {
    if (isShown) process.stdout.write(`$ tunewright ${line}\n`);
    const argv = [program, ...line.match(/"[^"]*"|\S+/g).map((word) => word.replaceAll('"', ""))];
    const ran = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
    if (isShown) process.stdout.write(`${ran.stdout}\n`);
    if (ran.status === code) return ran.stdout;
    process.stderr.write(ran.stderr);
    return fail(`tunewright ${line} ended with ${ran.status}`);
  };
}
