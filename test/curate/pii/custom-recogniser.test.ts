import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { redactSetup } from "../../../src/curate/pii/operators/redact-setup.ts";
import { redactRow } from "../../../src/curate/pii/operators/redact-row.ts";
import { boundedPattern } from "../../../src/base/bounded-pattern.ts";
import { PipelineStage } from "../../../src/domain/data-pipeline.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";

const ENV = { TUNEWRIGHT_REDACTION_KEY: "5a".repeat(32) };

async function redacted(text: string, recognisers: unknown[], more: object = {}): Promise<string> {
  const setup = redactSetup(RedactOptions.parse({ recognisers, ...more }), { keyFile: undefined, env: ENV });
  const { fields } = await redactRow({ id: "r", source: "s", line: 1, fields: { text } }, setup);
  return fields["text"] as string;
}

describe("recognisers of a programme's own", () => {
  test("the stage of a pipeline takes them", () => {
    const stage = { stage: "redact", recognisers: [{ entity: "EMPLOYEE_ID", pattern: "EMP-[0-9]{6}" }] };
    expect(PipelineStage.parse(stage)).toMatchObject(stage);
  });

  const AWAY = "on the other side of the house in a long corridor is room";
  test.each([
    {
      what: "a pattern, as whole words in any case",
      spec: { pattern: "EMP-\\d{6}" },
      text: "EMP-004711, emp-004712, XEMP-004713",
      wanted: "<ID>, <ID>, XEMP-004713",
    },
    {
      what: "capitals where they count",
      spec: { pattern: "EMP-\\d{6}", caseSensitive: true },
      text: "EMP-004711, emp-004712",
      wanted: "<ID>, emp-004712",
    },
    {
      what: "context words, without which a match is none",
      spec: { pattern: "\\d{5}", context: ["badge"] },
      text: `badge 47110, ${AWAY} 47111`,
      wanted: `badge <ID>, ${AWAY} 47111`,
    },
    {
      what: "a check that passes or drops",
      spec: { pattern: "\\d{4}-\\d{4}", checksum: "luhn" },
      text: "1234-5674 and 1234-5675",
      wanted: "<ID> and 1234-5675",
    },
    {
      what: "mod 97, of a legal entity identifier (ISO 17442)",
      spec: { pattern: "[A-Z0-9]{18}\\d{2}", checksum: "mod97" },
      text: "5493001KJTIIGC8Y1R12 5493001KJTIIGC8Y1R13",
      wanted: "<ID> 5493001KJTIIGC8Y1R13",
    },
    {
      what: "an operator",
      spec: { pattern: "EMP-\\d{6}", operator: "mask" },
      text: "EMP-004711",
      wanted: "***-******",
    },
  ])("$what", async ({ spec, text, wanted }) => {
    expect(await redacted(text, [{ entity: "ID", ...spec }])).toBe(wanted);
  });

  test("an operator by key gives one value one hash; that of --operator comes first", async () => {
    const spec = [{ entity: "ID", pattern: "EMP-\\d{6}", operator: "hash" }];
    expect(await redacted("EMP-004711 EMP-004711", spec)).toMatch(/^(<ID:[0-9a-f]{16}>) \1$/);
    expect(await redacted("EMP-004711", spec, { operators: { ID: "redact" } })).toBe("");
    const options = RedactOptions.parse({ recognisers: spec });
    expect(() => redactSetup(options, { keyFile: undefined, env: {} })).toThrow(/need a key/);
  });

  test.each([
    ["(a+)+b", /more than 10000 ways/],
    ["(?:a|a)+b", /more than 10000 ways/],
    ["\\w+\\w+\\w+", /more than 10000 ways/],
    ["(a)\\1", /back-reference/],
    ["[0-9", /not a valid regular expression/],
    ["a*", /matches the empty text/],
  ])("refuses %s", async (pattern, message) => {
    await expect(redacted("x", [{ entity: "ID", pattern }])).rejects.toThrow(message);
    const { error } = RedactOptions.safeParse({ recognisers: [{ entity: "ID", pattern }] });
    expect(error?.issues[0]).toMatchObject({
      path: ["recognisers", 0, "pattern"],
      message: expect.stringMatching(message),
    });
  });
});

describe("bounds", () => {
  test.each([
    ["EMP-\\d{6}", 1],
    ["[A-Z]{2,4}-\\d{4,10}", 21],
    ["(?:foo|bar|baz)x?", 6],
    ["a+", 64],
    ["(?:ab?){3}", 8],
  ])("%s can match in %d ways", (pattern, ways) => {
    expect(boundedPattern(pattern)?.ways).toBe(ways);
  });

  const atom = fc.constantFrom("a", "\\d", "[ab+]", "\\+", "(?:a|b)", "(?:ab?)", "b");
  const quantifier = fc.constantFrom("", "?", "{2}", "{1,3}", "+?", "{0,2}?");
  test("a bounded pattern matches what it matched, where no match repeats more than 64 times", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom("a", "b", "1", "+"), maxLength: 12 }),
        (parts, text) => {
          const pattern = parts.map(([a, q]) => a + q).join("");
          const bounded = new RegExp(boundedPattern(pattern)!.source, "gu");
          expect(text.match(bounded)).toEqual(text.match(new RegExp(pattern, "gu")));
        },
      ),
      { numRuns: 500, seed: 7 },
    );
  });
});
