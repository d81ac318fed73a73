import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import { readText } from "../../../base/read-text.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { parseYaml } from "../../../base/yaml.ts";
import { JudgePrompt } from "../../../domain/evaluation-judge.ts";
import { missingPlaces } from "../../../evaluate/judge/judge-prompt.ts";
import { checkFile, fileFailure } from "../../folder/file-failure.ts";
import type { Problem } from "../../folder/schema-problems.ts";

/** Folder of judge prompts, inside the programme folder. */
const JUDGE_PROMPTS = "eval/judges";

/** A prompt with the hash of its file. */
export type LoadedPrompt = { file: string; sha256: string; prompt: JudgePrompt };

/**
 * Reads and checks `eval/judges/NAME.yaml`.
 *
 * @throws Failure not_found; bad_input with every problem, each with its line and field
 */
export async function readJudgePrompt(dir: string, name: string): Promise<LoadedPrompt> {
  const shown = `${JUDGE_PROMPTS}/${name}.yaml`;
  const path = join(dir, JUDGE_PROMPTS, `${name}.yaml`);
  if (!existsSync(path)) throw await unknown(dir, name);
  const text = await readText(path);
  const file = parseYaml(text, shown);
  const about = { shown, hint: "docs/guides/evaluation.md describes every field" };
  const prompt = checkFile(JudgePrompt, file, about);
  const problems = crossProblems(prompt);
  if (problems.length > 0) throw fileFailure(problems, file, about);
  return { file: shown, sha256: sha256(text), prompt };
}

function crossProblems({ mode, prompt, levels }: JudgePrompt): Problem[] {
  const labels = levels.map(({ label }) => label.toLowerCase());
  const isPair = mode === "pairwise";
  const missing = missingPlaces({ mode, prompt });
  return [
    ...(missing.length === 0
      ? []
      : [{ field: ["prompt"], text: `mode ${mode} needs ${missing.map((name) => `{{${name}}}`).join(", ")}` }]),
    ...(isPair && levels.length > 0 ? [{ field: ["levels"], text: "a pair has no levels: A, B or tie" }] : []),
    ...(!isPair && levels.length < 2 ? [{ field: ["levels"], text: "expected at least two levels" }] : []),
    ...labels.flatMap((label, index) =>
      labels.indexOf(label) === index ? [] : [{ field: ["levels", index], text: `two levels have the name ${label}` }],
    ),
  ];
}

async function unknown(dir: string, name: string): Promise<Failure> {
  const folder = join(dir, JUDGE_PROMPTS);
  const files = existsSync(folder) ? await readdir(folder) : [];
  const names = files.filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length));
  return new Failure("not_found", `there is no ${JUDGE_PROMPTS}/${name}.yaml`, {
    hint: didYouMean(name, names) ?? "write the prompt of the judge there; docs/guides/evaluation.md has one to copy",
  });
}
