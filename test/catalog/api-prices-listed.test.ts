import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

test("the listed prices are what the script makes of the installed package", () => {
  const script = fileURLToPath(new URL("../../scripts/list-api-prices.mjs", import.meta.url));
  const made = execFileSync(process.execPath, [script, "--print"], { encoding: "utf8" });
  const committed = new URL("../../src/catalog/data/api-prices-listed.csv", import.meta.url);
  expect(made).toBe(readFileSync(committed, "utf8"));
});
