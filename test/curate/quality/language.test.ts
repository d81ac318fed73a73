import { describe, expect, test } from "vitest";

import { askedLanguage, language } from "../../../src/curate/quality/language.ts";
import { qualityStage } from "../../../src/curate/quality/quality-stage.ts";
import { QualityOptions } from "../../../src/domain/quality.ts";

const reasonOf = async (prompt: string, completion: string): Promise<string | undefined> => {
  const row = { id: "r", source: "s", line: 1, fields: { prompt, completion } };
  return (await qualityStage.run([row], QualityOptions.parse({}))).dropped[0]?.reason;
};

const ENGLISH = "Water evaporates from the sea, rises and cools, and then it falls again as rain or snow on the land.";

/** A question of a few words in each language. */
const QUESTIONS: readonly (readonly [language: string, question: string])[] = [
  ["fr", "Comment fonctionne le cycle de l’eau ?"],
  ["de", "Wie funktioniert der Wasserkreislauf?"],
  ["es", "¿Cómo funciona el ciclo del agua?"],
  ["pt", "Como funciona o ciclo da água?"],
  ["it", "Come funziona il ciclo dell’acqua?"],
  ["nl", "Hoe werkt de waterkringloop?"],
  ["pl", "Jak działa obieg wody w przyrodzie?"],
  ["sv", "Hur fungerar vattnets kretslopp?"],
  ["tr", "Su döngüsü nasıl çalışır?"],
  ["vi", "Vòng tuần hoàn nước hoạt động như thế nào?"],
  ["id", "Bagaimana siklus air bekerja?"],
  ["cs", "Jak funguje koloběh vody v přírodě?"],
  ["fi", "Mikä on Suomen suurin järvi?"],
  ["fi", "Miten veden kiertokulku toimii?"],
  ["hu", "Hogyan működik a víz körforgása?"],
];

describe("a text of a few words", () => {
  test.each(QUESTIONS)("in %s is known for it: %s", (name, question) => {
    expect(askedLanguage(question)).toBe(name);
  });

  test.each([
    ["ja", "水の循環を説明します"],
    ["zh", "水循环是怎样运作的"],
    ["ko", "물의 순환"],
    ["el", "Καλημέρα"],
    ["he", "שלום"],
    ["th", "สวัสดี"],
    ["ta", "வணக்கம்"],
    ["uk", "Як їхати до Києва?"],
    ["fa", "چگونه کار می‌کند؟"],
    ["hi", "जल चक्र क्या है?"],
    ["en", "The cat is on the mat."],
    [undefined, "Paris."],
    [undefined, "crème brûlée"],
    [undefined, "x = y + z"],
  ])("is %s by its script, its letters or its small words: %s", (name, text) => {
    expect(language(text)).toBe(name);
  });

  test.each([
    "crème brûlée recipe",
    "El Niño effects?",
    "São Paulo population",
    "Ben Hur plot summary",
    "Let $z = 1+i$, $w = 2$.",
  ])("is of no other language than English for a name or a formula in it: %s", (text) => {
    expect([undefined, "en"]).toContain(askedLanguage(text));
  });
});

describe("an answer in another language than its prompt is found", () => {
  test.each(QUESTIONS)("in English, asked in %s: %s", async (_, question) => {
    expect(await reasonOf(question, ENGLISH)).toBe("other-language");
  });

  test.each([
    ["Why is the sky blue?", "因为瑞利散射,天空看起来是蓝色的。"],
    ["水循环是怎样运作的?", "水循環は、海、大気、陸の間で水がどのように移動するかを説明します。"],
    ["水の循環はどのように働きますか?", "太阳加热地表，水蒸发上升，冷却后这些水又以雨雪的形式落下。"],
    ["¿Por qué el cielo es azul?", "Because the light of the sun is scattered by the air."],
    ["Why is the sky blue?", "Ουρανός είναι μπλε γιατί το φως σκεδάζεται."],
    ["What is the capital of Italy?", "La capitale de l’Italie est Rome, célèbre pour son histoire et ses monuments."],
  ])("whatever the two are: %s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBe("other-language");
  });
});

describe("no answer is dropped for its language", () => {
  test.each([
    ["¿Cuál es la mejor película de la historia?", "The Lord of the Rings: The Return of the King"],
    ["Come si scrive un ciclo in Bash?", "Così: for f in *.txt; do echo $f; done"],
    ["谁写了哈利波特?", "J. K. Rowling (Joanne Rowling)"],
    ["写一个查询所有用户的SQL", "SELECT name, age FROM users WHERE age > 30 ORDER BY name;"],
    [
      "请总结: The committee met on Tuesday and decided that nothing should change.",
      "委员会星期二开会，决定不作任何改变。",
    ],
    ["Summarize: Les chats sont des animaux qui dorment beaucoup et qui aiment le soleil.", ENGLISH],
    ["日本史の概要", "日本史概要：縄文時代、弥生時代、古墳時代、飛鳥時代、奈良時代"],
    ["¿Cómo se escribe esto en inglés?", ENGLISH],
    ["Who wrote the Tale of Genji?", "紫式部"],
    ["Name three French dishes", "Coq au vin, bœuf bourguignon, blanquette de veau et crème brûlée"],
  ])("that was asked for, or is a name, a title, a list, code: %s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBeUndefined();
  });
});
