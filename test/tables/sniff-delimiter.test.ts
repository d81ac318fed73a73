import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { DELIMITER_CHARACTER } from "../../src/tables/csv-record.ts";
import { Delimiter } from "../../src/domain/dataset-profile.ts";
import { sniffDelimiter } from "../../src/tables/sniff-delimiter.ts";
import { catchFailure } from "../catch-failure.ts";

const sniff = (text: string, usual: Delimiter = "comma", isWhole = true) =>
  sniffDelimiter(Buffer.from(text), { path: "a.csv", usual, isWhole });

describe("what parts the fields", () => {
  test.each<[name: string, text: string, usual: Delimiter, found: Delimiter]>([
    ["semicolons, with commas in the rows", "Schadentext;Kategorie\nRohr, Bad;Wasser\n", "comma", "semicolon"],
    [
      "semicolons, with commas in the header too",
      "Text, lang;Art\nRohr;Wasser\nDach;Sturm, Hagel\n",
      "comma",
      "semicolon",
    ],
    ["commas, with semicolons in the header", "id,text;raw,label\n1,a; b,x\n2,c,y\n", "comma", "comma"],
    ["bars", "text|label\na, b|x\n", "comma", "bar"],
    ["tabs in a .csv", "text\tlabel\na, b\tx\n", "comma", "tab"],
    ["commas in a .tsv", "text,label\na,x\n", "tab", "comma"],
    ["tabs in a .tsv, with commas that fit as well", "a, b\tc\n1, 2\t3\n", "tab", "tab"],
    ["nothing: one column", "text\na, b; c | d\n", "comma", "comma"],
    ["a delimiter inside of quotes is none", '"text; all","label"\n"a; b","x"\n', "comma", "comma"],
    ["a field over several lines", 'text;label\n"a\nb;\nc";x\n', "comma", "semicolon"],
    ["a blank line first, CRLF", "\r\ntext;label\r\na;x\r\n", "comma", "semicolon"],
  ])("%s", (...[, text, usual, found]) => {
    expect(sniff(text, usual)).toBe(found);
  });

  test("a line that the head cuts off is not compared", () => {
    const head = "x,y;z\n1,2\n3;4";
    expect(sniff(head, "comma", false)).toBe("comma");
    expect(() => sniff(head, "comma", true)).toThrow("its delimiter could be");
  });

  test("two that are equally likely are refused with what to do", () => {
    const failure = catchFailure(() => sniff("a;b,c\n1;2,3\n"));
    expect([failure.message, failure.hint]).toEqual([
      "a.csv: its delimiter could be the comma or the semicolon",
      "state it: --delimiter on the command line, or delimiter next to the path in programme.yaml",
    ]);
  });
});

test("a file whose fields are quoted is told by any delimiter, whatever the fields hold", () => {
  const field = fc.string({ unit: fc.constantFrom("a", ",", ";", "|", "\t", '"', "\n"), maxLength: 12 });
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(
      fc.constantFrom<Delimiter>(...Delimiter.options),
      fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 30 }),
      (delimiter, rows) => {
        const lines = rows.map((row) => row.map(quoted).join(DELIMITER_CHARACTER[delimiter]));
        const header = ["text", "label"].join(DELIMITER_CHARACTER[delimiter]);
        expect(sniff([header, ...lines].join("\n"))).toBe(delimiter);
      },
    ),
  );
});
