import { describe, expect, test } from "vitest";

import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";

describe("another question in the same words", () => {
  const isHit = async (item: string, text: string): Promise<boolean> => {
    const items = [item, "Something else is asked here, in words of its own, of the length of a line."];
    const benchmark: Benchmark = {
      name: "items.jsonl",
      fields: { question: "q" },
      isGuessed: false,
      items: items.map((each) => [{ kind: "question", text: each }]),
    };
    return (await decontaminator({ benchmarks: [benchmark] }))({ text }).length > 0;
  };
  test.each([
    [
      "another number",
      "What is the area, in square feet, of a square whose side measures 5 feet?",
      "What is the area, in square feet, of a square whose side measures 9 feet?",
      false,
    ],
    [
      "a letter for one of two numbers",
      "A robe takes 2 bolts of blue fiber and 3 of white fiber. How many bolts in total does it take?",
      "A robe takes x bolts of blue fiber and 3 of white fiber. How many bolts in total does it take?",
      true,
    ],
    [
      "another word that says something",
      "Write a python function to find the sum of all even natural numbers within the range.",
      "Write a python function to find the sum of all odd natural numbers within the range.",
      false,
    ],
    [
      "a small word less",
      "Write a function to locate the left insertion point for a specified value in sorted order.",
      "Write function to locate the left insertion point for a specified value in sorted order",
      true,
    ],
    [
      "a negation put in",
      "Write a python function to find the first repeated character in a given string.",
      "Write a python function to find the first non-repeated character in a given string.",
      false,
    ],
    [
      "a misspelt word",
      "What happens to the body of a person who swallows a watermelon seed whole?",
      "What happens to the body of a person who swalows a watermelon seed whole?",
      true,
    ],
    [
      "two letters of a short word changed over",
      "George wants to warm his hands quickly by rubbing them together.",
      "George wants to warm hsi hands quickly by rubbing them together.",
      true,
    ],
    [
      "a letter of a short word twice",
      "George wants to warm his hands quickly by rubbing them together.",
      "George wants to warm hiss hands quickly by rubbing them together.",
      true,
    ],
    [
      "another letter in a short word",
      "George wants to warm his hands quickly by rubbing them together.",
      "George wants to warm him hands quickly by rubbing them together.",
      false,
    ],
    [
      "letters of Cyrillic that look as those of Latin",
      "George wants to warm his hands quickly by rubbing them together.",
      "Gеоrgе wants tо wаrm his hаnds quiсkly by rubbing thеm tоgеthеr.",
      true,
    ],
    [
      "a word parted by a hyphen",
      "What happens to the body of a person who swallows a watermelon seed whole?",
      "What happens to the body of a person who swallows a water-\nmelon seed whole?",
      true,
    ],
    [
      "a question behind a comma",
      "What happens if you swallow powdered glass?",
      "Hi there, what happens if you swallow powdered glass? Thanks",
      true,
    ],
    ["a name in a numbered list", "Milton Friedman", "1. Adam Smith\n2. Milton Friedman\n3. John Keynes", false],
    ["a question in a numbered list", "What do you do?", "1) Who goes there?\n2) What do you do?\n3) Why?", true],
  ] as const)("%s", async (...[, item, text, expected]) => {
    expect(await isHit(item, text)).toBe(expected);
  });

  test("that swaps two elements, as every program that sorts does, is no hit of an answer", async () => {
    const answer =
      "def kth_element(arr, n, k):\n  for i in range(n):\n    for j in range(0, n-i-1):\n      if arr[j] > arr[j+1]:\n        arr[j], arr[j+1] == arr[j+1], arr[j]\n  return arr[k-1]";
    const benchmark: Benchmark = {
      name: "b",
      fields: {},
      isGuessed: false,
      items: [
        [
          { kind: "question", text: "Find the k-th element of an unsorted list" },
          { kind: "answer", text: answer },
        ],
      ],
    };
    const hitsOf = await decontaminator({ benchmarks: [benchmark] });
    expect(
      hitsOf({
        text: "while swapped:\n  if arr[j] > arr[j+1]:\n    arr[j], arr[j+1] = arr[j+1], arr[j]\n    swapped = True",
      }),
    ).toEqual([]);
    expect(hitsOf({ text: answer })).toHaveLength(1);
  });
});

test("a task in the docstring of a question is found without its signature and examples, and the evidence is of the row", async () => {
  const task = "Check if in given list of numbers, are any two numbers closer to each other than given threshold.";
  const question = `from typing import List\n\n\ndef close(numbers: List[float]) -> bool:\n    """ ${task}\n    >>> close([1.0, 2.0, 3.0], 0.5)\n    False\n    """\n`;
  const benchmark: Benchmark = {
    name: "b",
    fields: {},
    isGuessed: false,
    items: [[{ kind: "question", text: question }]],
  };
  const hitsOf = await decontaminator({ benchmarks: [benchmark] });
  const row = { text: `<p>Task: ${task.replace("given list", "<b>given</b>&nbsp;list")}</p>` };
  const [hit] = hitsOf(row);
  expect(hit).toMatchObject({ item: 0, part: "question", method: "whole" });
  expect(row.text.slice(hit!.start, hit!.end)).toBe(
    "Check if in <b>given</b>&nbsp;list of numbers, are any two numbers closer to each other than given threshold",
  );
});
