import fc from "fast-check";

const WORDS = ["alpha", "beta", "gamma", "delta", "straße", "naïve", "日", "本", "語", "x1", "42", "_"];

/** Texts of which many are alike: a few bases, each copied with words replaced, left out, in capitals, with other marks or with signs. */
export const alikeTexts: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.record({
        base: fc.nat(3),
        edits: fc.array(
          fc.record({ at: fc.nat(60), word: fc.constantFrom("", "zeta", "eta", "zeta <", "eta = eta") }),
          { maxLength: 3 },
        ),
        loud: fc.boolean(),
        mark: fc.constantFrom(" ", ", ", "\n", " + "),
      }),
      { maxLength: 16 },
    ),
  )
  .map(([bases, copies]) =>
    copies.map(({ base, edits, loud, mark }) => {
      const words = [...bases[base % bases.length]!];
      for (const { at, word } of edits) if (at < words.length) words[at] = word;
      // beside `=`, which makes a line code, commas and capitals are signs too: their tests are those of code
      const isCode = words.some((word) => word.includes("="));
      const text = words.filter((word) => word !== "").join(isCode && mark === ", " ? " " : mark);
      return loud && !isCode ? text.toUpperCase() : text;
    }),
  );
