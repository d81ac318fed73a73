// Realistic re-formattings of benchmark items: what scraping, exports and prompt templates do to a text without changing
// what it says. Each takes an item `{question, answer, choices?, code?}` and gives the fields of a row, or undefined if it
// does not apply. Deterministic.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "’": "&rsquo;" };
const LETTERS = ["A", "B", "C", "D", "E", "F", "G", "H"];

const html = (text) => text.replaceAll(/[&<>"'’]/g, (sign) => ENTITIES[sign]);
const paragraphs = (text) =>
  text
    .split(/\n+/)
    .map((line) => `<p>${html(line)}</p>`)
    .join("\n");

/** Breaks lines at so many columns; with `hyphens` a word of ten letters that does not fit is parted, as in a PDF. */
function wrapped(text, { columns, before = "", hyphens = false }) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line.length + word.length + 1 <= columns) lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    else if (hyphens && /^[a-z]{10,}$/.test(word) && line.length + 6 <= columns) {
      lines[lines.length - 1] = `${line} ${word.slice(0, 5)}-`;
      lines.push(word.slice(5));
    } else lines.push(word);
  }
  return lines.map((line) => `${before}${line}`).join("\n");
}

/** Formulae as they are typed without LaTeX. */
function plainMath(text) {
  let plain = text;
  for (let pass = 0; pass < 3; pass++) plain = plain.replaceAll(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, "($1)/($2)");
  return plain
    .replaceAll(/\\(?:text|mathrm|mathbf|mathbb|operatorname|textbf|textit)\{([^{}]*)\}/g, "$1")
    .replaceAll(/\\sqrt\{([^{}]*)\}/g, "sqrt($1)")
    .replaceAll(/\\(?:left|right|displaystyle|quad|qquad|,|;|!)/g, "")
    .replaceAll(/\\(?:cdot|times)\b/g, "*")
    .replaceAll(/\\div\b/g, "/")
    .replaceAll(/\\(?:leq|le)\b/g, "<=")
    .replaceAll(/\\(?:geq|ge)\b/g, ">=")
    .replaceAll(/\\(?:neq|ne)\b/g, "!=")
    .replaceAll(/\^\{?\\circ\b\}?/g, "°")
    .replaceAll(/\\infty\b/g, "∞")
    .replaceAll(/\\pi\b/g, "π")
    .replaceAll(/\\theta\b/g, "θ")
    .replaceAll(/\\(?:ldots|dots|cdots)\b/g, "...")
    .replaceAll(/\\\[|\\\]|\$/g, "")
    .replaceAll(/\\([a-z]+)/g, "$1");
}

const draw = (seed) => {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
};

function shuffled(list, seed) {
  const random = draw(seed);
  return list
    .map((each) => ({ each, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/** One letter swapped in every twelfth word of four letters or more. */
const misspelt = (text) => {
  let words = 0;
  return text.replaceAll(/[A-Za-z]{4,}/g, (word) =>
    ++words % 12 === 6 ? `${word[0]}${word[2]}${word[1]}${word.slice(3)}` : word,
  );
};

const docstringOf = (code) => /("""|''')([\s\S]*?)\1/.exec(code)?.[2]?.trim();
const bare = (text) => text.replaceAll(/\s+/g, " ").trim();

/** Code with other names of its function and arguments, indented by two, without annotations. */
function renamed(code) {
  const [, name, params] = /def\s+(\w+)\s*\(([^)]*)\)/.exec(code) ?? [];
  if (name === undefined) return undefined;
  const names = [...params.matchAll(/(?:^|,)\s*(\w+)/g)].map(([, each]) => each);
  const docstring = docstringOf(code);
  let text = (docstring === undefined ? code : code.replace(docstring, "DOCSTRING"))
    .replaceAll(/\s*->\s*[^:\n]+:/g, ":")
    .replaceAll(/(def\s+\w+\s*\()([^)]*)\)/g, (_all, start, list) => {
      return `${start}${list.replaceAll(/\s*:\s*[^,)=]+/g, "")})`;
    });
  for (const [index, each] of [name, ...names].entries()) {
    text = text.replaceAll(new RegExp(`\\b${each}\\b`, "g"), index === 0 ? "solution" : `arg${index}`);
  }
  text = text.replaceAll(/^ +/gm, (indent) => " ".repeat(indent.length / 2));
  const words = docstring?.replaceAll(new RegExp(`\\b${name}\\b`, "g"), "solution");
  return words === undefined ? text : text.replace("DOCSTRING", () => words);
}

/** Templates that any text may be put in. */
export const TEXT_FORMATS = {
  "Question: … Answer: …": ({ question, answer }) => ({ text: `Question: ${question}\nAnswer: ${answer}` }),
  "Q and A on one line": ({ question, answer }) => ({ text: `Q: ${bare(question)} A: ${bare(answer)}` }),
  "Alpaca template": ({ question, answer }) => ({
    text: `Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\n${question}\n\n### Response:\n${answer}`,
  }),
  "ChatML on one line": ({ question, answer }) => ({
    text: `<|im_start|>user ${bare(question)}<|im_end|> <|im_start|>assistant ${bare(answer)}<|im_end|>`,
  }),
  "[INST] template": ({ question, answer }) => ({ text: `<s>[INST] ${question} [/INST] ${answer} </s>` }),
  "USER: … ASSISTANT: …": ({ question, answer }) => ({ text: `USER: ${bare(question)} ASSISTANT: ${bare(answer)}` }),
  "asked to think": ({ question }) => ({
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content: `Answer the following carefully. ${question} Think step by step.` },
      { role: "assistant", content: "Let me think." },
    ],
  }),
  "a greeting and thanks": ({ question }) => ({
    messages: [{ role: "user", content: `Hi there, ${question[0].toLowerCase()}${question.slice(1)} Thanks!` }],
  }),
  "HTML page": ({ question, answer }) => ({
    text: `<div class="q"><h3>Question 7</h3>\n${paragraphs(question)}</div>\n<div class="a"><b>Answer</b> ${html(answer)}</div>`,
  }),
  "HTML entities": ({ question }) => ({ text: html(question).replaceAll(" ", "&nbsp;") }),
  "tags in the text": ({ question }) => ({
    text: question.replaceAll(/\b([a-z]{6,})\b/g, (word) => (word.length % 3 === 0 ? `<b>${word}</b>` : word)),
  }),
  "Markdown quote": ({ question }) => ({ text: `**Problem.**\n\n${wrapped(question, { columns: 60, before: "> " })}` }),
  "lines of a PDF": ({ question }) => ({ text: wrapped(question, { columns: 48, hyphens: true }) }),
  "JSON in a text": ({ question, answer }) => ({ text: `Row: ${JSON.stringify({ id: 7, question, answer })}` }),
  "escaped letters": ({ question }) => ({
    text: JSON.stringify(question).replaceAll(
      /[^\u0020-\u007e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  }),
  "a cell of CSV": ({ question, answer }) => ({ text: `17,"${question.replaceAll('"', '""')}","${bare(answer)}"` }),
  "a list of questions": ({ question, others }) => ({
    text: [others[0], others[1], question, others[2]].map((each, at) => `${at + 1}) ${bare(each)}`).join("\n"),
  }),
  capitals: ({ question }) => ({ text: question.toUpperCase() }),
  "other quotes and spaces": ({ question }) => ({
    text: question
      .replaceAll(/"([^"]*)"/g, "“$1”")
      .replaceAll("'", "’")
      .replaceAll(" - ", " — ")
      .replaceAll(" ", "\u00a0 "),
  }),
  "full-width letters": ({ question }) => ({
    text: question.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  }),
  ligatures: ({ question }) =>
    /f[il]/.test(question) ? { text: question.replaceAll("fi", "ﬁ").replaceAll("fl", "ﬂ") } : undefined,
  "accents apart": ({ question }) =>
    question.normalize("NFD") === question ? undefined : { text: question.normalize("NFD") },
  "no accents": ({ question }) => {
    const plain = question.normalize("NFD").replaceAll(/[\u0300-\u036f]/g, "");
    return plain === question.normalize("NFD") ? undefined : { text: plain };
  },
  "no thousands commas": ({ question }) =>
    /\d,\d{3}/.test(question) ? { text: question.replaceAll(/(\d),(?=\d{3}\b)/g, "$1") } : undefined,
  "no space behind a full stop": ({ question }) => ({ text: question.replaceAll(/([.?!]) (?=[A-Z])/g, "$1") }),
  "a sentence a message": ({ question }) => {
    const parts = question.split(/(?<=[.?!])\s+/);
    if (parts.length < 2) return undefined;
    return {
      conversations: parts.flatMap((value) => [
        { from: "human", value },
        { from: "gpt", value: "Go on." },
      ]),
    };
  },
  "half in the prompt": ({ question }) => {
    const words = question.split(" ");
    if (words.length < 8) return undefined;
    const half = Math.ceil(words.length / 2);
    return { prompt: words.slice(0, half).join(" "), completion: words.slice(half).join(" ") };
  },
  "a misspelt word in twelve": ({ question }) =>
    question.split(/\s+/).length < 12 ? undefined : { text: misspelt(question) },
  "without LaTeX": ({ question }) => (/\\[a-z]|\$/.test(question) ? { text: plainMath(question) } : undefined),
  "LaTeX in \\( \\)": ({ question }) =>
    /\$[^$]+\$/.test(question)
      ? { text: question.replaceAll(/\$([^$]+)\$/g, "\\($1\\)").replaceAll("\\frac", "\\dfrac") }
      : undefined,
};

/** Ways to ask a question with choices. */
export const CHOICE_FORMATS = {
  "choices A) to D)": ({ question, choices, answer }) => ({
    text: `${question}\n${choices.map((each, at) => `${LETTERS[at]}) ${each}`).join("\n")}\nAnswer: ${LETTERS[choices.indexOf(answer)]}`,
  }),
  "choices in another order": ({ question, choices, answer, seed }) => {
    const order = shuffled(choices, seed);
    return {
      messages: [
        {
          role: "user",
          content: `${question} ${order.map((each, at) => `(${LETTERS[at].toLowerCase()}) ${each}`).join(" ")}`,
        },
        { role: "assistant", content: `The answer is (${LETTERS[order.indexOf(answer)].toLowerCase()}).` },
      ],
    };
  },
  "choices of the evaluation harness": ({ question, choices, answer }) => ({
    text: `The following are multiple choice questions (with answers) about law.\n\n${question.trim()}\n${choices.map((each, at) => `${LETTERS[at]}. ${each}`).join("\n")}\nAnswer: ${LETTERS[choices.indexOf(answer)]}`,
  }),
  "choices as a list in JSON": ({ question, choices, answer }) => ({
    question,
    choices: choices.map((text, at) => ({ label: LETTERS[at], text })),
    answerKey: LETTERS[choices.indexOf(answer)],
  }),
  "the right choice alone": ({ question, answer }) => ({ prompt: bare(question), response: answer }),
};

/** Ways to give a task of programming. */
export const CODE_FORMATS = {
  "the docstring as a task": ({ question }) => {
    const task = docstringOf(question);
    return task === undefined ? undefined : { instruction: "Write a Python function.", input: task };
  },
  "the docstring without its examples": ({ question }) => {
    const task = docstringOf(question)
      ?.replace(/(?:>>>|Examples?:|For example)[\s\S]*$/i, "")
      .trim();
    return task === undefined || task.split(/\s+/).length < 10
      ? undefined
      : { instruction: `Write a Python function for this: ${bare(task)}` };
  },
  "other names": ({ code }) => {
    const text = renamed(code);
    return text === undefined ? undefined : { text: `\`\`\`python\n${text}\n\`\`\`` };
  },
  "lines in comments": ({ question }) => ({
    text: question
      .split("\n")
      .map((line) => `# ${line}`)
      .join("\n"),
  }),
};
