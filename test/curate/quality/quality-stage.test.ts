import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { qualityStage } from "../../../src/curate/quality/quality-stage.ts";
import type { StageResult } from "../../../src/curate/stage.ts";
import { QualityOptions } from "../../../src/domain/quality.ts";
import { cpuMs } from "../../cpu-ms.ts";
import { longCases } from "../../long-suite.ts";
import { lawRuns } from "../../law-runs.ts";

type Fields = Record<string, unknown>;

const judged = async (all: readonly Fields[], options: Partial<QualityOptions> = {}): Promise<StageResult> =>
  qualityStage.run(
    all.map((fields, index) => ({ id: `r${index}`, source: "s", line: index + 1, fields })),
    QualityOptions.parse(options),
  );

const reasonOf = async (fields: Fields, options: Partial<QualityOptions> = {}): Promise<string | undefined> =>
  (await judged([fields], options)).dropped[0]?.reason;

const said = (prompt: string, completion: string): Fields => ({ prompt, completion });

const ENGLISH =
  "The committee met on Tuesday to discuss the new timetable for the trains, and decided that nothing should change before the summer holidays begin.";
const SPANISH =
  "El comité se reunió el martes para hablar del nuevo horario de los trenes y decidió que nada debía cambiar antes de que empiecen las vacaciones de verano.";
const CHINESE = "委员会星期二开会讨论了火车的新时刻表，并决定在暑假开始之前不作任何改变，同时请各部门提出意见。";

describe("a row is dropped for what a person would drop it for", () => {
  test.each<[string | undefined, Fields]>([
    [undefined, said("What is the capital of France?", "Paris.")],
    [undefined, said("Is this review positive?", "yes")],
    ["echo", said("Write a poem about the sea and its waves.", "Write a poem about the sea and its waves.")],
    ["refusal", said("Who won?", "I’m sorry, but I can’t help with that request.")],
    ["refusal", said("¿Quién ganó?", "Lo siento, pero no puedo ayudarte con eso.")],
    [
      undefined,
      said(
        "May I cancel?",
        "You cannot cancel after 30 days. If you are unable to travel, write to us and I can help.",
      ),
    ],
    [
      "boilerplate",
      said("Which city do you like?", "Good question! As an AI language model, I have no taste, but Rome is fine."),
    ],
    ["template-artefact", said("Hello", "Hi there!<|im_end|>")],
    ["template-artefact", said("Hello", "Hi there!\nHuman: and who are you?")],
    ["template-artefact", said("Hello", "[INST] Hi [/INST]")],
    [undefined, said("Write a short conversation.", "Human: hi\nAssistant: hello")],
    [undefined, said("What does ChatML look like?", "Like this:\n```\n<|im_start|>user\nhi<|im_end|>\n```")],
    ["placeholder", said("Greet the customer", "Welcome back, [insert name]!")],
    [undefined, said("Fill in: Dear [your name]", "Dear [your name], hello.")],
    ["mojibake", said("What is a café?", "A cafÃ© is a place to drink coffee.")],
    ["repetition", said("Why?", "because ".repeat(200))],
    ["repetition", said("Why?", "a".repeat(100))],
    [undefined, said("Draw a line", `Here it is:\n${"-".repeat(200)}`)],
    ["other-language", said(ENGLISH, SPANISH)],
    ["other-language", said(ENGLISH, CHINESE)],
    [undefined, said(ENGLISH, `Indeed. ${ENGLISH}`)],
    [undefined, said(`Translate: ${ENGLISH}`, SPANISH)],
    [undefined, said(ENGLISH, "Sí.")],
    ["open-code-block", said("Code?", "Here:\n```python\nprint(1)")],
    ["invalid-json", said("JSON?", '```json\n{"a": 1,}\n```')],
    [undefined, said("JSON?", '```json\n{"a": 1}\n```\nand\n```json\n{"a": [1, ...]}\n```')],
    ["invalid-json", said("As JSON, please", '{"a": 1, "b": [2')],
    [undefined, said("What is JSON?", '{"a": 1} is JSON, and so is [1].')],
    [undefined, said("JSON Lines?", '```json\n{"a": 1}\n{"a": 2}\n```')],
    ["broken-code", said("Code?", "```js\nlet a = (1;\n```")],
    ["broken-code", said("Code?", "```python\ndef f(x)\n    return x\n```")],
    ["broken-code", said("Code?", "```python\ndef f(x):\nreturn x\n```")],
    ["broken-code", said("Code?", "```python\nprint 'hello'\n```")],
    ["broken-code", said("Code?", "```python\nif x: print x\n```")],
    ["broken-code", said("Code?", "```python\ndef f():\n\treturn 1\n        return 2\n```")],
    [undefined, said("Code?", "```python\nprint('hello')\nprint -1\nprint [0]\n```")],
    [undefined, said("Code in Python 2?", "```python\nprint 'hello'\n```")],
    [undefined, said("Code?", "So it was in Python 2.7:\n```python\nprint 'hello'\n```")],
    [undefined, said("Code?", "```python\n#!/usr/bin/env python2\nprint 'hello'\n```")],
    ["broken-code", said("Code for Python 23?", "```python\nprint 'hello'\n```")],
    [undefined, said("Code?", "```python\n>>> f(1)\n1\n```")],
    [undefined, said("Code?", "```python\n    return 1. / x\n```")],
    ["broken-code", said("Code?", '```java\nclass A { String s = "}"; // }\n```')],
    [undefined, said("Code?", "```rust\nfn f<'a>(x: &'a str) -> char { '{' }\n```")],
    ["cut-off", said("Why?", "The sea is warm. The air is warm too. And because the wind comes from the")],
    ["cut-off", said("How?", "The main steps are: 1. Open the lid 2. Remove the")],
    ["cut-off", said("How?", "These are the main steps:\n1. Open the lid\n2. Remove the")],
    [undefined, said("How?", "The main steps are: 1. Open the lid 2. Remove the pan")],
    [undefined, said("Which?", "The words that are most common: 1. of 2. and 3. the")],
    [undefined, said("Which?", "The pairs that are most common: 1. of the 2. in the")],
    [undefined, said("Which?", "These are bands of the time: 1. The Who 2. Echo and The The")],
    [undefined, said("Who?", "Ada Lovelace and Charles Babbage")],
    ["repetition", said("Why?", "So it goes on and on. ".repeat(6))],
    [undefined, said("Say it six times", "So it goes on and on. ".repeat(6))],
    ["boilerplate", said("Tea or coffee?", "As an AI language model, I prefer neither.")],
    [undefined, said("Who are you?", "I'm an AI assistant.")],
    [undefined, said("Print it in Jinja", "Write `{{ name }}`.")],
    [undefined, said("Where?", "Press [Enter], then read [your guide](https://example.org).")],
    ["other-language", said("How do I cook rice?", CHINESE)],
    [undefined, said("How do I say this in Mandarin?", CHINESE)],
    [undefined, said("Code?", '```js\nprocess.exit(1); throw new Error("this is never run")\n```')],
    [undefined, said("Code?", '```js\nimport x from "y";\nawait x();\n```')],
    ["too-long", said("Long?", "word ".repeat(50_000))],
    ["missing-field", said("Nothing?", "")],
    ["unknown-format", { a: 1 }],
  ])("%s: %j", async (reason, fields) => {
    expect(await reasonOf(fields)).toBe(reason);
  });

  test("in a dialogue: the last message unanswered, no question at all, an answer that occurs twice", async () => {
    const dialogue = (...turns: readonly (readonly [string, string])[]): Fields => ({
      messages: turns.map(([role, content]) => ({ role, content })),
    });
    const long = "You can find it in the settings under the name of your account, on the left.";
    expect(await reasonOf(dialogue(["user", "hi"], ["assistant", "hello"]))).toBeUndefined();
    expect(await reasonOf(dialogue(["user", "hi"], ["assistant", "hello"], ["user", "bye"]))).toBe("no-answer");
    expect(
      await reasonOf(dialogue(["user", "hi"], ["assistant", "hello"], ["user", "bye"]), { profile: "instruct" }),
    ).toBeUndefined();
    expect(await reasonOf(dialogue(["system", "Be brief."], ["assistant", "hello"]))).toBe("no-prompt");
    expect(await reasonOf(dialogue(["user", "hi"]))).toBe("no-answer");
    expect(await reasonOf(dialogue(["user", "a"], ["assistant", long], ["user", "b"], ["assistant", long]))).toBe(
      "repetition",
    );
    expect(await reasonOf(said("1+", "2"), { profile: "instruct" })).toBe("too-short");
  });

  test("of plain text by the same rules, and by those for web pages where they are asked for", async () => {
    const fields = { text: { text: "text" } };
    expect(await reasonOf({ text: ENGLISH })).toBeUndefined();
    expect(await reasonOf({ text: `${ENGLISH} <|endoftext|>` })).toBe("template-artefact");
    expect(await reasonOf({ text: ENGLISH }, { profile: "gopher" })).toBe("gopher-few-words");
    expect(await reasonOf({ text: ENGLISH, prompt: "x" }, { profile: "c4", fields: fields.text })).toBe(
      "c4-few-sentences",
    );
  });

  test("and is kept with a note where the reason is allowed", async () => {
    const { kept, dropped, notes } = await judged([said("Who?", "As an AI language model, I can't answer that.")], {
      allow: ["refusal", "boilerplate"],
    });
    expect([kept.length, dropped.length]).toEqual([1, 0]);
    expect(notes).toMatchObject([{ id: "r0", note: { quality: [{ reason: "refusal" }, { reason: "boilerplate" }] } }]);
  });
});

describe("a part of code", () => {
  test.each([
    ["python", "else:\n    print(1)"],
    ["json", '{\n  // so\n  "a": 1\n}'],
    ["js", "f(x, ...\n"],
    ["java", "    return x;\n  }\n}"],
  ])("of %s that cannot be judged alone is a note, whatever is allowed: %j", async (tag, code) => {
    const { kept, notes } = await judged([said("Code?", `Here:\n\`\`\`${tag}\n${code}\n\`\`\``)]);
    expect(kept).toHaveLength(1);
    expect(notes).toMatchObject([{ note: { quality: [{ reason: "partial-code" }] } }]);
  });
});

test("a call of a tool whose arguments are no JSON, and a blank message of the user in between", async () => {
  const call = (text: string): Fields => ({
    messages: [
      { role: "user", content: "Weather?" },
      { role: "assistant", tool_calls: [{ type: "function", function: { name: "weather", arguments: text } }] },
    ],
  });
  expect(await reasonOf(call('{"city": "Rome"}'))).toBeUndefined();
  expect(await reasonOf(call('{"city": "Rome"'))).toBe("invalid-json");
  const blank = ["Hi", "Hello!", " ", "Are you there?"].map((content, turn) => ({
    role: turn % 2 === 0 ? "user" : "assistant",
    content,
  }));
  expect(await reasonOf({ messages: blank })).toBe("no-prompt");
});

test("rows are conserved, each alone gives what it gives among others", async () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(ENGLISH, "", "I can't assist", "```json\n{", "\ud800", "a ".repeat(300)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ prompt: text, completion: text }), { maxLength: 8 }), async (all) => {
      const { kept, dropped } = await judged(all);
      expect(kept.length + dropped.length).toBe(all.length);
      for (const fields of all) {
        const alone = await reasonOf(fields);
        expect(dropped.filter(({ row }) => row.fields === fields).map(({ reason }) => reason)).toEqual(
          alone === undefined ? [] : [alone],
        );
      }
    }),
    { numRuns: lawRuns(120) },
  );
});

test("code that nests a hundred thousand brackets is no reason to stop", async () => {
  const nested = (tag: string, open: string): Fields =>
    said("Code?", `\`\`\`${tag}\n${open.repeat(99_000 / open.length)}\n\`\`\``);
  expect(await reasonOf(nested("js", "("))).toBe("broken-code");
  expect(await reasonOf(nested("json", "["))).toBe("invalid-json");
  expect(await reasonOf(nested("js", "a=>"))).toBe("broken-code");
});

describe("time grows with the text and no faster, whatever it holds", () => {
  const million = (part: string): string => part.repeat(Math.ceil(1e6 / part.length));
  test.each(
    longCases(2, [
      "[your ",
      "```\n",
      "a",
      " ",
      "{{",
      "{%",
      "`",
      "<your_",
      "a'",
      "\n",
      "Ã",
      "I'm sorry, but I can",
      "Human: ",
      "...",
      "- ",
      "([{<",
      "<s>",
      '"',
    ]),
  )("%j a million characters long", async (part) => {
    const taken = await cpuMs(async () => {
      await reasonOf(said("Why is that so?", million(part)), { maxCharacters: 2_000_000 });
      for (const profile of ["gopher", "c4", "fineweb"] as const) await reasonOf({ text: million(part) }, { profile });
    });
    expect(taken).toBeLessThan(15_000);
  });
});
