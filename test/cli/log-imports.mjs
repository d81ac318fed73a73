// Preloaded with `node --import`: writes the path of every file that a program loads, ES modules and CommonJS, one per
// line, into the file named by IMPORT_LOG when the program ends.
import { appendFileSync } from "node:fs";
import { createRequire, register } from "node:module";

register("./log-imports-hook.mjs", import.meta.url);
const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  appendFileSync(
    process.env["IMPORT_LOG"],
    Object.keys(cache)
      .map((path) => `${path}\n`)
      .join(""),
  );
});
