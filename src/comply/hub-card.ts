import { parseYaml } from "../base/yaml.ts";
import type { CompliancePaper, FilledField } from "../domain/compliance-paper.ts";

/** Kinds of cards of the Hugging Face Hub. */
export type HubCard = "model" | "dataset";

/** Ids of licences on the Hub; any other licence is `other` with its name. */
const LICENCES: ReadonlySet<string> = new Set(
  (
    "apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m " +
    "afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5 " +
    "cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 " +
    "cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 " +
    "cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 " +
    "gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl openrail++ osl-3.0 " +
    "postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license " +
    "llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other"
  ).split(" "),
);

/** Names of licences in the catalogue that differ on the Hub. */
const HUB_NAMES: Readonly<Record<string, string>> = {
  "gemma-terms": "gemma",
  "llama-2-community": "llama2",
  "llama-3-community": "llama3",
  "llama-3.1-community": "llama3.1",
  "llama-3.2-community": "llama3.2",
  "llama-3.3-community": "llama3.3",
  "llama-4-community": "llama4",
};

/** Keys of the front matter with lists. */
const LISTS: ReadonlySet<string> = new Set(["language", "tags", "datasets", "metrics", "task_categories"]);

/** Keys whose answers in the papers are text that the Hub does not accept. */
const NOT_TEXT: ReadonlySet<string> = new Set([
  "model-index",
  "co2_eq_emissions",
  "train_eval_index",
  "config_names",
  "source_datasets",
]);

/** A repository on the Hub, as `owner/name`; not the path of a file. */
const REPOSITORY = /^[\w-]+\/[\w.-]*[\w-]$/;
const FILE_NAME = /\.(?:jsonl?|csv|parquet|arrow|txt)$/i;

/**
 * The README of a model or dataset repository on the Hugging Face Hub: front matter from the fields `y.*` of the card,
 * then a section for each field that is filled or required. An empty required field says who can fill it.
 *
 * @source huggingface_hub, modelcard_template.md and datasetcard_template.md; hub-docs, modelcard.md (August 2026)
 */
export function hubCard({ programme, fields }: CompliancePaper): string {
  const front = fields.filter(isFront).flatMap(frontLines);
  const sections = fields
    .filter((field) => !isFront(field) && (field.answer !== null || field.required === "required"))
    .flatMap(({ field, answer, from }) => ["", `## ${sectionTitle(field)}`, "", answer ?? `Not stated: ${from}.`]);
  return ["---", ...front, "---", "", `# ${programme}`, ...sections, ""].join("\n");
}

function isFront({ id }: FilledField): boolean {
  return /^HF[MD]\.y\./.test(id);
}

function frontLines({ id, answer }: FilledField): string[] {
  const key = id.replace(/^HF[MD]\.y\./, "");
  if (answer === null || NOT_TEXT.has(key)) return [];
  if (key === "license") return licenceLines(answer);
  const values = LISTS.has(key) ? answer.split(/[,;]\s*/) : [answer];
  const kept = key === "datasets" ? values.filter((name) => REPOSITORY.test(name) && !FILE_NAME.test(name)) : values;
  if (kept.length === 0) return [];
  return LISTS.has(key) ? [`${key}:`, ...kept.map((value) => `- ${quoted(value)}`)] : [`${key}: ${quoted(kept[0]!)}`];
}

function licenceLines(answer: string): string[] {
  const name = answer.toLowerCase().trim();
  const id = HUB_NAMES[name] ?? name;
  return LICENCES.has(id) ? [`license: ${id}`] : ["license: other", `license_name: ${quoted(answer)}`];
}

/** A text as a YAML scalar: JSON strings are YAML. */
function quoted(text: string): string {
  return /^[\w][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|[\d.]+)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function sectionTitle(field: string): string {
  const words = field.replace(/_section$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Sizes of datasets on the Hub. */
const SIZES =
  /^(?:n<1K|1K<n<10K|10K<n<100K|100K<n<1M|1M<n<10M|10M<n<100M|100M<n<1B|1B<n<10B|10B<n<100B|100B<n<1T|n>1T)$/;

/**
 * Problems of a README for the Hub, found in its text: the front matter and its values as documented by the Hub, and
 * the sections that the template requires. This is our own check of the documented fields, not the Hub's.
 */
export function hubCardProblems(text: string, kind: HubCard, required: readonly string[]): string[] {
  const front = /^---\n((?:[\s\S]*?\n)?)---\n/.exec(text)?.[1];
  if (front === undefined) return ["it has no front matter"];
  const value: unknown = front.trim() === "" ? {} : parseYaml(front, "front matter").value;
  if (value === null || typeof value !== "object") return ["its front matter is not a mapping"];
  const stated = (key: string): unknown => (value as Record<string, unknown>)[key];
  const problems: string[] = [];
  for (const key of ["license", "language"]) if (stated(key) === undefined) problems.push(`${key} is missing`);
  const licence = stated("license");
  if (licence !== undefined && !(typeof licence === "string" && LICENCES.has(licence)))
    problems.push(`license is not an id of the Hub: ${JSON.stringify(licence)}`);
  if (licence === "other") {
    for (const key of ["license_name", "license_link"])
      if (stated(key) === undefined) problems.push(`${key} is missing, which license: other requires`);
  }
  const base = stated("base_model");
  if (kind === "model" && base !== undefined && !(typeof base === "string" && REPOSITORY.test(base)))
    problems.push(`base_model is not a repository of the Hub: ${JSON.stringify(base)}`);
  const size = stated("size_categories");
  if (kind === "dataset" && size !== undefined && !(typeof size === "string" && SIZES.test(size)))
    problems.push(`size_categories is not a size of the Hub: ${JSON.stringify(size)}`);
  return [...problems, ...emptySections(text, required)];
}

/** Required sections without text. */
function emptySections(text: string, required: readonly string[]): string[] {
  const parts = text.slice(text.indexOf("\n---\n", 4) + 5).split(/^## /m);
  return required.flatMap((field) => {
    const title = sectionTitle(field);
    const content =
      parts
        .find((part) => part.startsWith(`${title}\n`))
        ?.slice(title.length)
        .trim() ?? "";
    return content === "" || content.startsWith("Not stated: ") ? [`the section "${title}" is empty`] : [];
  });
}
