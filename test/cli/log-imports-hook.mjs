import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Notes the file and loads it as always. */
export async function load(url, context, next) {
  if (url.startsWith("file:")) appendFileSync(process.env["IMPORT_LOG"], `${fileURLToPath(url)}\n`);
  return next(url, context);
}
