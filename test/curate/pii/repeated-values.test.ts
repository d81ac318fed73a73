import fc from "fast-check";
import { expect, test } from "vitest";

import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { repeatedSpans } from "../../../src/curate/pii/operators/repeated-values.ts";
import { piiStage } from "../../../src/curate/pii/pii-stage.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";

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
    { numRuns: 1000 },
  );
});

test("a row of 4,000 addresses is redacted in seconds", async () => {
  const options = RedactOptions.parse({});
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  const fields = { list: Array.from({ length: 4000 }, (_, index) => `write to user${index}@example.org`) };
  const start = performance.now();
  const { kept } = await piiStage.run([{ id: "r0", source: "s", line: 1, fields }], setup);
  expect(new Set(kept[0]!.fields["list"] as string[])).toEqual(new Set(["write to <EMAIL_ADDRESS>"]));
  expect(performance.now() - start).toBeLessThan(5000);
});
