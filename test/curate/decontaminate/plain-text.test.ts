import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { plainText } from "../../../src/curate/decontaminate/plain-text.ts";
import { longTest } from "../../long-suite.ts";

const words = (text: string): string => plainText(text).text.split(/\s+/).filter(Boolean).join(" ");

describe("a text without its markup", () => {
  test.each([
    ["entities", "He said &quot;it&rsquo;s&nbsp;5 &lt; 7&quot; &#8211; &#xe9;", 'He said "it’s 5 < 7" – é'],
    ["entities in entities", "a &amp;lt; b &amp;amp; c", "a < b & c"],
    ["words that look like entities", "R&D; AT&T; fish &chips; a && b", "R&D; AT&T; fish &chips; a && b"],
    ["tags", '<p class="q">The <b>quick</b> fox<br/>runs</p>', "The quick fox runs"],
    ["comparisons and other brackets", "if a <b and c> d: List<int> x", "if a <b and c> d: List<int> x"],
    ["marks of chat templates", "<|im_start|>user Why?<|im_end|>", "Why?"],
    ["escaped ends of lines", String.raw`one\ntwo\tthree\n\nFour`, "one two three Four"],
    ["escaped letters", String.raw`caf\u00e9 \"quoted\"`, 'café "quoted"'],
    ["fractions and products", String.raw`$\frac{1}{2} \cdot x \le 5$`, "$ {1}{2} * x <= 5$"],
    ["commands that begin like an end of a line", String.raw`\nu + \theta \neq \rho`, "nu + theta != rho"],
    ["letters of Greek that stand alone", "2π and θ, but not λόγος", "2 pi and theta, but not λόγος"],
    ["degrees", String.raw`18^\circ and 20^{\circ}`, "18° and 20°"],
    ["powers and indices", "x² + H₂O", "x^2 + H2O"],
    ["full width, ligatures and accents apart", "Ｗｈｏ ﬁnds a cafe\u0301", "Who finds a café"],
    ["letters of Cyrillic in words of Latin", "Whаt is а rеd hоrsе in Мay, а cаt", "What is a red horse in May, a cat"],
    ["runs of them, and letters of Greek", "lооk nοw, Κate and hν", "look now, Kate and h nu"],
    ["words of Cyrillic beside words of Latin", "язык C а не Java; и ο Plato", "язык C а не Java; и omicron Plato"],
    ["emphasis and blanks", "the _word_ is ____ in snake_case", "the word is in snake_case"],
  ])("%s", (_what, text, expected) => {
    expect(words(text)).toBe(expected.split(/\s+/).join(" "));
  });

  test("is the text itself if there is no markup", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9 .,;:!?'"()\n-]{0,200}$/), (text) => {
        const plain = plainText(text);
        expect(plain.text).toBe(text);
        expect(plain.placeIn({ start: 1, end: 2 })).toEqual({ start: 1, end: 2 });
      }),
    );
  });

  const piece = fc.constantFrom(
    "word",
    "&amp;quot;",
    "<b>",
    "</p>",
    "\\n",
    "\\frac",
    "_x_",
    "Ｗ",
    "é",
    "e\u0301",
    "π",
    "\\\\",
    "ﬁ",
    "rеd",
    "а",
    "ο",
    "^\\circ",
  );

  test("knows for each stretch where it came from: in order, and words where they are words", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join(" ");
        const { text: plain, placeIn } = plainText(text);
        let last = 0;
        for (const { index, 0: word } of plain.matchAll(/word/g)) {
          const { start, end } = placeIn({ start: index, end: index + word.length });
          expect(text.slice(start, end)).toBe("word");
          expect(start).toBeGreaterThanOrEqual(last);
          last = end;
        }
        const whole = placeIn({ start: 0, end: plain.length });
        expect([whole.start >= 0, whole.end <= text.length]).toEqual([true, true]);
      }),
    );
  });

  longTest("is made in bounded time of any text", () => {
    for (const part of ["&amp;", '<p a="', "\\", "_", "<|", "e\u0301\u0301", "&#", "^\\circ", "<b ", "\\u00"]) {
      const text = part.repeat(1_000_000 / part.length);
      expect(plainText(text).text.length, part).toBeLessThan(3 * text.length);
    }
  });
});
