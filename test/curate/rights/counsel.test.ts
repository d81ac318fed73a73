import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import command from "../../../src/cli/commands/data-rights.ts";
import { parseCsv } from "../../../src/base/csv.ts";
import type { RightsLine } from "../../../src/domain/rights.ts";
import { runCommand } from "../../cli/run-command.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const RIGHTS = `
sources:
  - { source: dual.jsonl, licence: MIT OR CC-BY-NC-4.0 }
  - { source: custom.jsonl, licence: "Dataset Usage Agreement, see our page" }
  - { source: ncsa.jsonl, licence: CC-BY-NC-SA-4.0 }
  - source: gptbot.jsonl
    licence: CC-BY-4.0
    optOut: [{ kind: robots.txt, file: robots.txt, host: e.org }]
  - source: aitxt.jsonl
    licence: CC-BY-SA-4.0
    optOut: [{ kind: ai.txt, file: ai.txt, host: e.org }]
  - source: tdm.jsonl
    licence: CC-BY-4.0
    optOut: [{ kind: tdmrep.json, file: tdmrep.json, host: e.org }]
  - source: c2pa.jsonl
    licence: CC-BY-4.0
    optOut: [{ kind: c2pa.json, file: c2pa.json }]
  - source: noai.jsonl
    licence: CC-BY-4.0
    optOut: [{ kind: http-headers, file: headers.txt, host: e.org }]
  - { source: openai.jsonl, own: true, generatedBy: [gpt-4o-mini] }
  - { source: llama3.jsonl, own: true, generatedBy: [meta-llama/Meta-Llama-3-70B-Instruct] }
  - { source: llama31.jsonl, own: true, generatedBy: [meta-llama/Llama-3.1-70B-Instruct] }
  - source: expired.jsonl
    contract: { reference: MSA 2023-1, training: true, expires: 2026-11-01 }
  - source: consent.jsonl
    own: true
    personalData: { basis: consent, reference: forms 2025, withdrawn: { field: customer, values: [C-2, 7] } }
    decision: { verdict: allowed, by: counsel, on: 2026-11-01, reason: forms were checked }
  - source: unknown.jsonl
    licence: Unknown
    decision: { verdict: allowed, by: general counsel, on: 2026-11-02, reason: letter of the archive }
`;

const FILES = {
  "rights.yaml": RIGHTS,
  "robots.txt": "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
  "ai.txt": "User-Agent: *\nDisallow: *.txt\nAllow: *.jpg\n",
  "tdmrep.json": JSON.stringify([
    { location: "/articles/*", "tdm-reservation": 1, "tdm-policy": "https://e.org/tdm" },
    { location: "/", "tdm-reservation": 0 },
  ]),
  "c2pa.json": JSON.stringify({
    manifests: {
      m: {
        assertions: [
          { label: "c2pa.training-mining", data: { entries: { "c2pa.ai_training": { use: "notAllowed" } } } },
        ],
      },
    },
  }),
  "headers.txt": "HTTP/2 200\r\nX-Robots-Tag: noai, noimageai\r\n",
};

const PAGES = [{ url: "https://e.org/articles/1.html" }, { url: "https://e.org/about.txt" }];

async function verdicts(flags: Record<string, unknown> = {}): Promise<{ lines: RightsLine[]; text: string }> {
  const names = [...RIGHTS.matchAll(/source: (\w+\.jsonl)/g)].map(([, name]) => name!);
  const rowsOf = (name: string): unknown[] => {
    if (/^(?:gptbot|aitxt|tdm|noai|c2pa)/.test(name)) return PAGES;
    return name === "consent.jsonl"
      ? [{ customer: "C-1" }, { customer: "C-2" }, { customer: 7 }, {}]
      : [{ text: name }];
  };
  const cwd = await folderOf({ ...FILES, ...Object.fromEntries(names.map((name) => [name, jsonl(rowsOf(name))])) });
  const given = { file: names, rights: "rights.yaml", urlField: "url", on: "2026-11-28", ...flags };
  const { json, text } = await runCommand(command, given, cwd);
  return { lines: (json as { table: RightsLine[] }).table, text: text() };
}

describe("datasets with rights that are not plain", () => {
  const shown = (lines: readonly RightsLine[]): string[] =>
    lines.map(({ source, rows, verdict, rule }) => `${source.replace(".jsonl", "")} ${rows} ${verdict} ${rule}`);

  test("have the verdict and the rule that counsel would name", async () => {
    const { lines, text } = await verdicts();
    expect(shown(lines)).toEqual([
      "aitxt 1 allowed licence",
      "aitxt 1 blocked opt-out",
      "c2pa 2 blocked opt-out",
      "consent 1 allowed decision",
      "consent 1 blocked consent-withdrawn", // C-2
      "consent 1 blocked consent-withdrawn", // 7
      "consent 1 needs-counsel consent-withdrawn", // does not say whose it is
      "custom 1 needs-counsel licence-unclassified",
      "dual 1 allowed licence",
      "expired 1 blocked contract-expired",
      "gptbot 2 blocked opt-out",
      "llama3 1 blocked output-terms",
      "llama31 1 allowed own",
      "ncsa 1 blocked licence-use",
      "noai 2 blocked opt-out",
      "openai 1 needs-counsel output-terms",
      "tdm 1 blocked opt-out",
      "tdm 1 allowed licence",
      "unknown 1 allowed decision",
    ]);
    expect(text).toContain("CC-BY-SA-4.0: share alike [aitxt.jsonl]");
    expect(text).toContain("must begin with Llama where it is distributed");
    expect(text).toContain("MIT: attribution [dual.jsonl]");
    expect(text).not.toContain("CC-BY-NC-SA-4.0: attribution"); // nobody has duties for what may not be used
  });

  test("may be used for less: what is not commercial, with the duties of its licence", async () => {
    const { lines } = await verdicts({ use: "non-commercial" });
    const line = lines.find(({ source }) => source === "ncsa.jsonl")!;
    expect([line.verdict, ...line.duties]).toEqual([
      "allowed",
      "CC-BY-NC-SA-4.0: attribution",
      "CC-BY-NC-SA-4.0: share alike",
    ]);
  });
});

describe("the table of terms for outputs", () => {
  const file = "output-terms.csv";
  const url = new URL(`../../../src/curate/rights/data/${file}`, import.meta.url);
  const { rows } = parseCsv(readFileSync(url, "utf8"), file);

  test.each(rows.map(({ fields }) => [fields["model"]!, fields] as const))(
    "%s has a document, and is no more than a question for counsel where that was not read",
    (_model, { verdict, source, read }) => {
      expect(source).not.toBe("");
      expect(["allowed", "blocked", "needs-counsel"]).toContain(verdict);
      expect(read).toMatch(/^(?:2026-\d\d-\d\d|as quoted by others 2026-\d\d-\d\d|from memory, unverified)$/);
      if (!read!.startsWith("2026")) expect(verdict).not.toBe("allowed");
    },
  );
});
