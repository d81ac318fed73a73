import { describe, expect, test } from "vitest";

import { qualityStage } from "../../../src/curate/quality/quality-stage.ts";
import { QualityOptions } from "../../../src/domain/quality.ts";

const reasonOf = async (prompt: string, completion: string): Promise<string | undefined> => {
  const row = { id: "r", source: "s", line: 1, fields: { prompt, completion } };
  return (await qualityStage.run([row], QualityOptions.parse({}))).dropped[0]?.reason;
};

describe("a refusal is found in the language of its prompt", () => {
  test.each([
    ["Kể chuyện cười", "Xin lỗi, tôi không thể giúp bạn việc này."],
    ["Vertel een grap", "Sorry, maar daar kan ik je niet mee helpen."],
    ["Vertel een grap", "Ik kan je hier niet mee helpen."],
    ["Berätta ett skämt", "Tyvärr kan jag inte hjälpa till med det."],
    ["Fortæl en vittighed", "Jeg beklager, men det kan jeg ikke hjælpe med."],
    ["Kerro vitsi", "Valitettavasti en voi auttaa tässä asiassa."],
    ["Πες μου ένα αστείο", "Λυπάμαι, αλλά δεν μπορώ να βοηθήσω με αυτό."],
    ["Ceritakan lelucon", "Maaf, saya tidak dapat membantu dengan permintaan itu."],
    ["Řekni vtip", "Omlouvám se, ale s tím vám nemohu pomoci."],
    ["Spune o glumă", "Îmi pare rău, dar nu te pot ajuta cu asta."],
    ["Mondj egy viccet", "Sajnálom, de ebben nem tudok segíteni."],
    ["Розкажи жарт", "Вибачте, але я не можу допомогти з цим."],
    ["ספר בדיחה", "אני מצטער, אבל אני לא יכול לעזור בזה."],
    ["یک لطیفه بگو", "متأسفم، نمی‌توانم در این مورد کمک کنم."],
    ["เล่าเรื่องตลก", "ขออภัย ฉันไม่สามารถช่วยเรื่องนี้ได้"],
    ["Tell me a joke", "I'm afraid I can't help with that."],
    ["Tell me a joke", "As a responsible AI, I cannot provide this."],
  ])("%s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBe("refusal");
  });

  test.each([
    [
      "Can you hack a network?",
      "I can't help with breaking into a network, but here is how to secure your own: use WPA3 and a long passphrase.",
    ],
    [
      "Which pills shall I take?",
      "I can't give medical advice. In general:\n- see a doctor soon\n- keep a list of what you take",
    ],
    ["Skriv ett meddelande till Eva om festen", "Tyvärr kan jag inte komma på festen. Ha det så kul!"],
  ])("but no answer that goes on to help, and no message of a person: %s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBeUndefined();
  });
});

test("a cell or a list of HTML alone is a complete answer, HTML in prose is left over from a page", async () => {
  expect(await reasonOf("Give me the number five for row two", "<td>5</td>")).toBeUndefined();
  expect(await reasonOf("Give me two fruits", "<ul><li>Apple</li><li>Pear</li></ul>")).toBeUndefined();
  expect(await reasonOf("Give me two fruits", "<p>Apple and pear are two fruits.</p>")).toBe("template-artefact");
  expect(await reasonOf("Give me two fruits", "They are <li>Apple</li> and pear, of course.")).toBe(
    "template-artefact",
  );
});

describe("a placeholder is not an answer", () => {
  test.each([
    "N/A",
    "...",
    "…",
    "undefined",
    "null",
    "[object Object]",
    "Error: 429 Too Many Requests",
    "500 Internal Server Error",
    "An error occurred while generating the response.",
    "openai.RateLimitError: you exceeded your current quota",
  ])("%s", async (answer) => {
    expect(await reasonOf("Tell me about dogs", answer)).toBe("no-answer");
  });

  test.each([
    ["What does typeof x return for a missing variable?", "undefined"],
    ["Which phone number does the text name? Write N/A if there is none.", "N/A"],
    ["Which status comes with too many requests?", "429 Too Many Requests"],
    ["Which of these fish are mammals?", "None."],
    ["What is 8 minus 5?", "3"],
  ])("but an answer where that is asked: %s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBeUndefined();
  });
});

describe("what a template, a page or a length left", () => {
  test.each([
    ["template-artefact", "Hi", "<think>\nThe user greets me, so I should greet"],
    ["template-artefact", "Explain rain", "Rain is water that falls.&nbsp;&nbsp;It comes from clouds."],
    ["template-artefact", "Explain rain", '<div class="answer"><p>Rain is water.</p></div>'],
    ["cut-off", "Explain rain", "Rain forms when water vapour condenses. Then it falls, and"],
    ["cut-off", "Explica la lluvia", "La lluvia se forma en las nubes. Cae al suelo, y"],
    ["placeholder", "What is your name?", "My name is [Your Name]."],
    ["placeholder", "Who wrote Faust?", "Hi, Faust was written by [insert author]."],
    ["cut-off", "Vad är regn?", "Regn är vatten som faller från moln, och"],
  ])("is %s: %s %s", async (reason, prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBe(reason);
  });

  test.each([
    ["Why is that so?", "<think>\nIt is so.\n</think>\nBecause it is."],
    ["How do I write a paragraph in HTML?", "<p>Write it so.</p>"],
    ["How do I keep a line together?", "Put `&nbsp;` between the words."],
    ["Write me a cover letter template", "Dear [Hiring Manager],\n\nI apply for [Position]. Sincerely,\n[Your Name]"],
    ["resign", "Dear [Manager],\n\nPlease accept my resignation.\n\n[Your Name]"],
    ["How can I decline?", "Thank you for the offer. Unfortunately I cannot accept it.\n\nRegards,\n[Your Name]"],
    [
      "How do I ask for a refund?",
      "Dear Sir,\n\nI return order [Order Number].\n\nThank you,\n[Your Name]\n[Your City]",
    ],
    ["Write a voicemail greeting", "You have reached [Your Name]. Please leave a message."],
    ["Schreib mir eine Vorlage", "Liebe [Your Name], danke."],
    ["Write the chorus", "La la la la la la la\nLa la la la la la la"],
    ["What does <|im_end|> mean?", "`<|im_end|>` ends a turn in ChatML."],
    ["May I help you, human?", "Human: is that a typo? I am happy to help with the homework."],
  ])("is kept where it was asked for, or is none: %s", async (prompt, answer) => {
    expect(await reasonOf(prompt, answer)).toBeUndefined();
  });
});

test("what redaction leaves in a list is not repetition", async () => {
  const places = "The largest are <LOCATION>, <LOCATION>, <LOCATION>, <LOCATION>, <LOCATION> and <LOCATION>.";
  expect(await reasonOf("Name six countries.", places)).toBeUndefined();
  expect(
    await reasonOf(
      "Name six countries.",
      "The largest are China, China, China, China, China, China, China, China, China, China, China, China.",
    ),
  ).toBe("repetition");
});
