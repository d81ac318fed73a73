import { describe, expect, test } from "vitest";

import { recognise } from "../../../../src/curate/pii/recognisers/recognise.ts";
import { knownRecognisers } from "../../../../src/curate/pii/recognisers/recogniser-facts.ts";

/** Every recogniser, those of names too. */
const ALL = { names: true, recognisers: knownRecognisers(), minScore: 0 };

/** Pieces whose repetition keeps a pattern starting, failing and starting again. */
const HOSTILE = [
  "1234567890",
  "```\n",
  "/* ",
  "'''",
  '"',
  "x = (",
  "f(a) ",
  "a=>",
  "ssn ",
  "acct# 12",
  "a [at] ",
  "a at b dot ",
  "1 ",
  "12345 ",
  "1-",
  "(1",
  "1.",
  "1:",
  "A1",
  "a.",
  "a@",
  "@",
  ":",
  "::",
  ".",
  "-",
  "0x1f",
  "bc1q",
  "DE89 3704 ",
  "http://",
  "x.com/((",
  "a.a.a.a",
  "\u00e9",
  "415-555-0132 ",
  "May 1 ",
  "+1",
  "9".repeat(19),
  "aaaaaaaaaa",
  "a@a@a@",
  "a.b@",
  "a@b.co",
  "1234-5678-",
  "1 2 3 4 ",
  "((((",
  "[1](",
  "(((1)))",
  "mrn ",
  "mrn 12 ",
  "ssn 123-45-",
  "dr a ",
  "my name is ",
  "my son tim ",
  "Ann Bo ",
  "Ehlers-Danlos-",
  "12 Main St ",
  "A-",
  "www.",
  "2021-03-04T",
  "1/1/",
  "MH12AB1234",
  "A1B2C3D4",
  "eyJ",
  "eyJ1aaaaaaaa.",
  "eyJ1",
  "sk-a1",
  "sk-",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN ",
  " @a",
  "password: a",
  "password ",
  "username: ",
  "aA1/",
  "born ",
  "born 1 ",
  "Monday ",
  "tag A1 ",
  " - ",
  "\u{1f415}",
  "\n",
  "ich und der die Haus ",
];

describe("time grows with the length of the text, whatever it holds", () => {
  // Work that grows with the square of the length would take 64 times as long for 8 times the text.
  test.each(HOSTILE)("%j over and over", (piece) => {
    const seconds = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const before = process.cpuUsage(); // of this process alone, whatever else the machine does
      recognise(text, ALL);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    seconds(20_000);
    const short = Math.min(seconds(20_000), seconds(20_000));
    const most = Math.max(0.5, 32 * short);
    // A busy machine slows one of them; work that grows with the square slows all.
    const isFast = Array.from({ length: 4 }).some(() => seconds(160_000) < most);
    expect(isFast).toBe(true);
  });
});
