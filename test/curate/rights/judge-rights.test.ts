import { describe, expect, test } from "vitest";

import { judgeRights, type RightsFacts } from "../../../src/curate/rights/judge-rights.ts";
import { outputTerms } from "../../../src/curate/rights/output-terms.ts";
import { parseRights } from "../../../src/curate/rights/read-rights.ts";
import { rightsStage } from "../../../src/curate/rights/rights-stage.ts";
import { SourceRights } from "../../../src/domain/rights.ts";

const ON = "2026-11-25";
const commercial = { use: "commercial", on: ON } as const;

function facts(source: Partial<SourceRights> | undefined, rest: Partial<RightsFacts> = {}): RightsFacts {
  return {
    source: source === undefined ? undefined : SourceRights.parse({ source: "a", ...source }),
    licences: [],
    generatedBy: [],
    signals: [],
    ...rest,
  };
}

/** Verdict and rule of some facts for a commercial model. */
function judged(source: Partial<SourceRights> | undefined, rest: Partial<RightsFacts> = {}): string {
  const { verdict, rule } = judgeRights(facts(source, rest), commercial);
  return `${verdict}: ${rule}`;
}

describe("a row of which nothing is known", () => {
  test("is blocked, also where its dataset is named without a licence", () => {
    expect(judged(undefined)).toBe("blocked: rights-unknown");
    expect(judged({})).toBe("blocked: rights-unknown");
    expect(judged({ licence: "No License" })).toBe("blocked: licence-unspecified");
    expect(judged({ licence: "see our page" })).toBe("needs-counsel: licence-unclassified");
    expect(judgeRights(facts({ licence: "Apachee-2.0" }), commercial).detail).toContain('did you mean "Apache-2.0"');
  });

  test("is allowed from the day on which a person says so, who is named", () => {
    const decision = { verdict: "allowed", by: "counsel", on: ON, reason: "mail of the owner" } as const;
    expect(judged({ decision })).toBe("allowed: decision");
    expect(judged({ decision: { ...decision, on: "2026-11-26" } })).toBe("blocked: rights-unknown");
    expect(judgeRights(facts({ decision }), commercial).findings).toMatchObject([{ rule: "rights-unknown" }]);
  });
});

test("own work under a contract that forbids training is blocked, and so is a row that names a stricter licence", () => {
  expect(judged({ own: true, contract: { reference: "C-8", training: false } })).toBe("blocked: contract-no-training");
  expect(judged({ own: true }, { licences: ["CC-BY-NC-4.0"] })).toBe("blocked: licence-use");
});

describe("a licence", () => {
  test("counts for the use that it allows", () => {
    const nc = facts({ licence: "CC-BY-NC-4.0" });
    expect(judgeRights(nc, commercial)).toMatchObject({
      verdict: "blocked",
      rule: "licence-use",
      use: "non-commercial",
    });
    expect(judgeRights(nc, { use: "academic", on: ON }).verdict).toBe("allowed");
    const research = facts({ licence: "Research Only" });
    expect(judgeRights(research, { use: "non-commercial", on: ON }).verdict).toBe("blocked");
  });

  test("leaves its duties", () => {
    expect(judgeRights(facts({ licence: "CC-BY-SA-4.0" }), commercial)).toMatchObject({
      verdict: "allowed",
      duties: ["CC-BY-SA-4.0: attribution", "CC-BY-SA-4.0: share alike"],
    });
    expect(judgeRights(facts({ licence: "CC0" }), commercial).duties).toEqual([]);
    expect(judged({ licence: "CC-BY-ND-4.0" })).toBe("needs-counsel: licence-no-derivatives");
  });

  test("of the row overrides that of its dataset", () => {
    expect(judged({ licence: "MIT" }, { licences: ["cc-by-nc-4.0"] })).toBe("blocked: licence-use");
  });
});

describe("contracts and terms", () => {
  test("bind by what they say and as long as they hold", () => {
    const contract = { reference: "C-7", training: true };
    expect(judged({ contract })).toBe("allowed: contract");
    expect(judged({ contract: { ...contract, expires: ON } })).toBe("allowed: contract");
    expect(judged({ contract: { ...contract, expires: "2026-11-24" } })).toBe("blocked: contract-expired");
    expect(judged({ licence: "MIT", contract: { ...contract, training: false } })).toBe(
      "blocked: contract-no-training",
    );
    expect(judged({ own: true, expires: "2026-01-01" })).toBe("blocked: expired");
  });

  test("outputs of a model are under the terms of its provider", () => {
    expect(judged({ own: true }, { generatedBy: ["gpt-4o-mini"] })).toBe("needs-counsel: output-terms");
    expect(judged({ own: true }, { generatedBy: ["Llama-2-70b-chat-hf"] })).toBe("blocked: output-terms");
    expect(judged({ own: true }, { generatedBy: ["a model of nobody"] })).toBe("needs-counsel: output-terms");
    const llama = judgeRights(facts({ own: true }, { generatedBy: ["meta-llama/Llama-3.1-8B-Instruct"] }), commercial);
    expect(llama.verdict).toBe("allowed");
    expect(llama.duties[0]).toContain("must begin with Llama");
    for (const people of ["human", "Humans", "crowd-workers", "human-written", "none", "annotator"])
      expect(judged({ own: true }, { generatedBy: [people] })).toBe("allowed: own");
    expect(judged({ own: true }, { generatedBy: ["human and gpt-4"] })).toBe("needs-counsel: output-terms");
    for (const model of ["mistralai/Mixtral-8x7B-Instruct-v0.1", "microsoft/phi-3-mini-4k", "command-r-plus"])
      expect(outputTerms(model)).toMatchObject({ verdict: "needs-counsel" });
    expect(judgeRights(facts({ own: true }, { generatedBy: ["mistrall-7b"] }), commercial).detail).toBe(
      'mistrall-7b: the terms for its outputs are unknown: did you mean "mistral"?',
    );
    expect(outputTerms("gpt-oss-120b")?.verdict).toBe("allowed");
    expect(outputTerms("Meta-Llama-3-8B")?.verdict).toBe("blocked");
  });

  test("a reservation blocks what is neither one's own nor under contract", () => {
    const signals = [{ kind: "robots.txt", says: "reserved", evidence: "line 2" }] as const;
    expect(judged({ licence: "CC-BY-4.0" }, { signals })).toBe("blocked: opt-out");
    expect(judged({ own: true }, { signals })).toBe("allowed: own");
    expect(judged({ contract: { reference: "C-7", training: true } }, { signals })).toBe("allowed: contract");
  });
});

test("personal data need a basis, special data a condition, consent and interests a paper", () => {
  const of = (personalData: object): string => judged({ own: true, personalData: personalData as never });
  expect(of({})).toBe("blocked: personal-data-basis");
  expect(of({ basis: "consent" })).toBe("needs-counsel: personal-data-evidence");
  expect(of({ basis: "consent", reference: "F-1" })).toBe("allowed: own");
  expect(of({ basis: "consent", reference: "F-1", expires: "2026-01-01" })).toBe("blocked: consent-expired");
  expect(of({ basis: "contract", special: true })).toBe("blocked: personal-data-special");
  expect(of({ basis: "contract", special: true, condition: "9(2)(h)" })).toBe("allowed: own");
  expect(of({ basis: "anonymised" })).toBe("allowed: own");
});

describe("the stage", () => {
  const row = (index: number, fields: object) => ({
    id: `r${index}`,
    source: "a",
    line: index + 1,
    fields: { ...fields },
  });
  const { sources } = parseRights(
    "sources:\n  - source: a\n    licence: MIT\n    optOut: [{kind: robots.txt, file: r.txt, host: e.org}]\n",
    "rights.yaml",
  );
  const input = {
    sources,
    texts: new Map([["r.txt", "User-agent: GPTBot\nDisallow: /private"]]),
    use: "commercial",
    on: ON,
    counsel: "hold",
    licenceField: "license",
    urlField: "url",
  } as const;

  test("keeps and drops every row with its rule, and reads the site of each row", async () => {
    const rows = [
      row(0, { url: "https://www.e.org/open" }),
      row(1, { url: "https://e.org/private/x" }),
      row(2, { url: "https://other.org/private/x" }),
      row(3, { license: "cc-by-nc-4.0", url: "https://e.org/open" }),
      row(4, { license: ["MIT", "our words"], url: "not an address" }),
    ];
    const { kept, dropped, notes } = await rightsStage.run(rows, input);
    expect(kept.map(({ id }) => id)).toEqual(["r0"]);
    expect(dropped.map(({ row: { id }, reason }) => [id, reason])).toEqual([
      ["r1", "opt-out"],
      ["r2", "counsel: opt-out-conditions"], // nobody knows what that site reserves
      ["r3", "licence-use"],
      ["r4", "counsel: licence-unclassified"],
    ]);
    expect(notes).toHaveLength(5);
  });

  test("holds a row that names no page where its site reserves some", async () => {
    const { dropped } = await rightsStage.run([row(0, { license: "MIT" }), row(1, { url: "no address" })], input);
    expect(dropped.map(({ reason }) => reason)).toEqual(Array(2).fill("counsel: opt-out-conditions"));
    expect(dropped[0]!.detail).toContain("the row states no page");
  });

  test.each([
    [["MIT OR CC-BY-NC-4.0", "CC-BY-NC-4.0"], "licence-use"],
    [["https://creativecommons.org/licenses/by/4.0/", "CC-BY-NC-4.0"], "licence-use"],
    [{ id: "CC-BY-NC-4.0" }, "licence-use"],
    [{ name: "MIT", url: "https://creativecommons.org/licenses/by-nc/4.0/" }, "licence-use"],
    [{ key: "other", name: "Other", spdx_id: "NOASSERTION", url: null }, "licence-unspecified"],
    [{ id: "MIT", except: "not for models" }, "counsel: licence-unclassified"],
    [{ url: "https://example.org/licence" }, "counsel: licence-unclassified"],
    [7, "counsel: licence-unclassified"],
  ])("judges every licence of a row, and none that it cannot read: %j", async (license, reason) => {
    const { dropped } = await rightsStage.run([row(0, { license, url: "https://e.org/open" })], input);
    expect(dropped.map((each) => each.reason)).toEqual([reason]);
  });

  test("reads an object with a name as the licence that it names", async () => {
    const licences = [
      { name: "MIT", url: "https://example.org/licence" },
      { key: "mit", name: "MIT License", spdx_id: "MIT", url: "https://api.github.com/licenses/mit", node_id: "x" },
      { id: 3, name: "Attribution-ShareAlike License", url: "http://creativecommons.org/licenses/by-sa/2.0/" },
    ];
    const rows = licences.map((license, index) => row(index, { license, url: "https://e.org/open" }));
    const { kept, notes } = await rightsStage.run(rows, input);
    expect(kept).toHaveLength(3);
    expect(notes.map(({ note }) => note["licence"])).toEqual(["MIT", "MIT", "CC-BY-SA AND CC-BY-SA-2.0"]);
  });

  test.each([null, "", "  ", []])("holds a row whose licence is empty, unless it is own work: %j", async (license) => {
    const rows = [row(0, { license, url: "https://e.org/open" })];
    const { dropped } = await rightsStage.run(rows, input);
    expect(dropped.map((each) => each.reason)).toEqual(["counsel: licence-missing"]);
    expect(dropped[0]!.detail).toBe("the row's license is empty, so it is unclear whether MIT is its licence");
    const own = { ...input, sources: [SourceRights.parse({ source: "a", own: true })] };
    expect((await rightsStage.run(rows, own)).kept).toHaveLength(1);
  });

  test("judges every model of a row", async () => {
    const { dropped } = await rightsStage.run([row(0, { by: ["llama 3.1", "gpt-4o"], url: "https://e.org/open" })], {
      ...input,
      generatedByField: "by",
    });
    expect(dropped.map(({ reason }) => reason)).toEqual(["counsel: output-terms"]);
  });

  test("lets rows for counsel through where it is told to", async () => {
    const { kept } = await rightsStage.run([row(0, { license: "our words" })], { ...input, counsel: "keep" });
    expect(kept).toHaveLength(1);
  });
});

test.each([
  ["sources:\n  - licence: MIT\n", "rights.yaml, line 2: sources.0.source: is required"],
  ["sources:\n  - {source: a, license: MIT}\n", "unknown field license"],
  ["sources:\n  - {source: a, optOut: [{kind: robots.txt, file: ../../etc/passwd}]}\n", "outside the folder"],
  ["sources:\n  - {source: a, expires: tomorrow}\n", "line 2: sources.0.expires"],
  ["sources: 3\n", "line 1: sources"],
  [
    "sources:\n  - {source: a, licence: MIT}\n  - {source: a, licence: CC-BY-NC-4.0}\n",
    'line 3: duplicate dataset "a"',
  ],
  [
    "sources:\n  - {source: a, optOut: [{kind: html, file: x.html, host: 'https://e.org'}]}\n",
    "expected a host such as",
  ],
])("a rights file with an error names line and field: %j", (text, message) => {
  expect(() => parseRights(text, "rights.yaml")).toThrow(message);
});
