import fc from "fast-check";
import { expect, test } from "vitest";

import { textTokens } from "../../../src/curate/duplicates/text-tokens.ts";
import { jsonTextField } from "../../../src/curate/kernels/json-text-field.ts";
import { distinct, hashShingles, shingleHashes } from "../../../src/curate/kernels/shingle-hashes.ts";
import { hashTokens, NOT_JSON, tokenHashes, type TokenHashes } from "../../../src/curate/kernels/token-hashes.ts";
import { parseRow } from "../../../src/curate/rows/parse-row.ts";
import { naiveShingles, naiveTokens } from "./naive-shingles.ts";
import { lawRuns } from "../../law-runs.ts";

const encoder = new TextEncoder();
const pairs = ({ low, high, count }: TokenHashes): string[] =>
  Array.from({ length: count }, (_, index) => `${low[index]}:${high[index]}`);

/** Those, and the hash of the signs. */
const all = (tokens: TokenHashes): unknown => [pairs(tokens), tokens.signs];

/** A text as UTF-8 can hold it: halves of pairs become U+FFFD. */
const wellFormed = (text: string): string => new TextDecoder().decode(encoder.encode(text));

/** Words, marks and whole alphabets that are easy to get wrong, in any order. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "Straße",
        "ΟΔΥΣΣΕΥΣ",
        "İstanbul",
        "naïve",
        "東京タワー",
        "ภาษาไทย",
        "한국어",
        "e\u0301",
        "ο\u0301Σ",
        "\u1112\u1161\u11ab",
        "\u30ab\u3099",
        "\u09c7\u09be",
        "\u212b",
        "ー",
        "…",
      ),
      fc.constantFrom(
        " ",
        "\n",
        "\t",
        "_",
        "-",
        "*",
        " * ",
        "#",
        "!",
        "\n+ ",
        "5",
        "😀",
        "’",
        "\u00a0",
        "\ud800",
        "\udc00",
        "\u0000",
        '"',
        "\\",
        "/",
        "٣",
        "Ⅷ",
        "²",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

test("tokens have equal hashes exactly where the definition calls them equal", () => {
  const tokens = textTokens();
  const known = new Map<string, string>();
  const owners = new Map<string, string>();
  fc.assert(
    fc.property(hostileText, (text) => {
      const hashes = pairs(tokens.ofText(text));
      const naive = naiveTokens(wellFormed(text));
      expect(hashes).toHaveLength(naive.length);
      for (const [index, token] of naive.entries()) {
        expect(known.get(token) ?? hashes[index]).toBe(hashes[index]);
        expect(owners.get(hashes[index]!) ?? token).toBe(token);
        known.set(token, hashes[index]!);
        owners.set(hashes[index]!, token);
      }
    }),
    { numRuns: lawRuns(2000), seed: 20_261_125 },
  );
});

test("a text has the same tokens whether its letters are composed or taken apart", () => {
  const tokens = textTokens();
  const words = fc.constantFrom(
    "été",
    "Ångström",
    "한국어",
    "パーティー",
    "ΆΣ",
    "Việt",
    "হয়েছো",
    "ﬁn",
    "東京",
    " ",
    "\u0323",
    "x",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 12 }), (parts) => {
      const text = wellFormed(parts.join(""));
      const [composed, apart] = [text.normalize("NFC"), text.normalize("NFD")];
      expect(pairs(tokens.ofText(apart))).toEqual(pairs(tokens.ofText(composed)));
      expect(pairs(tokens.ofText(text))).toEqual(pairs(tokens.ofText(composed)));
    }),
    { numRuns: lawRuns(2000), seed: 20_261_125 },
  );
});

test("the inside of a JSON string gives the tokens of the string that it stands for, whatever is escaped", () => {
  const tokens = textTokens();
  fc.assert(
    fc.property(hostileText, fc.boolean(), (text, escapeAll) => {
      const inside = escapeAll
        ? Array.from(
            { length: text.length },
            (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`,
          ).join("")
        : JSON.stringify(text).slice(1, -1);
      const plain = all(tokens.ofText(wellFormed(text)));
      const bytes = encoder.encode(inside);
      const json = tokens.ofBytes({ bytes, start: 0, end: bytes.length, isJson: true });
      expect(json && all(json)).toEqual(plain);
    }),
    { numRuns: lawRuns(2000), seed: 20_261_125 },
  );
});

/** Lines of JSON, most of them with a byte too many, too few or changed. */
const brokenLine = fc
  .tuple(
    fc.oneof(
      fc.record({
        id: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null)),
        text: hostileText,
      }),
      fc.record({ text: hostileText, tags: fc.array(fc.string(), { maxLength: 2 }) }),
      fc.dictionary(fc.constantFrom("text", "Text", "a", "té", 'q"'), fc.oneof(hostileText, fc.integer())),
    ),
    fc.nat(),
    fc.constantFrom("", " ", ",", '"', "\\", "}", "{", ":", "\\u12", "\t", "0", "text", '"text":"b",', "\u0001", "\r"),
    fc.nat(2),
  )
  .map(([value, at, put, cut]) => {
    const text = JSON.stringify(value);
    const place = at % (2 * text.length); // half of the lines stay as they are
    return (
      text.slice(0, place) + (place < text.length ? put : "") + text.slice(place + (place < text.length ? cut : 0))
    );
  });

test("a line is read from its bytes only where parsing it gives the same text", () => {
  const tokens = textTokens();
  const runs = lawRuns(5000);
  let [direct, parsedOnly] = [0, 0];
  fc.assert(
    fc.property(brokenLine, (line) => {
      const bytes = encoder.encode(wellFormed(line));
      const field = jsonTextField({ bytes, start: 0, end: bytes.length }, encoder.encode("text"));
      const found = field && tokens.ofBytes({ bytes, ...field, isJson: true });
      const hashes = found && pairs(found);
      if (hashes === undefined) {
        parsedOnly += 1;
        return;
      }
      direct += 1;
      const { fields } = parseRow(wellFormed(line), 100);
      expect(fields).toBeDefined();
      expect(hashes).toEqual(pairs(tokens.ofText(wellFormed(fields!["text"] as string))));
    }),
    { numRuns: runs },
  );
  expect(direct).toBeGreaterThan(runs / 10);
  expect(parsedOnly).toBeGreaterThan(runs / 10);
});

test("a control character or an unknown escape inside a JSON string is refused", () => {
  const out = tokenHashes();
  for (const inside of ["a\nb", "a\\x", "a\\u12g4", "a\\u12", "\\", 'a"b']) {
    const bytes = encoder.encode(inside);
    expect(hashTokens({ bytes, start: 0, end: bytes.length, isJson: true }, out), inside).toBe(NOT_JSON);
  }
});

test("a text has as many distinct shingles as the definition says", () => {
  const tokens = textTokens();
  const shingles = shingleHashes();
  const words = fc.array(fc.constantFrom("a", "b", "c", "日", "本"), { maxLength: 60 }).map((list) => list.join(" "));
  fc.assert(
    fc.property(words, (text) => {
      hashShingles(tokens.ofText(text), 5, shingles);
      distinct(shingles);
      expect(shingles.count).toBe(naiveShingles(text).size);
    }),
  );
});
