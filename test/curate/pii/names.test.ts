import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { findNames } from "../../../src/curate/pii/names/find-names.ts";
import { fold } from "../../../src/curate/pii/names/fold.ts";
import { citySize, isCountry, wordFacts } from "../../../src/curate/pii/names/gazetteer.ts";
import { recognise } from "../../../src/curate/pii/recognisers/recognise.ts";
import { type Span, withoutOverlaps } from "../../../src/curate/pii/span.ts";
import { cpuMs } from "../../cpu-ms.ts";
import { longTest } from "../../long-suite.ts";

/** Spans that are reported without a person's look, as text. */
function found(text: string, type?: string): string[] {
  return findNames(text)
    .filter((span) => span.score >= 0.35 && (type === undefined || span.type === type))
    .map(({ start, end }) => text.slice(start, end));
}

describe("lists", () => {
  test("words are read as they were packed", () => {
    expect(wordFacts("maria")).toMatchObject({ first: 2, last: 2 });
    expect(wordFacts("kowalski")).toMatchObject({ first: 0, last: 2, common: 0 });
    expect(wordFacts("table")).toMatchObject({ first: 0, common: 2 });
    expect(wordFacts("jean-pierre").first).toBe(2);
    expect(wordFacts("qqqq")).toEqual({ first: 0, last: 0, common: 0 });
  });

  test("towns and countries are found without accents", () => {
    expect(citySize(fold("São Paulo"))).toBe(3);
    expect(citySize("madrid")).toBe(3);
    expect(citySize("nowhere at all")).toBe(0);
    expect(isCountry(fold("España"))).toBe(true);
    expect(isCountry(fold("Österreich"))).toBe(true);
  });
});

describe("people", () => {
  test.each([
    ["My name is Rebecca Thornton and I have type 2 diabetes.", "Rebecca Thornton"],
    ["Dr. Patel told me to stop.", "Patel"],
    ["Could Mark take ibuprofen with his heart condition?", "Mark"],
    ["Will Anderson have to fast before the test?", "Will Anderson"],
    ["Ludwig van der Berg signed it.", "Ludwig van der Berg"],
    ["She met Clara R. Dickson yesterday.", "Clara R. Dickson"],
    ["Nombre: Pedro.\nApellidos: De Miguel Rivera.\n", "De Miguel Rivera"],
    ["je m'appelle Amélie", "Amélie"],
    ["please call olga, she knows", "olga"],
    ["dr patel put me on a new pill and now I cough", "patel"],
    ["mrs. rosen fell in the hallway", "rosen"],
    ["dr smith says it is nothing", "smith"],
    ["my name is john smith and i have asthma", "john smith"],
    ["hi this is maria gonzalez, is ginger safe", "maria gonzalez"],
    ["My son tim has a fever of 103", "tim"],
    ["i am the mom of lily tran, she is allergic to nuts", "lily tran"],
    ["her carer Blessing noticed a rash", "Blessing"],
    ["Mark has been coughing for three weeks.", "Mark"],
    ["Hannah's test came back. What next?", "Hannah"],
    ["Can Will take aspirin?", "Will"],
    ["is this normal? thanks - Colleen", "Colleen"],
    ["can i drink on this? - colleen", "colleen"],
    ["hi its maria, is ginger safe", "maria"],
    ["PCP: Hector Villanueva, MD", "Hector Villanueva"],
    ["Referring physician: Helga Brandt, DO", "Helga Brandt"],
    ["Next of kin: Marta Lindqvist", "Marta Lindqvist"],
    ["DELACROIX, Marguerite A.", "DELACROIX, Marguerite A"],
    ["GONZALEZ, MARIA", "GONZALEZ, MARIA"],
    ["SMITH, JOHN was admitted.", "SMITH, JOHN"],
    ["MARTINEZ RUIZ, Ana Lucia: seen today", "MARTINEZ RUIZ, Ana Lucia"],
    ["Patient: OKAFOR, Chidi B., seen today", "OKAFOR, Chidi B"],
    ["Will Tom pump the tyre?", "Tom"],
    ["Dad gave Olaf 10 toys", "Olaf"],
    ["My name is Alice Hickman", "Alice Hickman"],
    ["She saw Dr Martin about it", "Martin"],
    ["My knee clicks. Is that bad? - Colleen", "Colleen"],
    ["is it safe with wine? thanks - colleen", "colleen"],
    ["hi its lakshmi, is it ok to fast", "lakshmi"],
    ["Der Befund ist von Dr. med. Hans-Peter Vogel.", "Hans-Peter Vogel"],
  ])("%s", (text, name) => {
    expect(found(text, "PERSON")).toContain(name);
  });

  test("terms of medicine, days, drugs and numbers are nobody", () => {
    for (const text of [
      "What foods should I avoid with Crohn's disease?",
      "I have had a headache since Tuesday.",
      "Can vitamin D deficiency cause hair loss?",
      "Is Down syndrome hereditary?",
      "Will Prozac make me gain weight?",
      "Can Zoloft cause insomnia?",
      "Presenta un síndrome de Down y enfermedad de Parkinson.",
      "What is Stevens-Johnson syndrome?",
      "Can Ehlers-Danlos be cured?",
      "What does the circle of Willis do?",
      "Is Rocky Mountain Spotted Fever common?",
      "Does Mucinex DM raise blood pressure?",
      "my dr said to wait, and the dr will call",
      "i get a charley horse at night",
      "does a positive ana of 1:160 mean lupus",
      "dr visits cost a lot, mr scan or ct scan?",
      "My weight is 189. Taking Lasix 40 mg a day",
      "Buy:\n- Beans\n- Rosemary",
      "what should i eat - olive oil",
      "me salieron manchas en la cara, es falta de vitaminas?",
      "Ich habe seit zwei Wochen Durchfall und nehme ein neues Mittel.",
      "E-mail:\nnobody@example.com",
      "Order 4471 2290 shipped at 12:30, 0x5f in lane 7",
      "Is Dr Pepper worse than coffee?",
      "How do I flush a Hickman line?",
      "The Jackson Pratt drain fell out.",
      "Is Rocky Mountain spotted fever catching?",
      "Is the Hope Lodge free for patients?",
      "Is Tay-Sachs fatal?",
      "What vaccines do I need for Kenya?",
      "ATLANTA, TEXAS and DENVER, COLORADO",
      "WARNING, DANGER. COPD, ASTHMA. ANA, ANCA. BOSTON, Massachusetts",
      "Spouse: none. Attending: Yes. Guardian: None",
      "Buy these:\n- Rose\n- Basil",
      "2021-03-04 10:11:12 INFO 200 4096 ok",
    ]) {
      expect({ text, people: found(text, "PERSON") }).toEqual({ text, people: [] });
    }
  });
});

test("what comes from a country is not a person of it, and a nut is not a place", () => {
  for (const text of ["Is Chinese medicine safe?", "Does German measles itch?", "Are Brazil nuts good?"]) {
    expect({ text, found: found(text) }).toEqual({ text, found: [] });
  }
  expect(found("A Chinese woman in Brazil", "NRP")).toEqual(["Chinese"]);
});

test("a body ends before I, and what anybody is in or has is none", () => {
  expect(found("I work at Goldman Sachs and I'm 34", "ORGANIZATION")).toEqual(["Goldman Sachs"]);
  expect(found("My National Insurance is due. The Committee met.", "ORGANIZATION")).toEqual([]);
});

describe("places", () => {
  test.each([
    ["I live at 742 Evergreen Terrace, Springfield, IL 62704.", "742 Evergreen Terrace, Springfield, IL 62704"],
    ["Domicilio: Calle Carmen Romero, 23, 1D.\n", "Calle Carmen Romero, 23, 1D"],
    ["Er wohnt in der Lindenstraße 14, 10969 Berlin.", "Lindenstraße 14, 10969 Berlin"],
    ["Ship to 31 rue de la Huchette, 75005 Paris, France.", "31 rue de la Huchette, 75005 Paris, France"],
    ["Adres: ul. Północna 73, 16-400 Suwałki", "ul. Północna 73, 16-400 Suwałki"],
  ])("%s", (text, address) => {
    expect(found(text, "STREET_ADDRESS")).toContain(address);
  });

  test("a town of no list is one after words that say so", () => {
    expect(found("She grew up in Suurküla near the sea.", "LOCATION")).toEqual(["Suurküla"]);
  });

  test("a postcode needs its word, or its town", () => {
    expect(found("my zip code is 35350", "ZIP_CODE")).toEqual(["35350"]);
    expect(found("a total of 35350 units", "ZIP_CODE")).toEqual([]);
    expect(found("Mail it to Austin, TX 78701", "LOCATION")).toEqual(["Austin, TX 78701"]);
  });
});

longTest("time grows with the text, whatever it holds", async () => {
  const hostile = ["Aa ", "a'", "de la ", "12 Aa ", "Mr. ", "A. ", "Name: ", "\n", "rue de ", "Suite 1 ", "é", "Aa-"];
  for (const piece of hostile) {
    const taken = await cpuMs(() => findNames(piece.repeat(400_000 / piece.length)));
    expect(taken, JSON.stringify(piece)).toBeLessThan(6000);
  }
});

const SYNTH = "../shared/data/curation/pii/presidio_synth_dataset_v2.json";

test.skipIf(!existsSync(SYNTH))(
  "on the synthetic set of Presidio, blocks at IoU .75 are found better than by Presidio's large model (skipped without ../shared)",
  () => {
    type Row = { full_text: string; spans: { entity_type: string; start_position: number; end_position: number }[] };
    const rows = JSON.parse(readFileSync(SYNTH, "utf8")) as Row[];
    let [right, known, reported] = [0, 0, 0];
    for (const { full_text: codePoints, spans } of rows) {
      if (/[\u{10000}-\u{10ffff}]/u.test(codePoints)) continue; // offsets there are code points
      const gold = blocks(
        codePoints,
        spans
          .filter((span) => span.entity_type !== "ORGANIZATION")
          .map((span) => [span.start_position, span.end_position]),
      );
      const names = findNames(codePoints).filter(({ score }) => score >= 0.35);
      const all: Span[] = [...recognise(codePoints), ...names.map((span) => ({ ...span, by: "names" }))];
      const ours = blocks(
        codePoints,
        withoutOverlaps(all)
          .filter(({ type }) => type !== "ORGANIZATION")
          .map(({ start, end }) => [start, end]),
      );
      right += ours.filter((one) => gold.some((other) => overlap(one, other) >= 0.75)).length;
      known += gold.length;
      reported += ours.length;
    }
    expect(right / reported).toBeGreaterThan(0.8);
    expect(right / known).toBeGreaterThan(0.68);
  },
);

type Block = [start: number, end: number];

/** Spans that touch, or have no word character between them, as one. */
function blocks(text: string, spans: readonly Block[]): Block[] {
  const merged: Block[] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last !== undefined && !/[\p{L}\p{N}_]/u.test(text.slice(last[1], Math.max(start, last[1]))))
      last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function overlap([a, b]: Block, [c, d]: Block): number {
  const shared = Math.min(b, d) - Math.max(a, c);
  return shared <= 0 ? 0 : shared / (Math.max(b, d) - Math.min(a, c));
}
