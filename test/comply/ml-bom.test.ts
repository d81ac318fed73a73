import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, test } from "vitest";

import { mlBom, type MlBomInput } from "../../src/comply/ml-bom.ts";

const HASH = "ab".repeat(32);
const LEAST: MlBomInput = {
  specVersion: "1.7",
  on: "2026-11-25",
  tool: { name: "Tunewright", version: "0.1.0" },
  name: "Contracts",
  description: "",
  owner: null,
  weightsSha256: null,
  base: { id: "my-model", licence: null },
  task: "extraction",
  method: "dpo",
  datasets: [],
  metrics: [],
  claims: [],
  properties: [],
};
const FULL: MlBomInput = {
  ...LEAST,
  description: "Finds clauses",
  owner: "Example Ltd",
  weightsSha256: HASH,
  base: { id: "Qwen/Qwen2.5-7B", licence: "Apache-2.0" },
  method: "lora",
  datasets: [
    { name: "out/train.jsonl", sha256: HASH, licence: "CC-BY-4.0", rows: 200, sensitiveData: [] },
    { name: "raw.jsonl", sha256: null, licence: "Our own terms", rows: null, sensitiveData: ["phi"] },
  ],
  metrics: [
    { type: "clauses/exact (tuned)", value: "0.81", slice: null, interval: { low: "0.7", high: "0.9" } },
    { type: "clauses/exact (tuned)", value: "0.5", slice: "lang=de", interval: null },
  ],
  claims: [
    { id: "AIA-53-1d", title: "Summary", evidence: [{ path: "summary.md", sha256: HASH, detail: "a summary" }] },
    { id: "CDSM-4", title: "Opt-outs", evidence: [{ path: "summary.md", sha256: HASH, detail: "a summary" }] },
  ],
  properties: [{ name: "tunewright:run.modificationFlop", value: "2.3e18" }],
};

// One of each: a validator compiles its schema once.
const VALIDATORS = {
  "1.6": new Validation.JsonStrictValidator(Spec.Version.v1dot6),
  "1.7": new Validation.JsonStrictValidator(Spec.Version.v1dot7),
};

async function problems(bom: unknown, version: "1.6" | "1.7"): Promise<unknown> {
  return VALIDATORS[version].validate(JSON.stringify(bom));
}

describe.each(["1.6", "1.7"] as const)("CycloneDX %s, by the validator of the CycloneDX library", (specVersion) => {
  test("accepts the least and the fullest document", async () => {
    expect(await problems(mlBom({ ...LEAST, specVersion }), specVersion)).toBeNull();
    expect(await problems(mlBom({ ...FULL, specVersion }), specVersion)).toBeNull();
  });

  test("refuses one with a hash that is not one", async () => {
    const broken = mlBom({ ...FULL, specVersion, weightsSha256: "not a hash" });
    expect(await problems(broken, specVersion)).not.toBeNull();
  });
});

test("the serial number follows from the content", () => {
  expect(mlBom(FULL)["serialNumber"]).toBe(mlBom({ ...FULL })["serialNumber"]);
  expect(mlBom(FULL)["serialNumber"]).not.toBe(mlBom({ ...FULL, name: "Other" })["serialNumber"]);
});

test("a file that serves two requirements is one item of evidence", () => {
  const { declarations } = mlBom(FULL) as { declarations: { claims: { evidence: string[] }[]; evidence: unknown[] } };
  expect(declarations.evidence).toHaveLength(1);
  expect(declarations.claims.map(({ evidence }) => evidence)).toEqual([["evidence-1"], ["evidence-1"]]);
});
