import { expect, test } from "vitest";

import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import gpusList from "../../../src/cli/commands/gpus-list.ts";
import gpusShow from "../../../src/cli/commands/gpus-show.ts";
import modelsImport from "../../../src/cli/commands/models-import.ts";
import modelsList from "../../../src/cli/commands/models-list.ts";
import modelsShow from "../../../src/cli/commands/models-show.ts";
import { ModelShape } from "../../../src/domain/model-shape.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCommand } from "../run-command.ts";

function run(command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> {
  return runCommand(command, raw, new URL("../../fixtures", import.meta.url).pathname);
}

test.each([
  ["models-list-gemma", modelsList, { search: "gemma-3", maxParams: "30" }],
  ["models-list-none", modelsList, { search: "no such model" }],
  ["models-show-dense", modelsShow, { name: "llama 3.1 8b" }],
  ["models-show-experts", modelsShow, { name: "DeepSeek-V3" }],
  ["models-show-hybrid", modelsShow, { name: "Qwen3-Next-80B-A3B-Instruct" }],
  ["models-import-dense", modelsImport, { file: "configs/Llama-3.1-8B.json" }],
  ["models-import-nested", modelsImport, { file: "configs/gemma-3-27b-it.json", name: "my-org/my-gemma" }],
  ["gpus-list", gpusList, {}],
  ["gpus-list-amd", gpusList, { vendor: "AMD", minMemory: "128" }],
  ["gpus-show-bare-name", gpusShow, { name: "H100" }],
  ["gpus-show-no-bf16", gpusShow, { name: "T4" }],
])("%s prints what it always printed", async (name, command, raw) => {
  const answer = await run(command, raw);
  await expect(`${answer.text()}\n\nnext: ${answer.next}\n`).toMatchFileSnapshot(`../../golden/catalog/${name}.txt`);
});

test("the JSON of a shown model is its shape with the parts of its count", async () => {
  const { json } = await run(modelsShow, { name: "Qwen/Qwen3-30B-A3B" });
  const { paramParts, ...shape } = json as { paramParts: Record<string, number> };
  expect(ModelShape.parse(shape).paramCount).toBe(Object.values(paramParts).reduce((sum, part) => sum + part, 0));
});

test("an imported configuration names the model of the catalogue that has the same shape", async () => {
  const { json } = await run(modelsImport, { file: "configs/Mixtral-8x7B-v0.1.json" });
  expect(json).toMatchObject({ sameShapeAs: "mistralai/Mixtral-8x7B-v0.1", notUnderstood: [] });
});

test("a family that does not exist is refused with the nearest one", async () => {
  const failure = await catchFailureAsync(() => run(modelsList, { family: "Qwen3" }));
  expect(failure).toMatchObject({ kind: "not_found", hint: expect.stringContaining('"Qwen 3"') as string });
});
