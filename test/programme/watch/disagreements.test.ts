import { expect, test } from "vitest";

import { disagreements } from "../../../src/programme/watch/disagreements.ts";

const row = (id: string, prompt: string, answer: string) => ({ id, prompt, answer });

test("answers to one prompt that share less than half of their words disagree, whatever the case and the spaces", () => {
  const found = disagreements([
    row("a", "When do you open?", "We open at nine every day."),
    row("b", "when do  you open? ", "We open at nine on each day."),
    row("c", "When do you open?", "Please call the shop."),
    row("d", "Where are you?", "In Bonn."),
    row("e", "Who are you?", "A bot."),
    row("f", "Who are you?", "A bot."),
  ]);
  expect([...found]).toEqual(["c"]);
});

test("of two answers with other words, both disagree", () => {
  const found = disagreements([row("a", "Price?", "Ten dollars."), row("b", "Price?", "It depends on size.")]);
  expect([...found]).toEqual(["a", "b"]);
});
