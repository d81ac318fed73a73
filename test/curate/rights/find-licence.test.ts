import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { findLicence } from "../../../src/curate/rights/find-licence.ts";

const GOLDEN = new URL("../../golden/licences.tsv", import.meta.url);
const CLASSES = new URL("../../../../shared/data/curation/rights/dpi_license_classes.json", import.meta.url);

describe("names of licences", () => {
  const [, ...rows] = readFileSync(GOLDEN, "utf8").trim().split("\n");
  test.each(rows.map((row) => row.split("\t")))("%s is %s, for %s use", (text, licence, use) => {
    const found = findLicence(text).licence;
    expect([found?.licence ?? "-", found?.use ?? "-"]).toEqual([licence, use]);
  });

  test("words that are not a licence stay unknown, and so does a whole expression with one of them", () => {
    expect(findLicence("ask Bob").unknown).toBe("ask Bob");
    expect(findLicence("MIT AND ask Bob").unknown).toBe("ask Bob");
    expect(findLicence("MIT OR ask Bob").licence?.licence).toBe("MIT");
    expect(findLicence(`x${" AND x".repeat(50_000)}`).licence).toBeUndefined();
  });
});

/** Classes of the initiative that contradict the licence's text, or that name no licence: see the note of each row. */
const ELSE_HERE = new Set(["No License", "Unclear"]);

test.skipIf(!existsSync(CLASSES))("every class of the Data Provenance Initiative is the table's (../shared)", () => {
  const classes = JSON.parse(readFileSync(CLASSES, "utf8")) as Record<string, [use: string]>;
  const use = { All: "all", NC: "non-commercial", Acad: "academic", Unspecified: "unspecified" };
  const wrong = Object.entries(classes).flatMap(([name, [theirs]]) => {
    const ours = findLicence(name).licence?.use;
    return ELSE_HERE.has(name) || ours === use[theirs as keyof typeof use] ? [] : [`${name}: ${theirs}, here ${ours}`];
  });
  expect(wrong).toEqual([]);
});
