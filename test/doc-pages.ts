import { readdirSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./cli/run-cli.ts";

/** Pages of the documentation, by their paths from the root. */
export const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path))
    .toSorted(),
];
