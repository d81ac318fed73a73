import fc from "fast-check";
import { expect, test } from "vitest";

import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactionKey } from "../../../src/curate/pii/operators/redaction-key.ts";
import { repeatedSpans } from "../../../src/curate/pii/operators/repeated-values.ts";
import { piiStage } from "../../../src/curate/pii/pii-stage.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";
import { cpuMs } from "../../cpu-ms.ts";
import { lawRuns } from "../../law-runs.ts";
import { longTest } from "../../long-suite.ts";

test("values are found again as whole words, wherever a search for each of them finds them", () => {
  const piece = fc.constantFrom("ab", "B", "7", " ", "+", "@", "-", "\u0130", "é");
  const word = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(word, { minLength: 1, maxLength: 4 }), (all, values) => {
      const small = (each: string): string => each.replaceAll("\u0130", "i").toLowerCase();
      const isPart = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);
      const expected = [...new Set(values.map(small))].flatMap((value) =>
        Array.from(small(all), (_, at) => at)
          .filter((at) => small(all).startsWith(value, at))
          .filter((at) => !isPart(all.charAt(at - 1)) && !isPart(all.charAt(at + value.length)))
          .map((at) => `${at} ${value}`),
      );
      const found = repeatedSpans(
        all,
        values.map((value) => ({ type: "X", value })),
      );
      const shown = found.map(({ start, end }) => `${start} ${small(all).slice(start, end)}`);
      expect(shown.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: lawRuns(1000), seed: 20_261_125 },
  );
});

longTest("a row of 4,000 addresses is redacted in seconds", async () => {
  const options = RedactOptions.parse({});
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  const fields = { list: Array.from({ length: 4000 }, (_, index) => `write to user${index}@example.org`) };
  const taken = await cpuMs(async () => {
    const { kept } = await piiStage.run([{ id: "r0", source: "s", line: 1, fields }], setup);
    expect(new Set(kept[0]!.fields["list"] as string[])).toEqual(new Set(["write to <EMAIL_ADDRESS>"]));
  });
  expect(taken).toBeLessThan(5000);
});

async function written(fields: Record<string, unknown>, given: Partial<RedactOptions> = {}) {
  const options = RedactOptions.parse(given);
  const setup = { options, recognition: recognitionOf(options), key: redactionKey(new Uint8Array(32).fill(7)) };
  const { kept, dropped, notes } = await piiStage.run([{ id: "r", source: "s", line: 1, fields }], setup);
  const review = notes.flatMap(
    ({ note }) => (note as { review: { start: number; end: number; path: string[] }[] }).review,
  );
  return { text: kept[0]?.fields["text"], dropped: dropped.map(({ reason }) => reason), review };
}

test.each("Smith Brown White Black Green Young Rose Grace Hope Will Lee Kim Long Baker Kowalczyk".split(" "))(
  "the surname %s is redacted wherever it stands with a capital or a possessive, though it may be a common word",
  async (name) => {
    const text = `The patient is Dorothy ${name}, 61. Discussed with ${name} at length, and ${name}'s daughter. We saw ${name.toLowerCase()}'s scan.`;
    const { text: found, dropped } = await written({ text });
    expect(dropped).toEqual([]);
    expect(found).toMatch(
      /^The patient is <PERSON>, 61\. Discussed with <PERSON> at length, and <PERSON>'s daughter\./,
    );
  },
);

test("a first name that is hardly a word stays nowhere in small letters; what may be another word goes to review", async () => {
  const maria = await written({ text: "I met Maria Kowalczyk. Later maria was upset, and MARIA's phone rang." });
  expect(maria.text).toBe("I met <PERSON>. Later <PERSON> was upset, and <PERSON>'s phone rang.");
  const text = "The patient is Rose Brown. Her brown hair and a rose: Brown smiled.";
  const brown = await written({ text });
  expect(brown.text).toBe("The patient is <PERSON>. Her brown hair and a rose: <PERSON> smiled.");
  expect(brown.review.map(({ start, end }) => text.slice(start, end))).toEqual(["brown", "rose"]);
});

test("words of grammar in a name are left where a sentence begins, and a person looks at them", async () => {
  const text = "The patient is Will Do. Will you call? Do not wait. I spoke with Will then.";
  const { text: found, review } = await written({ text });
  expect(found).toBe("The patient is <PERSON>. Will you call? Do not wait. I spoke with <PERSON> then.");
  expect(review.map(({ start, end }) => text.slice(start, end))).toEqual(["Will", "Do"]);
});

test("a row is dropped whose surname stands with a capital in a field that is not redacted, and is not where it is a word", async () => {
  const row = { text: "The patient is Dorothy Smith.", title: "Letter to Smith" };
  expect((await written(row, { textField: "text" })).dropped).toEqual(["leak"]);
  const word = await written({ ...row, title: "a smith" }, { textField: "text" });
  expect(word).toMatchObject({ dropped: [], review: [{ path: ["title"] }] });
});

test("what a profile keeps does not keep a name that stands in it", async () => {
  const { text, dropped } = await written(
    { text: "My name is John Smith. I own Smith Plumbing Inc and live in Madrid." },
    { profile: "gdpr" },
  );
  expect(dropped).toEqual([]);
  expect(text).not.toMatch(/Smith/);
  expect(text).toMatch(/Madrid/);
});

test("a surrogate that is another person's name in the row is not a leak, and the name itself is", async () => {
  const { text, dropped } = await written(
    { text: "Call Maria Kowalczyk.", ref: "kowalczyk" },
    { textField: "text", operators: { PERSON: "surrogate" } },
  );
  expect([text, dropped]).toEqual([undefined, ["leak"]]);
});
