import { describe, expect, test } from "vitest";

import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactRow } from "../../../src/curate/pii/operators/redact-row.ts";
import { recognise } from "../../../src/curate/pii/recognisers/recognise.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";

const HIPAA = { profile: "hipaa", asOf: "2026-11-28" } as const;

async function redacted(fields: Record<string, unknown>, given: Partial<RedactOptions> = HIPAA) {
  const options = RedactOptions.parse(given);
  const row = { id: "r", source: "s", line: 1, fields };
  const result = await redactRow(row, { options, recognition: recognitionOf(options), key: undefined });
  expect(result.leaks).toEqual({ foundAgain: [], valuesLeft: 0 });
  return result.fields;
}

const text = async (value: string, given?: Partial<RedactOptions>) => (await redacted({ text: value }, given))["text"];

describe("plates", () => {
  test.each([
    ["her license plate is 7ABC123", "her license plate is <US_LICENSE_PLATE>"],
    ["plate number ABC-1234", "plate number <US_LICENSE_PLATE>"],
    ["the tag was KLM 4821", "the tag was <US_LICENSE_PLATE>"],
    ["plate 7abc123 was seen", "plate <US_LICENSE_PLATE> was seen"],
  ])("%s", async (before, after) => {
    expect(await text(before)).toBe(after);
  });

  test.each(["plate of food with 200 calories", "a growth plate at L45", "a price tag of 4500", "template ABC-1234"])(
    "are not: %s",
    async (value) => {
      expect(await text(value)).toBe(value);
    },
  );
});

describe("days of the week", () => {
  test("go where something happened on one, and stay where they come every week", async () => {
    expect(await text("admitted on Monday, March 3, 2025, home since Tuesday")).toBe(
      "admitted on <DATE_TIME>, 2025, home since <DATE_TIME>",
    );
    expect(await text("El lunes la vi; am Montag auch")).toBe("El <DATE_TIME> la vi; am <DATE_TIME> auch");
    expect(await text("dialysis every Monday, no food on Mondays, the sun sat low")).toBe(
      "dialysis every Monday, no food on Mondays, the sun sat low",
    );
  });

  test("stay in other profiles, also where dates are asked for", async () => {
    const value = "seen on Tuesday";
    expect(await text(value, {})).toBe(value);
    expect(recognise(value, { entities: ["DATE_TIME"] })).toEqual([]);
  });
});

describe("years of birth that show an age over 89", () => {
  test.each([
    ["he was born in 1931 and lives alone", "he was born in 90+ and lives alone"],
    ["born on March 3, 1931.", "born on 90+."],
    ["DOB: 03/12/1931", "DOB: 90+"],
    ["date of birth 1931-03-12", "date of birth 90+"],
    ["geboren am 3. März 1931", "geboren am 90+"],
    ["born in 1936, he is well", "born in 90+, he is well"],
    ["born in 1937, he is well", "born in 1937, he is well"],
    ["the hospital opened in 1931", "the hospital opened in 1931"],
    ["she was born on March 3, 1980", "she was born on 1980"],
  ])("%s", async (before, after) => {
    expect(await text(before)).toBe(after);
  });

  test("are told from the latest year in the text where no day is named", async () => {
    expect(await text("born in 1931, fell in 2024", { profile: "hipaa" })).toBe("born in 90+, fell in 2024");
    expect(await text("born in 1931, fell in 2019", { profile: "hipaa" })).toBe("born in 1931, fell in 2019");
  });

  test("go from fields of births as well, text or number", async () => {
    expect(await redacted({ dob: "1931-03-12", birthYear: 1931, year: 1931 })).toEqual({
      dob: "90+",
      birthYear: "90+",
      year: 1931,
    });
    expect(await redacted({ birth_year: 1980 })).toEqual({ birth_year: 1980 });
  });
});

describe("fields of social security numbers", () => {
  test.each(["ssn", "SSN", "patientSsn", "social_security_number", "socialSecurityNo"])(
    "%s is redacted as text and as number, in any profile",
    async (name) => {
      expect(await redacted({ [name]: "536904399" }, {})).toEqual({ [name]: "<US_SSN>" });
      expect(await redacted({ a: [{ [name]: 536904399 }] })).toEqual({ a: [{ [name]: "<US_SSN>" }] });
    },
  );

  test("a zero in front that a number has lost is no way out", async () => {
    expect(await redacted({ ssn: 78051120 })).toEqual({ ssn: "<US_SSN>" });
  });

  test("other fields and other values stay as they are", async () => {
    const fields = { session: 536904399, ssn: 3, count: 536904399, note: "no ssn", ssn_valid: "yes" };
    expect(await redacted(fields, {})).toEqual(fields);
  });

  test("not where the entity is not looked for", async () => {
    const options = RedactOptions.parse({ locales: ["DE"] });
    const row = { id: "r", source: "s", line: 1, fields: { ssn: "536904399" } };
    const { fields } = await redactRow(row, { options, recognition: recognitionOf(options), key: undefined });
    expect(fields).toEqual({ ssn: "536904399" });
  });
});

describe("identifiers that labels and cue words introduce", () => {
  test.each([
    ["Seen Aug 22, 2022-08-22 in clinic.", "Seen <DATE_TIME>, 2022 in clinic."],
    ["22 Aug 2022/08/22", "<DATE_TIME> 2022"],
    ["Subscriber ID: AB 12 CD", "Subscriber ID: <HEALTH_PLAN_NUMBER>"],
    ["subscriber ID AB 12 CD was checked", "subscriber ID <HEALTH_PLAN_NUMBER> was checked"],
    ["Member ID: AB 12 CD 34", "Member ID: <HEALTH_PLAN_NUMBER>"],
    ["Policy number: 443 901 MRN: 77123", "Policy number: <HEALTH_PLAN_NUMBER> MRN: <MEDICAL_RECORD_NUMBER>"],
    ["pin 4821", "pin <SECRET>"],
    ["Enter your pin 4821 to open it.", "Enter your pin <SECRET> to open it."],
    ["NHS number 401 023 2137", "NHS number <UK_NHS>"],
    ["Fax: 4010232137", "Fax: <PHONE_NUMBER>"],
    ["fax 401-023-2137", "fax <PHONE_NUMBER>"],
  ])("%s", async (before, after) => {
    expect(await text(before)).toBe(after);
  });

  test.each(["The integer 2147483648 overflows.", "2147483648", "Pin 2500 photos to the board.", "pin 12 of the chip"])(
    "are not: %s",
    async (value) => {
      expect(await text(value)).toBe(value);
    },
  );

  test.each([
    ["License plate: 7ABC123", "License plate: <US_LICENSE_PLATE>"],
    ["licence plate AB12 CDE was seen", "licence plate <US_LICENSE_PLATE> was seen"],
    ["plate number KLM 4821", "plate number <US_LICENSE_PLATE>"],
    ["NHS number 4010232137", "NHS number <UK_NHS>"],
  ])("in the profile default: %s", async (before, after) => {
    expect(await text(before, {})).toBe(after);
  });

  test.each(["a plate of 200 cookies", "license plate holder 2000", "docker tag 8f3a2b1c"])(
    "in the profile default are not: %s",
    async (value) => {
      expect(await text(value, {})).toBe(value);
    },
  );
});
