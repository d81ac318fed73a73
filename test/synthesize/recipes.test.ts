import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { RecipeName } from "../../src/domain/synthesis.ts";
import { requestDrawer } from "../../src/synthesize/draw-requests.ts";
import { fillSlots } from "../../src/synthesize/fill-slots.ts";
import { readParts } from "../../src/synthesize/read-parts.ts";
import { RECIPES } from "../../src/synthesize/recipes.ts";
import { verifyAnswer } from "../../src/synthesize/verify-answer.ts";

const ROWS = Array.from({ length: 9 }, (_, index) => ({
  place: `rows.jsonl:${index + 1}`,
  texts: { prompt: `How many pages has volume ${index}?`, answer: `It has ${index * 10} pages.` },
}));
const DOCUMENTS = [
  { place: "d.jsonl:1", texts: { passage: "Short." } },
  { place: "d.jsonl:2", texts: { passage: "This is one sentence of a long document. ".repeat(400) } },
];
const JUDGES = { refusal: () => undefined, similarity: (a: string, b: string) => Number(a === b) };
const WHOLE = { isRefusal: false, isCutOff: false };

describe.each(RecipeName.options)("the recipe %s", (name) => {
  const recipe = RECIPES[name];
  const inputs = recipe.needs === "documents" ? DOCUMENTS : ROWS;

  test("fills every slot of its prompt, and draws request N alike however many there are", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(300), fc.boolean(), (seed, index, structured) => {
        const draw = requestDrawer(recipe, inputs, { seed, structured });
        const request = draw(index);
        expect(request.user).not.toMatch(/\{\{/);
        expect(requestDrawer(recipe, inputs, { seed, structured })(index)).toEqual(request);
        expect(new Set(request.inputs).size).toBe(recipe.shown);
        expect(request.user.length).toBeLessThan(6000);
      }),
      { numRuns: 40 },
    );
  });

  test("uses every input before one comes again, where a prompt shows one", () => {
    if (recipe.shown > 1) return;
    const draw = requestDrawer(recipe, inputs, { seed: 3, structured: false });
    const places = inputs.map((_, index) => draw(index).inputs[0]);
    expect(new Set(places).size).toBe(inputs.length);
  });

  test("names its source, and a slot in every part of its row", () => {
    expect(recipe.source).toMatch(/arXiv:\d{4}\.\d{5}/);
    const slots = ["prompt", "answer", "passage", "style", "examples", ...recipe.parts.map((part) => part.name)];
    const texts = Object.values(recipe.makes).slice(1);
    for (const text of [...texts, recipe.ask, recipe.compares.text, recipe.askAgain?.ask ?? ""]) {
      expect(fillSlots(text, Object.fromEntries(slots.map((slot) => [slot, "x"])))).not.toMatch(/\{\{/);
    }
  });
});

test("what a text holds is not filled again", () => {
  expect(fillSlots("{{a}} {{b}} {{c}}", { a: "{{b}}", b: "2" })).toBe("{{b}} 2 {{c}}");
});

describe("the parts of an answer", () => {
  const { parts } = RECIPES["question-answer"];
  const read = (text: string): unknown => readParts(text, { parts });
  const whole = { parts: { question: "Why?", answer: "So.", quote: "It is so." } };
  test.each([
    ["labelled lines", "QUESTION: Why?\nANSWER: So.\nQUOTE: It is so."],
    ["an introduction and bold labels", "Sure!\n\n**Question:** Why?\n**Answer**: So.\n\n**Quote:** It is so.\n"],
    ["JSON", '{"question": "Why?", "answer": "So.", "quote": "It is so."}'],
    ["JSON in a block", '```json\n{"question": "Why?", "answer": "So.", "quote": "It is so.", "more": 1}\n```'],
  ])("are read from %s", (_what, text) => expect(read(text)).toEqual(whole));

  test.each([
    ["QUESTION: Why?\nANSWER: So.", "there is no QUOTE"],
    ["QUESTION: Why?\nANSWER:\nQUOTE: It is so.", "there is no ANSWER"],
    ["QUESTION: Why?\nANSWER: So.\nQUOTE: a\nQUESTION: Who?", "QUESTION appears twice"],
    ["QUESTION: Why?\nANSWER: );{\nQUOTE: It is so.", "there is no ANSWER"],
    ['{"question": "Why?", "answer": 3, "quote": "a"}', 'there is no text in "answer"'],
    ['{"question": "Why?", "ans', "the JSON object cannot be read"],
    ["Why? So.", "there is no QUESTION"],
  ])("%s: %s", (text, problem) => expect(read(text)).toEqual({ problem }));

  test("come back as they were written", () => {
    const text = fc.string({ minLength: 1, maxLength: 60 }).filter((each) => /[a-z0-9]/i.test(each));
    fc.assert(
      fc.property(text, text, text, (question, answer, quote) => {
        const trimmed = { question: question.trim(), answer: answer.trim(), quote: quote.trim() };
        expect(read(JSON.stringify({ question, answer, quote }))).toEqual({ parts: trimmed });
      }),
      { numRuns: 60 },
    );
  });
});

describe("rows of recipes without parts", () => {
  const verified = (name: "paraphrase" | "rejected-answer", text: string): unknown => {
    const recipe = RECIPES[name];
    const request = requestDrawer(recipe, ROWS.slice(3, 4), { seed: 1, structured: false })(0);
    return verifyAnswer({ reply: { text, ...WHOLE }, request, recipe }, JUDGES);
  };
  test("a paraphrase keeps the answer, and every number of its question", () => {
    expect(verified("paraphrase", '"What is the page count of volume 3?"')).toMatchObject({
      fields: {
        messages: [
          { role: "user", content: "What is the page count of volume 3?" },
          { role: "assistant", content: "It has 30 pages." },
        ],
      },
    });
    expect(verified("paraphrase", "What is the page count of volume 4?")).toMatchObject({
      check: "kept-facts",
      detail: "3 of the original",
    });
    expect(verified("paraphrase", "Of volume 3, one of 12, the page count?")).toMatchObject({
      detail: "12, which the original does not have",
    });
  });
  test("a rejected answer stands next to the chosen one, and is another", () => {
    expect(verified("rejected-answer", "No idea.")).toMatchObject({
      fields: { prompt: "How many pages has volume 3?", chosen: "It has 30 pages.", rejected: "No idea." },
    });
    expect(verified("rejected-answer", "It has 30 pages.")).toMatchObject({ check: "same-answer" });
  });
});
