import type { RecipeName } from "../domain/synthesis.ts";
import type { Recipe } from "./recipe.ts";

/** All recipes. */
export const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  "self-instruct": {
    name: "self-instruct",
    version: 1,
    source:
      "Wang et al. 2023, Self-Instruct, arXiv:2212.10560: tasks from examples drawn at random. Here the examples are the inputs alone, so that no prompt depends on an answer; instruction and answer come in one request",
    needs: "rows",
    shown: 4,
    styles: [
      "a question",
      "a task with a short text to work on",
      "a request for advice",
      "a request to write something",
      "a request to explain something",
      "a task of classifying or extracting",
    ],
    system: "You write training examples for an assistant. You invent tasks that people could really ask for.",
    ask: "Here are examples of tasks.\n\n{{examples}}\n\nInvent one new task of another topic, as {{style}}, and answer it correctly and completely.",
    parts: [
      { name: "task", says: "the new task, complete in itself" },
      { name: "answer", says: "the answer to it" },
    ],
    makes: { kind: "dialogue", user: "{{task}}", assistant: "{{answer}}" },
    compares: { text: "{{task}}", with: "prompt", byWords: true },
    askAgain: { ask: "{{task}}", part: "answer" },
  },
  "question-answer": {
    name: "question-answer",
    version: 1,
    source:
      "Alberti et al. 2019, Synthetic QA Corpora Generation with Roundtrip Consistency, arXiv:1906.05416: a question and its answer from a passage, the answer checked by asking again. Here the quote that proves the answer is asked for as well, and must stand in the passage",
    needs: "documents",
    shown: 1,
    styles: ["what", "who", "when or where", "how", "why", "which", "how many or how much", "whether"],
    system: "You write questions about a passage, and answer them from the passage alone.",
    ask: "Passage:\n{{passage}}\n\nWrite one question about this passage, one that asks {{style}}. Answer it from the passage, and copy the sentence of the passage that proves the answer, word for word.",
    parts: [
      { name: "question", says: "the question, understandable without the passage" },
      { name: "answer", says: "the answer" },
      { name: "quote", says: "the sentence, copied word for word" },
    ],
    makes: { kind: "dialogue", user: "{{question}}", assistant: "{{answer}}" },
    compares: { text: "{{question}}\n{{answer}}", with: "prompt-and-answer" },
    quotes: "quote",
    standsAlone: { question: "question", answer: "answer" },
    askAgain: {
      ask: "Passage:\n{{passage}}\n\nAnswer the question from the passage, as shortly as you can.\nQuestion: {{question}}",
      part: "answer",
    },
  },
  paraphrase: {
    name: "paraphrase",
    version: 1,
    source:
      "Yu et al. 2023, MetaMath, arXiv:2309.12284: questions put in other words, the answer kept. Here every number and placeholder of the question must come back",
    needs: "rows",
    shown: 1,
    styles: [
      "in plain words",
      "formally",
      "in one sentence",
      "as somebody in a hurry would write it",
      "with the sentences in another order",
      "as a polite request",
    ],
    system: "You put questions into other words without changing what they ask.",
    ask: "Put this into other words, {{style}}. Keep every name, number and condition. Write the new wording alone, and do not answer it.\n\n{{prompt}}",
    parts: [{ name: "wording", says: "the new wording" }],
    makes: { kind: "dialogue", user: "{{wording}}", assistant: "{{answer}}" },
    compares: { text: "{{wording}}", with: "prompt" },
    keeps: { part: "wording", of: "prompt" },
  },
  "rejected-answer": {
    name: "rejected-answer",
    version: 1,
    source:
      "Chen et al. 2024, SPIN, arXiv:2401.01335: the model's own answer is the rejected one, the answer of the dataset the chosen one. Sound if the model is weaker than the authors of the dataset",
    needs: "rows",
    shown: 1,
    styles: [""],
    system: "",
    ask: "{{prompt}}",
    parts: [{ name: "rejected", says: "the answer" }],
    makes: { kind: "preference", prompt: "{{prompt}}", chosen: "{{answer}}", rejected: "{{rejected}}" },
    compares: { text: "{{prompt}}\n{{rejected}}", with: "none" },
    differs: { part: "rejected", from: "answer" },
  },
};
