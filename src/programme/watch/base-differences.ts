import { dirname, join } from "node:path";

import { sha256 } from "../../base/hash.ts";
import { readText } from "../../base/read-text.ts";
import { formatNumber } from "../../base/units.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import type { BaseDifference, BaseModelFacts } from "../../domain/watch-migration.ts";
import { readRows } from "../../curate/pipeline/reading/read-rows.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { isPresent } from "./traffic-folder.ts";

/** One side of a migration. */
export type Side = { loaded: LoadedProgramme; facts: BaseModelFacts };

/** Differences between two base models in a programme, and properties that could not be compared. */
export async function baseDifferences(
  from: Side,
  to: Side,
  hubCache: string | undefined,
): Promise<{ differences: BaseDifference[]; notes: string[] }> {
  const [before, after] = [await tokenizerOf(from, hubCache), await tokenizerOf(to, hubCache)];
  const isBoth = before !== undefined && after !== undefined && before.path !== after.path;
  const differences = [...factDifferences(from.facts, to.facts), ...(isBoth ? fileDifferences(before, after) : [])];
  const notes = isBoth
    ? []
    : [
        "tokenizer and chat template were not compared: both models must be in the local Hub cache; nothing is downloaded",
      ];
  return { differences, notes };
}

function factDifferences(from: BaseModelFacts, to: BaseModelFacts): BaseDifference[] {
  const found: BaseDifference[] = [];
  const add = (what: BaseDifference["what"], [a, b]: [string, string], meaning: string): void => {
    if (a !== b) found.push({ what, from: a, to: b, meaning });
  };
  const count = (value: number): string => formatNumber(value, 3);
  const tokens = (value: number | null): string => (value === null ? "unknown" : value.toLocaleString("en-US"));
  add(
    "licence",
    [from.licence ?? "unknown", to.licence ?? "unknown"],
    "check the new licence for the use of this programme: tunewright comply ask",
  );
  add(
    "context",
    [tokens(from.context), tokens(to.context)],
    (to.context ?? 0) < (from.context ?? 0)
      ? "rows and prompts that are longer than the new limit are truncated"
      : "longer prompts are possible; memory grows with their length",
  );
  add(
    "size",
    [`${count(from.paramCount)} parameters`, `${count(to.paramCount)} parameters`],
    "memory, speed and cost above follow from it",
  );
  add("attention", [from.attention, to.attention], "the cache of a sequence takes other memory");
  add(
    "tokenizer",
    [`${tokens(from.vocab)} tokens`, `${tokens(to.vocab)} tokens`],
    "another vocabulary: token counts, prices per token and cached prompts change; adapters cannot be moved over",
  );
  return found;
}

type TokenizerFacts = { path: string; template: string | null; tokensPerCharacter: number | null };

/** Rows of each file whose tokens are counted. */
const COUNTED_ROWS = 200;

async function tokenizerOf({ loaded }: Side, hubCache: string | undefined): Promise<TokenizerFacts | undefined> {
  const path = await findTokenizer(loaded, hubCache);
  if (path === undefined) return undefined;
  const counter = await loadTokenCounter(path);
  let [tokens, characters] = [0, 0];
  for (const file of loaded.programme.data.files.filter(({ role }) => role === "train")) {
    let rows = 0;
    for await (const { rows: some } of readRows(await loaded.resolve(file.path), { source: file.path })) {
      for (const { fields } of some.slice(0, COUNTED_ROWS - rows)) {
        const text = JSON.stringify(fields);
        tokens += counter.count(text);
        characters += text.length;
      }
      rows += some.length;
      if (rows >= COUNTED_ROWS) break;
    }
  }
  return {
    path,
    template: await templateOf(dirname(path)),
    tokensPerCharacter: characters === 0 ? null : tokens / characters,
  };
}

async function templateOf(folder: string): Promise<string | null> {
  const separate = join(folder, "chat_template.jinja");
  if (await isPresent(separate)) return readText(separate);
  const config = join(folder, "tokenizer_config.json");
  if (!(await isPresent(config))) return null;
  const { chat_template: template } = JSON.parse(await readText(config)) as { chat_template?: unknown };
  return template === undefined ? null : typeof template === "string" ? template : JSON.stringify(template);
}

function fileDifferences(from: TokenizerFacts, to: TokenizerFacts): BaseDifference[] {
  const found: BaseDifference[] = [];
  if (from.template !== to.template) {
    const named = (template: string | null): string => (template === null ? "none" : sha256(template).slice(0, 12));
    found.push({
      what: "template",
      from: named(from.template),
      to: named(to.template),
      meaning: "prompts are rendered differently: train and serve with the template of the new model",
    });
  }
  const [a, b] = [from.tokensPerCharacter, to.tokensPerCharacter];
  if (a !== null && b !== null && a !== b) {
    const change = b / a - 1;
    found.push({
      what: "tokenizer",
      from: `${(1_000 * a).toFixed(0)} tokens per 1,000 characters of the training rows`,
      to: (1_000 * b).toFixed(0),
      meaning: `${Math.abs(100 * change).toFixed(1)} % ${change > 0 ? "more" : "fewer"} tokens for the same rows`,
    });
  }
  return found;
}
