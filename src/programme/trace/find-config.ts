import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { catalogueModel } from "../../catalog/models.ts";
import { isConfigPath } from "../../catalog/resolve-model.ts";
import { type ConfigFields, configOfShape } from "./config-of-shape.ts";

/** A model's configuration and its source. */
export type FoundConfig = { fields: ConfigFields; origin: string };

const MAX_CONFIG_BYTES = 4 * 2 ** 20;

/**
 * The configuration of a model: the named file, otherwise that of the local Hub cache, otherwise one made from the
 * catalogue's shape. Nothing is downloaded.
 *
 * @param asked the user's input: a path of a config.json, or a name
 * @param hubCache folder of the Hub cache; default: not searched
 * @throws Failure bad_input for a file that is not a configuration, not_found if the catalogue has no such shape
 */
export async function findConfig(asked: string, folder: string, hubCache: string | undefined): Promise<FoundConfig> {
  if (isConfigPath(asked)) return { fields: await readConfig(resolve(folder, asked), asked), origin: asked };
  const known = catalogueModel(asked);
  const names = [asked, known.shape.id, ...known.shape.aliases].filter((name) => /^[\w.-]+\/[\w.-]+$/.test(name));
  for (const name of hubCache === undefined ? [] : names) {
    const path = await snapshotConfig(join(hubCache!, `models--${name.replace("/", "--")}`));
    if (path !== undefined)
      return { fields: await readConfig(path, name), origin: `config.json of ${name} in the Hub cache` };
  }
  const made = configOfShape(known);
  if ("refused" in made) {
    throw new Failure("not_found", String(made["refused"]), { hint: String(made["hint"]) });
  }
  return { fields: made, origin: `created from the catalogue's shape, as transformers' ${String(made["model_type"])}` };
}

async function readConfig(path: string, shown: string): Promise<ConfigFields> {
  const value = parseJson(await readText(path, { maxBytes: MAX_CONFIG_BYTES, shown }), shown);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Failure("bad_input", `${shown} is not the configuration of a model`, { hint: "expected a JSON object" });
  }
  return value as ConfigFields;
}

/** Path of the config.json of a cached repository: of the revision that `main` points to, otherwise of any revision. */
async function snapshotConfig(repository: string): Promise<string | undefined> {
  const main = await readFile(join(repository, "refs", "main"), "utf8").catch(() => "");
  const all = await readdir(join(repository, "snapshots")).catch(() => []);
  for (const revision of [main.trim(), ...all].filter((part) => /^[0-9a-f]+$/.test(part))) {
    const path = join(repository, "snapshots", revision, "config.json");
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return undefined;
}
