import { readFileSync } from "node:fs";

/** Tunewright and its version, as answers name their maker. */
export function toolName(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return `Tunewright ${version}`;
}
