import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";

import { applied, type OperatorContext } from "../../../src/curate/pii/operators/apply-operator.ts";
import { SHORT_CODES } from "../../../src/curate/pii/operators/canonical-value.ts";
import { keyedPlace } from "../../../src/curate/pii/operators/keyed-order.ts";
import { nameSurrogate } from "../../../src/curate/pii/operators/name-surrogate.ts";
import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactionKey } from "../../../src/curate/pii/operators/redaction-key.ts";
import { piiStage } from "../../../src/curate/pii/pii-stage.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";
import { longTest } from "../../long-suite.ts";

const KEY = redactionKey(new Uint8Array(32).fill(7));
const CONTEXT: OperatorContext = { key: KEY, person: "p1", dateOrder: "mdy" };

describe("surrogates", () => {
  test("places go one to one in a secret order, and none stays where it is", () => {
    expect(keyedPlace(KEY, "test", { place: 0, count: 1 })).toBeUndefined();
    for (const count of [2, 3, 5, 26, 1000]) {
      for (let secret = 0; secret < (count < 100 ? 40 : 2); secret++) {
        const key = redactionKey(new Uint8Array(32).fill(secret));
        const places = Array.from({ length: count }, (_, place) => keyedPlace(key, "test", { place, count })!);
        expect(new Set(places).size).toBe(count);
        expect(Math.max(...places)).toBe(count - 1);
        expect(places.filter((each, place) => each === place)).toEqual([]);
      }
    }
  });

  test("a name is never its own surrogate, under no key", () => {
    const names = ["Smith", "Garcia", "Wang", "Anna", "Xi", "T", "Zbigniew Quux", "MD"];
    for (let secret = 0; secret < 256; secret++) {
      const context = { ...CONTEXT, key: redactionKey(new Uint8Array(32).fill(secret)) };
      const kept = names.filter((value) => {
        const made = applied("surrogate", { type: "PERSON", value }, context).toLowerCase().split(" ");
        return value
          .toLowerCase()
          .split(" ")
          .some((word) => made.includes(word));
      });
      expect(kept, String(secret)).toEqual([]);
    }
  });

  test("a name has one surrogate in all its forms, and no form has to be guessed", () => {
    const full = nameSurrogate(KEY, "John Smith");
    const [first, last] = full.split(" ") as [string, string];
    expect(full).not.toMatch(/John|Smith/);
    expect(nameSurrogate(KEY, "Smith")).toBe(last);
    expect(nameSurrogate(KEY, "JOHN SMITH")).toBe(full.toUpperCase());
    expect(nameSurrogate(KEY, "Mary Smith")).toBe(`${nameSurrogate(KEY, "Mary")} ${last}`);
    expect(nameSurrogate(KEY, "John Smith Jr")).toBe(`${first} ${last} Jr`);
    expect(nameSurrogate(redactionKey(new Uint8Array(32).fill(1)), "John Smith")).not.toBe(full);
  });

  const WAYS: [type: string, ...ways: string[]][] = [
    ["IBAN_CODE", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432", "gb82west12345698765432"],
    ["CREDIT_CARD", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111"],
    ["US_SSN", "536-22-8145", "536 22 8145", "536228145"],
    ["MAC_ADDRESS", "00:1a:2B:3c:4d:5e", "00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"],
    ["PHONE_NUMBER", "+1 415 555 0132", "415-555-0132", "(415) 555-0132", "1-415-555-0132", "+1.415.555.0132"],
    ["PHONE_NUMBER", "+44 20 7946 0958", "020 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958"],
    ["PERSON", "María  Smith", "MARIA SMITH", "maria smith"],
  ];
  test.each(WAYS)("a %s has one hash, however it is written", (type, ...ways) => {
    expect(new Set(ways.map((value) => applied("hash", { type, value }, CONTEXT))).size).toBe(1);
    expect(applied("hash", { type, value: `${ways[0]}7` }, CONTEXT)).not.toBe(
      applied("hash", { type, value: ways[0]! }, CONTEXT),
    );
  });

  test.each(WAYS.slice(0, -1))("a %s has one surrogate, in the way it is written", (type, ...ways) => {
    const made = ways.map((value) => applied("surrogate", { type, value }, CONTEXT));
    const shape = (text: string): string => text.replaceAll(/\d/g, "0").replaceAll(/[a-z]/gi, "a");
    const last = made.map((text) =>
      text
        .replaceAll(/[^a-z0-9]/gi, "")
        .slice(-9)
        .toLowerCase(),
    );
    expect(new Set(last).size).toBe(1);
    expect(last[0]).not.toBe(
      ways[0]!
        .replaceAll(/[^a-z0-9]/gi, "")
        .slice(-9)
        .toLowerCase(),
    );
    if (type !== "MAC_ADDRESS") expect(made.map(shape)).toEqual(ways.map(shape));
  });

  test("the calling codes of one and two digits are those of libphonenumber", () => {
    const codes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));
    expect([...SHORT_CODES].toSorted()).toEqual([...codes].filter((code) => code.length < 3).toSorted());
  });

  test("no digit or letter of a value that is not a telephone number stays, in any script", () => {
    const made = applied("surrogate", { type: "PASSPORT", value: "٣٤٥٦٧٨٩١ ЖБ" }, CONTEXT);
    expect(made).toMatch(/^\d{8} [A-Z]{2}$/);
  });

  longTest("of 400 people in 2,000 documents none has two surrogates, and no two people share one", async () => {
    const firsts = [
      "Maria",
      "John",
      "Amélie",
      "Wei",
      "Olga",
      "Priya",
      "Carlos",
      "Ingrid",
      "Tomasz",
      "Zsófia",
      "Kenji",
      "Fatima",
      "Liam",
      "Noah",
      "Emma",
      "Hugo",
      "Lucía",
      "Anders",
      "Yusuf",
      "Chloe",
    ];
    const lasts = [
      "Kowalski",
      "Hernandez",
      "Nguyen",
      "Schneider",
      "Okafor",
      "Lindqvist",
      "Tanaka",
      "Fernandez",
      "Petrov",
      "Rossi",
      "Dubois",
      "Papadopoulos",
      "Szöllősy",
      "Jensen",
      "Murphy",
      "Moreau",
      "Costa",
      "Haddad",
      "Kovalenko",
      "Sigurðsson",
    ];
    const people = firsts.flatMap((first) => lasts.map((last) => `${first} ${last}`));
    const texts = people.flatMap((name) => [
      `My name is ${name}.`,
      `Dear ${name}, thank you.`,
      `Patient: ${name}\nSeen today.`,
      `Dr. ${name} signed it.`,
      `My name is ${name.toUpperCase()}.`,
    ]);
    const options = RedactOptions.parse({ operators: { PERSON: "surrogate" }, onLeak: "keep" });
    const rows = texts.map((each, index) => ({
      id: `r${index}`,
      source: "s",
      line: index + 1,
      fields: { text: each },
    }));
    const { kept } = await piiStage.run(rows, { options, recognition: recognitionOf(options), key: KEY });
    const written = kept.map(({ fields }) => fields["text"] as string);
    const patterns = [
      /^My name is (.+)\.$/,
      /^Dear (.+), thank you\.$/,
      /^Patient: (.+)\nSeen/,
      /^Dr\. (.+) signed it\.$/,
      /^My name is (.+)\.$/,
    ];
    const surrogates = new Map<string, Set<string>>();
    let mismatches = 0;
    for (const [index, text] of written.entries()) {
      const name = people[Math.floor(index / 5)]!;
      const surrogate = patterns[index % 5]!.exec(text)?.[1]?.toLowerCase();
      if (surrogate === undefined || surrogate === name.toLowerCase()) mismatches += 1;
      else surrogates.set(name, (surrogates.get(name) ?? new Set()).add(surrogate));
    }
    expect(mismatches).toBe(0);
    expect([...surrogates.values()].filter((each) => each.size !== 1)).toEqual([]);
    expect(new Set([...surrogates.values()].flatMap((each) => [...each])).size).toBe(people.length);
  });
});
