import { readFileSync } from "node:fs";

/** Name and version of Tunewright, as stored in results. */
export function toolName(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return `Tunewright ${version}`;
}
