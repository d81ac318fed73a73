import { describe, expect, test } from "vitest";

import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactRow } from "../../../src/curate/pii/operators/redact-row.ts";
import { type PiiProfile, RedactOptions } from "../../../src/domain/redact.ts";
import { longCases } from "../../long-suite.ts";

async function redacted(text: string, profile: PiiProfile = "default"): Promise<string> {
  const options = RedactOptions.parse({ profile });
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  const { fields } = await redactRow({ id: "r", source: "s", line: 1, fields: { text } }, setup);
  return fields["text"] as string;
}

/** The hundred most frequent family names. @source US Census Bureau, Frequently Occurring Surnames from the 2010 Census */
const SURNAMES =
  `Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson
  Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young
  Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts
  Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez
  Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James
  Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez`.split(/\s+/);

describe("names after titles", () => {
  test.each(longCases(1, ["Dr.", "Mr.", "Mrs.", "Ms.", "Prof."]))(
    "%s and each of the hundred most frequent family names",
    async (title) => {
      const left: string[] = [];
      for (const name of SURNAMES) {
        if ((await redacted(`I spoke to ${title} ${name} about it.`)) !== `I spoke to ${title} <PERSON> about it.`)
          left.push(name);
        if ((await redacted(`${title} ${name} will see you now.`)) !== `${title} <PERSON> will see you now.`)
          left.push(name);
      }
      expect(left).toEqual([]);
    },
  );

  test.each([
    "Dr. Pepper is cold.",
    "Mr. President, thank you.",
    "King Street is closed.",
    "The general strike began.",
  ])("%j names nobody", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test.each([
    ["I visited Mary Smith yesterday.", "I visited <PERSON> yesterday."],
    ["We are visiting Florence Brown in June.", "We are visiting <PERSON> in June."],
    ["I visited Mary.", "I visited <PERSON>."],
    ["I visited San Antonio in June.", "I visited <LOCATION> in June."],
    ["He moved to New York City last year.", "He moved to <LOCATION> last year."],
    ["They live in Mexico City.", "They live in <LOCATION>."],
    ["Jordan borders Israel.", "Jordan borders Israel."],
    ["Florence is a city in Italy.", "<LOCATION> is a city in Italy."],
    ["Austin is the state capital of Texas.", "<LOCATION> is the state capital of Texas."],
    ["Kenya and India went home.", "<PERSON> and <PERSON> went home."],
    ["Florence is a nurse in the city.", "<PERSON> is a nurse in the city."],
    ["Florence is the town doctor.", "<PERSON> is the town doctor."],
    ["Jordan called Israel.", "<PERSON> called <PERSON>."],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await redacted(text)).toBe(wanted);
  });
});

describe("names below a line that closes a letter", () => {
  test.each([
    ["Thanks for your help.\nRegards,\nTom", "Thanks for your help.\nRegards,\n<PERSON>"],
    ["Kind regards,\n\nWill Grace\nHead of Sales", "Kind regards,\n\n<PERSON>\nHead of Sales"],
    ["See you.\nBest,\nMark", "See you.\nBest,\n<PERSON>"],
    ["Thanks\nTom", "Thanks\n<PERSON>"],
    ["thanks,\njo", "thanks,\n<PERSON>"],
    ["See you soon.\nLove, Rose", "See you soon.\nLove, <PERSON>"],
    ["Yours sincerely,\nXiulan", "Yours sincerely,\n<PERSON>"],
    ["Viele Grüße\nHans", "Viele Grüße\n<PERSON>"],
    ["Mit freundlichen Grüßen\nTom", "Mit freundlichen Grüßen\n<PERSON>"],
    ["Thanks,\nMark\n\nSent from my phone", "Thanks,\n<PERSON>\n\nSent from my phone"],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await redacted(text)).toBe(wanted);
  });

  test.each([
    "Regards,\nThe team",
    "Best regards,\nSupport",
    "Thanks,\nCustomer Service",
    "Thanks,\nWill do!",
    "Best\nRose\nRed",
    "Sincerely,\n[Your Name]",
    "Thank you,\nPlease reply soon.",
    "Mit freundlichen Grüßen,\nIhr Kundenservice",
  ])("%j names nobody", async (text) => {
    expect(await redacted(text)).toBe(text);
  });
});

describe("names of libraries", () => {
  test.each([
    "Jackson parses JSON.",
    "Serialize it with Jackson.",
    "Jackson's ObjectMapper is slow.",
    "The Jackson library converts XML to JSON.",
    "Hugo builds static sites from Markdown.",
    "Cassandra stores rows by partition key.",
  ])("%j names nobody", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test.each([
    ["Jackson called me about JSON.", "<PERSON> called me about JSON."],
    ["Jackson writes code for a living.", "<PERSON> writes code for a living."],
    ["Travis runs the company.", "<PERSON> runs the company."],
    ["Jackson Smith parses JSON.", "<PERSON> parses JSON."],
    ["I met Jackson to talk about the API.", "I met <PERSON> to talk about the API."],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await redacted(text)).toBe(wanted);
  });
});

describe("a label is enough", () => {
  test.each([
    ["SSN: 123-45-6789", "SSN: <US_SSN>"],
    ["SSN 078-05-1120", "SSN <US_SSN>"],
    ["ssn: 000 12 3456", "ssn: <US_SSN>"],
    ["Social Security Number: 987654321", "Social Security Number: <US_SSN>"],
    ["Social security no. XXX-XX-6789", "Social security no. <US_SSN>"],
    ["MRN: 12345XJ", "MRN: <MEDICAL_RECORD_NUMBER>"],
    ["MRN# A-00123", "MRN# <MEDICAL_RECORD_NUMBER>"],
    ["Medical record number is 77-81-023", "Medical record number is <MEDICAL_RECORD_NUMBER>"],
    ["Chart no. 88213", "Chart no. <MEDICAL_RECORD_NUMBER>"],
    ["Health Plan ID: HPI-987654", "Health Plan ID: <HEALTH_PLAN_NUMBER>"],
    ["Member ID: W1234 56789", "Member ID: <HEALTH_PLAN_NUMBER>"],
    ["Subscriber ID: XYZ 123 456 789", "Subscriber ID: <HEALTH_PLAN_NUMBER>"],
    ["Subscriber ID: W1234 56789 01", "Subscriber ID: <HEALTH_PLAN_NUMBER>"],
    ["Subscriber ID 901 22 3344 A", "Subscriber ID <HEALTH_PLAN_NUMBER>"],
    ["Policy #: PL 99812", "Policy #: <HEALTH_PLAN_NUMBER>"],
    ["Policy number PL-99812 expires in June", "Policy number <HEALTH_PLAN_NUMBER> expires in June"],
    ["Group number: 55-XY", "Group number: <HEALTH_PLAN_NUMBER>"],
    ["Passport no: K1234567, driving licence shown", "Passport no: <PASSPORT>, driving licence shown"],
    ["Mail eve at gmail.com", "Mail <EMAIL_ADDRESS>"],
    ["I am john_doe at yahoo.co.uk", "I am <EMAIL_ADDRESS>"],
    ["Policy #: POL/2291-A", "Policy #: <HEALTH_PLAN_NUMBER>"],
    ["Acct#: SH-456789", "Acct#: <ACCOUNT_NUMBER>"],
    ["Account number 00123-77", "Account number <ACCOUNT_NUMBER>"],
    ["a/c no. 4471", "a/c no. <ACCOUNT_NUMBER>"],
    ["License No: RN-55120", "License No: <PROFESSIONAL_LICENSE_NUMBER>"],
    ["NPI 1234567890", "NPI <PROFESSIONAL_LICENSE_NUMBER>"],
    ["DL# F255-921-50-094-0", "DL# <US_DRIVER_LICENSE>"],
    ["driver's licence D123-4567-8901", "driver's licence <US_DRIVER_LICENSE>"],
    ["Driver license no. S530-4601-1234-56.", "Driver license no. <US_DRIVER_LICENSE>."],
    ["acct 5512", "acct <ACCOUNT_NUMBER>"],
    ["Chart # 77A", "Chart # <MEDICAL_RECORD_NUMBER>"],
    ["Policy # HX-22", "Policy # <HEALTH_PLAN_NUMBER>"],
    ["Seen on 08/22.", "Seen on <DATE_TIME>."],
    ["Mail jane.roe [at] acme [dot] com", "Mail <EMAIL_ADDRESS>"],
    ["Mail jane(at)acme.org", "Mail <EMAIL_ADDRESS>"],
    ["Mail jane at acme dot co dot uk, please", "Mail <EMAIL_ADDRESS>, please"],
    ["My password hunter2 still works", "My password <SECRET> still works"],
    ["password = hunter2", "password = <SECRET>"],
    ["password: correct horse", "password: <SECRET>"],
    ["passwd=letmein, then retry", "passwd=<SECRET>, then retry"],
    ["run it with passwd=peppertimber and retry", "run it with passwd=<SECRET> and retry"],
    ["DB_PASSWORD=dragonfly", "DB_PASSWORD=<SECRET>"],
    ['{"password":"swordfish"}', '{"password":"<SECRET>"}'],
    ["Account number ends: 99812", "Account number ends: <ACCOUNT_NUMBER>"],
    ["card ending in 4242", "card ending in <ACCOUNT_NUMBER>"],
    ["Acct ends in 8812.", "Acct ends in <ACCOUNT_NUMBER>."],
    ["Password - letmein123", "Password - <SECRET>"],
    ["the passcode is bluebird.", "the passcode is <SECRET>."],
  ])("%j becomes %j", async (text, wanted) => {
    const after = await redacted(text);
    // Two recognisers may agree on the number and differ on its office.
    expect(after.replaceAll(/<(?!PERSON)[A-Z_]+>/g, "<>")).toBe(wanted.replaceAll(/<[A-Z_]+>/g, "<>"));
  });

  test.each([
    "The policy of 2019 changed.",
    "Chart 2 shows the account balance: 500 USD in 2020.",
    "They met at noon dot on the line.",
    "Store passwords with password sha256sum and never in plain text.",
    "The ratio is 03/40 and the score 8/10.",
    "A member of group 12 has 300 points.",
    "License: Apache-2.0",
    "password: required",
    "password: must be at least eight characters",
    "password: reset link sent",
    "password: confirm password",
    "The card game ends in 2023.",
    "account: 12",
    "account of 5512 words",
    "policy #1 is honesty",
    "See chart #12 and chart 77A.",
    "The driver licensed 5512 films.",
    "acct in 2019",
    "Group number 3 of 12 starts.",
    "The score was 8/3 on the second day, half of 3/4.",
  ])("%j stays as it is", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test.each([
    ["Case No. 22-1187", "Case No. <ID_NUMBER>"],
    ["Employee ID: E10233", "Employee ID: <ID_NUMBER>"],
    ["Returned 09/03, feels well.", "Returned <DATE_TIME>, feels well."],
    ["ZIP 94107", "ZIP 941**"],
    ["DOB 8/3", "DOB <DATE_TIME>"],
    ["Admission date: 8/3", "Admission date: <DATE_TIME>"],
    ["Date of service: 8/3", "Date of service: <DATE_TIME>"],
    ["Seen on 8/3, 8/5 and 8/9.", "Seen on <DATE_TIME>, <DATE_TIME> and <DATE_TIME>."],
    ["Discharged 11/7; surgery 3/14.", "Discharged <DATE_TIME>; surgery <DATE_TIME>."],
    ["8/3: afebrile\n8/4: home", "<DATE_TIME>: afebrile\n<DATE_TIME>: home"],
  ])("Safe Harbor also: %j becomes %j", async (text, wanted) => {
    expect(await redacted(text, "hipaa")).toBe(wanted);
  });

  test.each([
    "Pain 8/10 today, 3/10 on discharge.",
    "GCS 15/15, motor strength 4/5 since admission.",
    "Grade 2/6 systolic murmur, visual acuity 20/20.",
    "Take 1/2 tablet; he ate 3/4 of it on the visit.",
    "Dose started on 1/2 tablet daily.",
  ])("Safe Harbor keeps scores and fractions: %j", async (text) => {
    expect(await redacted(text, "hipaa")).toBe(text);
  });
});

describe("postcodes after places, bare numbers of plans, and names in scripts without capitals", () => {
  test.each([
    ["She lives in New York City 10025 with her son.", "She lives in <LOCATION> <ZIP_CODE> with her son."],
    ["Admitted from Boston, 02115.", "Admitted from <LOCATION>, <ZIP_CODE>."],
    ["Policy 422390037 covers it.", "Policy <HEALTH_PLAN_NUMBER> covers it."],
    ["Her insurance plan 98765432 was billed.", "Her insurance plan <HEALTH_PLAN_NUMBER> was billed."],
    ["Medicaid 123456789A", "Medicaid <HEALTH_PLAN_NUMBER>"],
    ["患者李娜因胸痛入院", "患者<PERSON>因胸痛入院"],
    ["田中太郎さんは入院しました。", "<PERSON>さんは入院しました。"],
    ["이름: 박지영", "이름: <PERSON>"],
    ["الاسم: فاطمة علي", "الاسم: <PERSON>"],
    ["שם המטופל: דוד כהן", "שם המטופל: <PERSON>"],
    ["नाम: राम कुमार", "नाम: <PERSON>"],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await redacted(text)).toBe(wanted);
  });

  test.each([
    "Our policy 2023 applies to member 12.",
    "A policy 500000 USD in size.",
    "患者さんは元気です。お客様、皆様",
    "高血压患者应低盐饮食,病人需要休息。",
    "김치 좋아요.",
  ])("%j names nobody", async (text) => {
    expect(await redacted(text)).toBe(text);
  });
});
