import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sha256 } from "../../../src/base/hash.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { PackManifest, type PackSummary } from "../../../src/domain/compliance-pack.ts";
import type { AppliedRequirement } from "../../../src/domain/compliance.ts";
import { complyPack } from "../../../src/programme/comply/pack/comply-pack.ts";
import { claimOf } from "../../../src/programme/comply/pack/pack-claims.ts";
import { verifyPack } from "../../../src/programme/comply/pack/verify-pack.ts";

const CLINICAL = new URL("../../../examples/clinical", import.meta.url).pathname;
const DOCUMENTS = `documents:
  - { record: policy.doc, title: Risk analysis, path: risk.md, requirements: [HIPAA-RISK] }
  - { record: vendor.register, title: Vendors, path: vendors.csv, requirements: [HIPAA-BAA] }
`;

const REQUIREMENT = {
  id: "HIPAA-BAA",
  framework: "HIPAA",
  kind: "obligation",
  title: "Business associate contract",
  ref: "164.502(e)",
  summary: "A contract with each vendor",
  applies: "yes",
  from: null,
  dependsOn: [],
  verification: "primary",
  fromRecords: "partial",
  caveat: "",
} as const;

let dir: string;
let summary: PackSummary;
let bytes: Uint8Array;
let manifest: PackManifest;
const options = (out: string) => ({
  on: "2026-11-25",
  tool: "Tunewright 0.0.0",
  out: join(dir, out),
  state: { env: {}, now: () => new Date("2026-11-25T12:00:00Z") },
});
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-pack-"));
  cpSync(CLINICAL, dir, { recursive: true });
  writeFileSync(join(dir, "risk.md"), "# Risk analysis\n");
  writeFileSync(join(dir, "vendors.csv"), "name\nCloud A\n");
  writeFileSync(join(dir, "compliance.yaml"), `${readFileSync(join(dir, "compliance.yaml"), "utf8")}${DOCUMENTS}`);
  summary = await complyPack(dir, options("pack.zip"));
  bytes = readFileSync(summary.path);
  manifest = PackManifest.parse(JSON.parse(Buffer.from(unzipSync(bytes)["manifest.json"]!).toString()));
});
afterAll(() => rmSync(dir, { recursive: true }));

const check = (changed: Uint8Array) => verifyPack(changed, { path: "pack.zip", wanted: undefined });

describe("a pack", () => {
  test("is a ZIP file with a folder for each requirement that has evidence, and the papers", () => {
    const files = unzipSync(bytes);
    expect(Object.keys(files).slice(0, 2)).toEqual(["manifest.sha256", "manifest.json"]);
    expect(Object.keys(files).slice(2)).toEqual(manifest.files.map(({ path }) => path));
    for (const { path, sha256: hash } of manifest.files) expect(sha256(files[path]!), path).toBe(hash);
    expect(files["requirements/HIPAA-RISK/risk.md"]).toEqual(new Uint8Array(readFileSync(join(dir, "risk.md"))));
    expect(Object.keys(files)).toContain("papers/ml-bom.cdx.json");
    expect(Object.keys(files)).toContain("papers/hipaa-deid.md");
    const owners = manifest.files.map(
      ({ path }) => manifest.claims.filter((claim) => claim.files.includes(path)).length,
    );
    expect(new Set(owners)).toEqual(new Set([1]));
  });

  test("has the same bytes for the same content, and no ledger head where nothing was logged", async () => {
    const again = await complyPack(dir, options("again.zip"));
    expect(again.sha256).toBe(summary.sha256);
    expect(summary.ledgerHead).toBeNull();
  });

  test("is intact as it was written, and is not the one that was asked for under another hash", () => {
    expect(check(bytes)).toMatchObject({ isIntact: true, broken: [], claims: manifest.claims.length });
    expect(verifyPack(bytes, { path: "pack.zip", wanted: summary.sha256 }).isIntact).toBe(true);
    expect(verifyPack(bytes, { path: "pack.zip", wanted: "0".repeat(64) }).isIntact).toBe(false);
  });

  test("shows each of 200 random changes of a byte, and the claim of the file it is in", () => {
    const random = seededRandom(19);
    let inFiles = 0;
    for (let round = 0; round < 200; round += 1) {
      const offset = Math.floor(random() * bytes.length);
      const changed = Uint8Array.from(bytes);
      changed[offset] = (changed[offset]! + 1 + Math.floor(random() * 255)) % 256;
      const { isIntact, changes, broken } = check(changed);
      expect(isIntact, `byte ${offset}`).toBe(false);
      const [change] = changes;
      const owner = manifest.claims.find(({ files }) => files.includes(change!.place));
      if (owner === undefined) continue;
      inFiles += 1;
      // The changed byte is in the file that is named, and that file's claim is the only one that breaks.
      const size = manifest.files.find(({ path }) => path === change!.place)!.bytes;
      expect(offset).toBeGreaterThanOrEqual(change!.offset);
      expect(offset).toBeLessThan(change!.offset + size);
      expect(broken).toEqual([owner.id]);
    }
    expect(inFiles).toBeGreaterThan(100);
  });

  test("shows a byte that is cut off, put in or taken out, wherever it is", () => {
    const random = seededRandom(22);
    for (let round = 0; round < 20; round += 1) {
      const offset = Math.floor(random() * bytes.length);
      const [head, tail] = [bytes.subarray(0, offset), bytes.subarray(offset)];
      for (const changed of [
        head,
        Buffer.concat([head, tail.subarray(1)]),
        Buffer.concat([head, Buffer.from([7]), tail]),
      ])
        expect(check(changed).isIntact, `byte ${offset}`).toBe(false);
    }
    expect(check(new Uint8Array()).isIntact).toBe(false);
  });

  test("breaks every claim where its manifest is changed", () => {
    const changed = Uint8Array.from(bytes);
    const offset = Buffer.from(bytes).indexOf('"HIPAA-RISK"');
    changed[offset + 1] = 0x58;
    expect(check(changed)).toMatchObject({ isIntact: false, claims: null, broken: ["every claim"] });
  });

  test("holds a record of the ledger as a file, and is refused where evidence changed while it was made", async () => {
    const item = { artifact: "cross-check", automation: "auto", state: "found", detail: "compared" } as const;
    const undated = { collectedAt: null, validUntil: null, reviewer: null, askedFrom: null, due: null };
    const requirement = (ref: string, hash: string): AppliedRequirement => ({
      ...REQUIREMENT,
      dependsOn: [],
      evidence: [{ ...item, ...undated, ref, sha256: hash }],
    });
    const records = new Map([["ledger/vendors.json", "{}\n"]]);
    const { files } = await claimOf(dir, requirement("ledger/vendors.json", sha256("{}\n")), records);
    expect(files.map(({ path }) => path)).toContain("requirements/HIPAA-BAA/ledger/vendors.json");
    const changed = claimOf(dir, requirement("risk.md", sha256("# Before\n")), records);
    await expect(changed).rejects.toThrow("risk.md changed while the pack was made");
  });

  test("is refused where a document is gone", async () => {
    rmSync(join(dir, "vendors.csv"));
    await expect(complyPack(dir, options("late.zip"))).rejects.toThrow("vendors.csv");
  });
});
