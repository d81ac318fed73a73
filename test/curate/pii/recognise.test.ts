import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { activeRecognisers, recognise } from "../../../src/curate/pii/recognisers/recognise.ts";
import { RECOGNISERS } from "../../../src/curate/pii/recognisers/registry.ts";
import { type Span, withoutOverlaps } from "../../../src/curate/pii/span.ts";
import { lawRuns } from "../../law-runs.ts";

const ALL = { recognisers: RECOGNISERS.map(({ name }) => name), minScore: 0 };
const found = (text: string, spans: readonly Span[]): string[] =>
  spans.map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);
const find = (text: string, options?: Parameters<typeof recognise>[1]): string[] =>
  found(text, recognise(text, options));

/** Text with pieces that recognisers look for, among ordinary ones. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "4012-8888-8888-1881",
        "info@example.com",
        "078-05-1123",
        "(415) 555-0132",
        "::1",
        "10.0.0.0/8",
        "AB51 ABC",
        "GB29 NWBK 6016 1331 9268 10",
        "2024-03-15T14:30Z",
        "https://example.org/a?b=1",
        "DE136695976",
        "5/21",
        "license",
        "phone",
        "𝒳 naïve 여권번호는",
        "\n",
        "@",
        ".",
        ":",
        "0x",
      ),
      fc.string({ maxLength: 12 }),
      fc.nat().map(String),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(" "));

describe("spans", () => {
  test("stand in the text, in order, without overlaps", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(ALL, {}), (text, options) => {
        let last = 0;
        for (const { start, end, score } of recognise(text, options)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          last = end;
        }
      }),
      { numRuns: lawRuns(300), seed: 20_261_125 },
    );
  });

  test("are the same in a longer text, moved by what stands before it", () => {
    const filler = "Nothing of this is anybody's. ".repeat(20);
    fc.assert(
      fc.property(anyText, (text) => {
        const alone = recognise(text, ALL);
        const inside = recognise(`${filler}\n${text}\n${filler}`, ALL);
        const by = filler.length + 1;
        expect(inside.map((span) => ({ ...span, start: span.start - by, end: span.end - by }))).toEqual(alone);
      }),
      { numRuns: lawRuns(200), seed: 20_261_125 },
    );
  });

  test("that overlap are resolved the same way in any order where none are equal", () => {
    const span = fc.record({ start: fc.nat(50), length: fc.integer({ min: 1, max: 10 }), score: fc.nat(1_000_000) });
    const spans = fc.uniqueArray(span, { selector: ({ score }) => score, maxLength: 20 });
    fc.assert(
      fc.property(spans, fc.infiniteStream(fc.nat()), (list, keys) => {
        const made = list.map(({ start, length, score }) => ({
          start,
          end: start + length,
          type: "X",
          score,
          by: "x",
        }));
        const shuffled = made.map((each) => ({ each, key: keys.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        expect(withoutOverlaps(shuffled.map(({ each }) => each))).toEqual(withoutOverlaps(made));
      }),
    );
  });

  test("count in UTF-16 units", () => {
    expect(recognise("𝒳𝒳 a@b.org")).toEqual([
      { start: 5, end: 12, type: "EMAIL_ADDRESS", score: 1, by: "email-address" },
    ]);
  });

  test("are found at the end of a text of 3 MB as at its start", () => {
    const text = `a@b.org ${"word ".repeat(600_000)}078-05-1123`;
    expect(find(text)).toEqual(["EMAIL_ADDRESS a@b.org", "US_SSN 078-05-1123"]);
  });
});

describe("words nearby", () => {
  test("raise a weak match above the lowest score", () => {
    expect(find("her driver license is H12234567")).toEqual(["US_DRIVER_LICENSE H12234567"]);
    expect(find("part H12234567 is out of stock")).toEqual([]);
  });

  test.each(["a public H12234567", "policies: H12234567", "relicensed H12234567"])(
    "count as whole words only: %s",
    (text) => {
      expect(find(text)).toEqual([]);
    },
  );

  test("count within five words before a match and two after", () => {
    const at = (text: string) => find(text, { entities: ["US_BANK_NUMBER"] });
    expect(at("account one two three four 12345678")).toEqual(["US_BANK_NUMBER 12345678"]);
    expect(at("account one two three four five 12345678")).toEqual([]);
    expect(at("12345678 is account")).toEqual(["US_BANK_NUMBER 12345678"]);
    expect(at("12345678 is one account")).toEqual([]);
  });

  test("may be a phrase, in other letters than Latin, and in the plural", () => {
    expect(find("NATIONAL INSURANCE no. QQ", { entities: ["UK_NINO"] })).toEqual([]);
    expect(find("여권번호: M12345678", { entities: ["KR_PASSPORT"] })).toEqual(["KR_PASSPORT M12345678"]);
    expect(find("passports AB1234567", { entities: ["UK_PASSPORT"] })).toEqual(["UK_PASSPORT AB1234567"]);
  });
});

describe("what is looked for", () => {
  test("is the default set, or the entities, recognisers or countries that are named", () => {
    const names = (options?: Parameters<typeof recognise>[1]) => activeRecognisers(options).map(({ name }) => name);
    expect(names()).toContain("us-ssn");
    expect(names()).not.toContain("de-plz");
    expect(names({ locales: ["DE"] })).toContain("de-plz");
    expect(names({ locales: ["DE"] })).toContain("email-address");
    expect(names({ locales: ["DE"] })).not.toContain("us-ssn");
    expect(names({ entities: ["US_NPI"] })).toEqual(["us-npi"]);
    expect(names({ recognisers: ["date"] })).toEqual(["date"]);
  });

  test("leaves out what is allowed, in any case, and takes in what is denied, as whole words", () => {
    const text = "Write to INFO@example.com or ask Project Alba, not Albatros.";
    expect(find(text, { allow: ["info@EXAMPLE.com"] })).toEqual([]);
    expect(find(text, { deny: { PROJECT: ["alba", "project alba", "("] } })).toEqual([
      "EMAIL_ADDRESS INFO@example.com",
      "PROJECT Project Alba",
    ]);
  });

  test("keeps overlaps of different recognisers where asked to", () => {
    const all = find("car AB51 ABC", { locales: ["GB"], overlaps: true, minScore: 0 });
    expect(all).toContain("UK_VEHICLE_REGISTRATION AB51 ABC");
  });
});

test("a telephone number is not a card after a plus, and no address of a network in five pairs of digits", () => {
  expect(find("+447911123456")).toEqual(["PHONE_NUMBER +447911123456"]);
  expect(find("tél : 01.42.68.53.00")).toEqual(["PHONE_NUMBER 01.42.68.53.00"]);
  expect(find("host 10.0.0.1.")).toEqual(["IP_ADDRESS 10.0.0.1"]);
});

describe("four numbers after a word of versions, or a product and a slash, are a version", () => {
  test.each([
    "Chrome/88.0.4324.150 Safari/537.36",
    "Gecko/20100101 Firefox/115.0",
    "chrome 120.0.6099.109 is out",
    "See GB 0201-1976 for details.",
    "DIN 0301-1983 applies",
    "x = 15.56158",
  ])("a version, a standard with its year and a fraction are no telephone: %s", (text) => {
    expect(recognise(text).map(({ type }) => type)).not.toContain("PHONE_NUMBER");
  });

  test.each(["Phone: 0201-1976", "tel 0301.123456", "fax/415-555-0132", "Tel/0201 197654", "Call me: 01.23.45.67.89"])(
    "words nearby and other forms are: %s",
    (text) => {
      expect(recognise(text).map(({ type }) => type)).toEqual(["PHONE_NUMBER"]);
    },
  );

  test.each([
    ["Order number 9434765919 has shipped.", []],
    ["NHS order number 9434765919", ["UK_NHS"]],
    ["NHS number 9434765919", ["UK_NHS"]],
    ["patient 943 476 5919", ["UK_NHS"]],
  ])("ten digits with the check digit of the health service after a word of trade: %s", (text, wanted) => {
    expect(recognise(text, { entities: ["UK_NHS"] }).map(({ type }) => type)).toEqual(wanted);
  });

  test.each([
    ["Su pedido 12345678Z ha salido.", []],
    ["Factura 12345678-Z, número de pedido X1234567L", []],
    ["order no. 12345678Z", []],
    ["DNI 12345678Z, pedido 4711", ["ES_NIF"]],
    ["El cliente 12345678Z ha llamado", ["ES_NIF"]],
    ["NIE X1234567L", ["ES_NIE"]],
  ])("numbers with the check letter of Spain after a word of trade: %s", (text, wanted) => {
    expect(recognise(text, { entities: ["ES_NIF", "ES_NIE"], locales: ["ES"] }).map(({ type }) => type)).toEqual(
      wanted,
    );
  });

  test.each([
    ["SE", "SE_PERSONNUMMER", "811228-9874"],
    ["SE", "SE_ORGANISATIONSNUMMER", "556703-7485"],
    ["IT", "IT_VAT_CODE", "01333550323"],
    ["SG", "SG_UEN", "200312345H"],
  ])("numbers of %s with their check are %s, but not after a word of trade", (locale, type, number) => {
    const found = (text: string): string[] =>
      recognise(text, { entities: [type], locales: [locale] }).map((finding) => finding.type);
    expect(found(`Our client ${number} has called.`)).toEqual([type]);
    expect(found(`Invoice ${number} was sent.`)).toEqual([]);
  });

  test.each([
    "version 1.2.3.4",
    "Version: 10.0.0.1 is out",
    "firmware 3.14.15.92",
    "v 1.2.3.4",
    "nginx/1.18.0.1",
    "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
  ])("%s", (text) => {
    expect(find(text).filter((each) => each.startsWith("IP_ADDRESS"))).toEqual([]);
  });

  test.each([
    ["the version on 8.8.4.4 is old", "8.8.4.4"],
    ["ping 93.184.216.34", "93.184.216.34"],
    ["connected to web-host/93.184.216.34", "93.184.216.34"],
    ["connected to kafka/93.184.216.34:9092", "93.184.216.34"],
    ["gateway/192.168.7.20 is down", "192.168.7.20"],
    ["serve http://93.184.216.34", "93.184.216.34"],
  ])("%s has an address", (text, address) => {
    expect(find(text, { entities: ["IP_ADDRESS"] })).toEqual([`IP_ADDRESS ${address}`]);
  });
});

describe("false friends in prose", () => {
  test.each([
    "I am 35 years old and took 2 tablets of 500 mg for 10 days in 2019.",
    "My blood pressure is 120/80 and my LDL is 4.2 mmol/L; is 5/6 of a dose fine?",
    "In chapter 3.2.1 of version 1.2.3, run main.py and read Notes.In the end, call std::vector<int>::size().",
    "It costs $1,234,567.89, or 1 234 567 EUR, for 12,000 units of part no. 4711-0815.",
    "ISBN 978-3-16-148410-0, arXiv:2205.05198, doi 10.1000/182, RFC 2616.",
    "The difference is 34500-33000 = 1500, or 60000 - 10800, and 4000/2000 = 2; the seed is -2147483648.",
    "if re.search(pattern, self.data): logger.info(row.id); return list1[1::2] + node.next",
    "The ratio was 1:2:3:4 at 12:34:56, and the commit is 3f2504e0-4f89-11d3-9a0c-0305e82c3301.",
  ])("%s", (text) => {
    expect(find(text)).toEqual([]);
  });
});
