import { describe, expect, test } from "vitest";

import { cutOff } from "../../../src/curate/quality/cut-off.ts";

describe("an answer is cut off", () => {
  test.each([
    "Mix the flour with water and then",
    "You knead the dough. After that you wait an hour, and then",
    "Knead the dough for ten minutes, so that",
    "Open the lid, and if",
    "Press the button, which will",
    "Wichtig ist, dass man zuerst",
    "Man mischt das Mehl mit Wasser und dann",
    "Du musst darauf achten, dass",
    "Man sollte wissen, dass der Motor",
    "Danach wird der Teig geknetet, bis er",
    "Il faut d'abord mélanger la farine et ensuite",
    "Il est important que vous",
    "Primero mezcla la harina y luego",
    "Es importante saber que el",
  ])("within its last clause: %s", (answer) => {
    expect(cutOff(answer, "how is it done?")).toBeDefined();
  });

  test.each([
    "costs $5 and",
    "It weighs 12 kg and 3.5 or",
    "a combination of",
    "It is a combination of",
    "La réponse est de",
    "Das Paket ist für",
    "SELECT a FROM",
    "SELECT a, b FROM t WHERE a =",
    "INSERT INTO t (a, b) VALUES",
    '{"a": 1,',
    '{"a": [1, 2',
    '[{"name": "x"}, {"na',
  ])("within a short answer or code: %s", (answer) => {
    expect(cutOff(answer, "what is it?")).toBeDefined();
  });

  test.each([
    "SELECT a FROM t",
    "SELECT a FROM t WHERE b IN (1, 2);",
    "Select the option that you came from",
    '{"a": 1}',
    "[1] is the first element",
    "{name}, welcome",
    "What it is made of",
    "That is the house I dreamt of",
    "Sí, eso es",
    "rock and roll",
    "the first of",
  ])("but not in the complete %s", (answer) => {
    expect(cutOff(answer, answer === "the first of" ? "which phrase is it?" : "what is it?")).toBeUndefined();
  });

  test.each([
    "1. Sleep well.\n2. Eat well.\n3.",
    "1) Sleep well\n2) Eat well\n3)",
    "- Sleep well.\n- Eat well.\n-",
    "Some tips:\n\n1. Sleep well.\n2. Eat well.\n3. Drink",
    "1. Sleep eight hours a night.\n2. Eat more vegetables.\n3. Try to",
    "**1. Prepare:** Clean the room.\n**2. Paint:** Paint the wall.\n**3.",
    "1. **Prepare**: Clean the room.\n2. **Paint**: Paint the wall.\n3. **Dry",
    "1. **Prepare**: Clean the room.\n2. **Paint**: Paint the wall.\n3. **Dry**:",
  ])("within the last item of its list: %j", (answer) => {
    expect(cutOff(answer, "list three tips")).toBeDefined();
  });

  test.each([
    "1. Red\n2. Green\n3. Blue",
    "1. Yes.\n2. No.\n3. Maybe",
    "1. Open the app.\n2. Log in\n3. Done",
    "- 1.\n- 2.\n- 3.",
    "**1. Intro**\nText here.\n**2. Main**\nMore text.\n**3. End**",
    "3.",
    "The answer is 3.",
    "2. Banana\n1. Apple",
    "I go there every now and then",
    "This is what I was waiting for",
    "That is the place I came from",
    "I would like to know who they are",
    "She is taller than I",
    "It was there before you",
    "Das Ei kommt zuerst",
    "Ich denke, dass man das zuerst macht",
    "Man muss wissen, dass das Wasser warm ist",
    "Ich weiß, dass es besser ist als Wasser",
    "Ik denk dat het warm is",
  ])("but not in %j", (answer) => {
    expect(cutOff(answer, "what is it?")).toBeUndefined();
  });

  test("nor in a list that was to be left open", () => {
    expect(cutOff("1. Name\n2. Town\n3.", "make a form with three blanks")).toBeUndefined();
  });
});
