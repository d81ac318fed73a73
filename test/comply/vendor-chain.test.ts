import { describe, expect, test } from "vitest";

import { vendorChain, type VendorRecords } from "../../src/comply/vendor-chain.ts";
import { ComplianceAnswers } from "../../src/domain/compliance-answers.ts";

const HASH = "ab".repeat(32);

function chain(vendors: object[], records: Partial<VendorRecords> = {}) {
  return vendorChain({
    vendors: ComplianceAnswers.parse({ vendors }).vendors,
    agreements: new Map([["baa.pdf", HASH]]),
    recipients: [],
    services: [],
    ...records,
  });
}

const clinic = {
  name: "Clinic Cloud",
  purpose: "hosting",
  personalData: true,
  phi: true,
  dpa: "baa.pdf",
  baa: "baa.pdf",
};

describe("the chain of vendors", () => {
  // 45 CFR 164.502(e)(1)(ii): each subcontractor that receives health information needs a contract of its own.
  test("has an agreement with its hash for each edge, and no problem where all are on file", () => {
    const { links, problems } = chain([clinic, { ...clinic, name: "Backup Ltd", through: "Clinic Cloud" }]);
    expect(problems).toEqual([]);
    expect(links.map(({ name, through, baa }) => [name, through, baa.state, baa.sha256])).toEqual([
      ["Clinic Cloud", null, "on-file", HASH],
      ["Backup Ltd", "Clinic Cloud", "on-file", HASH],
    ]);
  });

  test("names a missing agreement, one whose file is gone, and a link that hangs in the air", () => {
    const { problems } = chain([
      { name: "A", purpose: "judge", personalData: true, phi: true, baa: "lost.pdf" },
      { name: "B", purpose: "logs", personalData: false, through: "Nobody" },
      { name: "C", purpose: "host", personalData: false },
      { ...clinic, name: "D", through: "C" },
    ]);
    expect(problems).toEqual([
      "A has no data processing agreement on file",
      "the business associate agreement of A does not exist: lost.pdf",
      "B receives data through Nobody, which is not in the register",
      "D receives health information through C, which has none",
      "D receives personal data through C, which has none",
    ]);
  });

  test("finds the judge, the tracker and the paid service that the register lacks", () => {
    const recipients = [
      { host: "api.judge.example", place: "eval/acceptance.yaml, line 9" },
      { host: "eu.hosting.example", place: "training.yaml, line 3" },
    ];
    const known = { ...clinic, hosts: ["hosting.example"], billedAs: ["Clinic Compute"] };
    const { links, problems } = chain([known], { recipients, services: ["clinic compute", "Object Store"] });
    expect(links.map(({ name, seen, isRegistered }) => [name, seen, isRegistered])).toEqual([
      ["Clinic Cloud", ["training.yaml, line 3", "imported bills"], true],
      ["api.judge.example", ["eval/acceptance.yaml, line 9"], false],
      ["Object Store", ["imported bills"], false],
    ]);
    expect(problems).toEqual([
      "api.judge.example (eval/acceptance.yaml, line 9) is not in the register of vendors",
      "Object Store (imported bills) is not in the register of vendors",
    ]);
  });

  test("needs no agreement where nothing personal is received", () => {
    const { links, problems } = chain([{ name: "Mail Ltd", purpose: "alerts", personalData: false }]);
    expect([links[0]!.dpa.state, links[0]!.baa.state, problems]).toEqual(["not-needed", "not-needed", []]);
  });
});
