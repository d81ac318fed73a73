import { stat } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import type { InitResult, TemplateName } from "../../domain/init-result.ts";
import { INIT_TEMPLATES, type InitTemplate, SAMPLE_PATH } from "./init-templates.ts";
import { programmeYaml } from "../reading/programme-yaml.ts";
import { PROGRAMME_FILE } from "../reading/read-programme.ts";

/**
 * Writes a valid, commented `programme.yaml` and a sample dataset.
 *
 * @throws Failure bad_input if one of the two already exists: nothing is overwritten
 */
export async function initProgramme(dir: string, template: TemplateName): Promise<InitResult> {
  const chosen = INIT_TEMPLATES[template];
  const files: [path: string, content: string][] = [
    [SAMPLE_PATH, sampleRows(chosen)],
    [PROGRAMME_FILE, programmeYaml(chosen.programme, headingOf(chosen))],
  ];
  for (const [path] of files) {
    if (await exists(join(dir, path))) {
      throw new Failure("bad_input", `${join(dir, path)} already exists and is not overwritten`, {
        hint: "choose another folder, or move the file away",
      });
    }
  }
  for (const [path, content] of files) await atomicWrite(join(dir, path), content);
  return { dir, template, written: files.map(([path]) => path) };
}

function headingOf({ summary }: InitTemplate): string {
  return [
    `A fine-tuning programme: ${summary}. Replace the values with your own; a line that starts with # and a name, without a space, is a field at its default.`,
    `The rows of ${SAMPLE_PATH} were made up to show the format: put your own files next to them and list them under data.`,
    "Check it with: tunewright status",
  ].join("\n");
}

/** A few made-up rows in chat format, one per pair. */
function sampleRows({ system, pairs }: InitTemplate): string {
  const rows = pairs.map(([user, assistant]) => ({
    messages: [
      { role: "system", content: system },
      { role: "user", content: user },
      { role: "assistant", content: assistant },
    ],
  }));
  return `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
