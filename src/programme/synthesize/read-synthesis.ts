import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import { Synthesis } from "../../domain/synthesis.ts";
import { modelName } from "../../llm/model-name.ts";
import { RECIPES } from "../../synthesize/recipes.ts";
import { checkFile, fileFailure } from "../folder/file-failure.ts";
import type { Problem } from "../folder/schema-problems.ts";

/** Folder of the syntheses inside the programme folder. */
const STATED = "synthesize";

const GUIDE = "docs/guides/synthesize.md describes every field";

/**
 * Reads and checks `synthesize/NAME.yaml`.
 *
 * @throws Failure not_found; bad_input with every problem, each with its line and field
 */
export async function readSynthesis(dir: string, name: string): Promise<Synthesis> {
  const shown = synthesisFile(name);
  const path = join(dir, STATED, `${name}.yaml`);
  if (!/^[\w-][\w.-]{0,59}$/.test(name) || !existsSync(path)) throw await unknown(dir, name);
  const file = parseYaml(await readText(path), shown);
  const about = { shown, hint: GUIDE };
  const synthesis = checkFile(Synthesis, file, about);
  const problems = crossProblems(synthesis);
  if (problems.length > 0) throw fileFailure(problems, file, about);
  return synthesis;
}

function crossProblems({ recipe, checks, endpoint, inputs }: Synthesis): Problem[] {
  const { askAgain, parts, needs } = RECIPES[recipe];
  const paths = inputs.map(({ path }) => path);
  const { judge } = checks;
  const judgesItself = judge?.allowSelf === false && modelName(judge.model) === modelName(endpoint.model);
  return [
    ...paths.flatMap((path, index) =>
      paths.indexOf(path) === index ? [] : [{ field: ["inputs", index, "path"], text: `${path} is listed twice` }],
    ),
    ...inputs.flatMap(({ fields }, index) =>
      needs === "rows" && fields?.text !== undefined
        ? [{ field: ["inputs", index, "fields"], text: `${recipe} needs prompt and completion, not text` }]
        : [],
    ),
    ...(checks.agreement !== undefined && askAgain === undefined
      ? [{ field: ["checks", "agreement"], text: `the check agreement does not apply to the recipe ${recipe}` }]
      : []),
    ...(judgesItself
      ? [
          {
            field: ["checks", "judge", "model"],
            text: `${judge.model} would judge its own rows: name another model, or set allowSelf: true`,
          },
        ]
      : []),
    ...(endpoint.structured && parts.length === 1
      ? [{ field: ["endpoint", "structured"], text: `the answer of the recipe ${recipe} has no parts` }]
      : []),
  ];
}

/** The file of a synthesis in its programme folder, for messages. */
export function synthesisFile(name: string): string {
  return `${STATED}/${name}.yaml`;
}

async function unknown(dir: string, name: string): Promise<Failure> {
  const folder = join(dir, STATED);
  const files = existsSync(folder) ? await readdir(folder) : [];
  const names = files.filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length));
  return new Failure("not_found", `there is no ${STATED}/${name}.yaml`, {
    hint:
      names.length === 0
        ? `write one; ${GUIDE}`
        : (didYouMean(name, names) ?? `available: ${names.toSorted().join(", ")}`),
  });
}
