/** Command lines in the folder of the examples, each with the file of it that is damaged. */
export const FILES = [
  ["data inspect train.jsonl", "train.jsonl"],
  ["data inspect conversations.csv", "conversations.csv"],
  ["data inspect b.parquet", "b.parquet"],
  ["data lint train.jsonl", "train.jsonl"],
  ["data import sharegpt.json --out x.jsonl --yes", "sharegpt.json"],
  ["data export train.jsonl --format openai --out x.jsonl --yes", "train.jsonl"],
  ["data rights train.jsonl --rights rights.yaml", "rights.yaml"],
  ["data rights train.jsonl --rights rights.yaml", "train.jsonl"],
  ["data redact train.jsonl --spans", "train.jsonl"],
  ["data dedup train.jsonl", "train.jsonl"],
  ["data decontaminate train.jsonl --against gsm8k_test.jsonl", "gsm8k_test.jsonl"],
  ["data decontaminate train.jsonl --against gsm8k_test.jsonl", "train.jsonl"],
  ["data decontaminate train.jsonl --against mmlu.parquet", "mmlu.parquet"],
  ["data quality train.jsonl", "train.jsonl"],
  ["data split train.jsonl --test 10% --out-dir split-out --yes", "train.jsonl"],
  ["data freeze test.jsonl --out frozen-out --by QA --reason x --yes", "test.jsonl"],
  ["data agree ratings.csv", "ratings.csv"],
  ["data label create labelling/tone.yaml -C support", "support/labelling/tone.yaml"],
  ["data run curation --yes", "curation/programme.yaml"],
  ["data synthesize faq --dry-run", "synthesize/faq.yaml"],
  ["data synthesize faq --dry-run", "synthesize/handbook.jsonl"],
  ["feasibility contracts --out report --yes", "contracts/programme.yaml"],
  ["status contracts", "contracts/programme.yaml"],
  ["audit contracts", "contracts/programme.yaml"],
  ["plan cost support", "support/programme.yaml"],
  ["plan method contracts", "contracts/programme.yaml"],
  ["plan payback contracts", "contracts/programme.yaml"],
  ["plan budget support --approver QA --yes", "support/programme.yaml"],
  ["plan check training measurements.csv", "measurements.csv"],
  ["plan check serving serving.csv", "serving.csv"],
  ["plan check serving loadtest.json", "loadtest.json"],
  ["plan calibrate measurements.csv contracts", "measurements.csv"],
  ["plan traffic langfuse.json --out t.json --yes", "langfuse.json"],
  ["plan traffic completions_usage.csv --out t.json --yes", "completions_usage.csv"],
  ["plan traffic spend.csv --out t.json --yes", "spend.csv"],
  ["plan traffic requests.jsonl --out t.json --yes", "requests.jsonl"],
  ["plan compare --model Qwen/Qwen3-14B --traffic traffic.json", "traffic.json"],
  ["plan serve --model Qwen/Qwen3-14B --traffic traffic.json", "traffic.json"],
  ["plan serve --model meta-llama/Llama-3.1-8B-Instruct --rate 2 --measured loadtest.json", "loadtest.json"],
  ["prices import contract.csv --seller acme-cloud --yes", "contract.csv"],
  ["prices import vms.csv --format skypilot --seller lambda --as-of 2026-11-20 --yes", "vms.csv"],
  ["prices import model_prices_and_context_window.json --model gpt-4o --yes", "model_prices_and_context_window.json"],
  ["models import config.json", "config.json"],
  ["loadtest --from run-2 --yes", "run-2/test.json"],
  ["loadtest --from run-2 --yes", "run-2/requests.jsonl"],
  ["comply show contracts", "contracts/compliance.yaml"],
  ["comply ask contracts", "contracts/compliance.yaml"],
  ["comply papers contracts --yes", "contracts/compliance.yaml"],
  ["eval judge check evaluation/labels.csv --human final_label --judge gpt4_label --positive refusal", "evaluation/labels.csv"],
  ["eval run small --dry-run", "eval/small.yaml"],
  ["eval compare base tuned", "eval/small.yaml"],
  ["watch import requests.jsonl", "requests.jsonl"],
  ["ledger import bill.csv", "bill.csv"],
]; // oxfmt-ignore

/** Wrong values for a flag. */
const VALUES = ["", "x", "-1", "1e309", "9999-99-99", "../..", "a=b=c", "0", "\u202e"];

/** Commands that listen, launch or send, which wrong flags must not reach. */
const NOT_RUN =
  /^(?:serve|backup|restore|train|loadtest|plan trace|eval run|eval judge|data synthesize|watch|gc|init)\b/;

/** Each flag of each command, once with each wrong value, after the first example of its help. */
export async function flagLines(fromDist) {
  const { COMMANDS } = await fromDist("cli/registry.js");
  const lines = [];
  for (const { path, load } of COMMANDS) {
    const name = path.join(" ");
    if (NOT_RUN.test(name)) continue;
    const { default: definition } = await load();
    const example = definition.examples.find((each) => !/["'&|>]/.test(each) && each.startsWith(name)) ?? name;
    for (const field of Object.keys(definition.options.shape)) {
      if (definition.args.includes(field)) continue;
      const flag = `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      for (const value of VALUES) lines.push([...example.split(" "), `${flag}=${value}`]);
    }
    lines.push([...example.split(" "), "--nonsense"], [...path, "one", "two", "three"], [...path]);
  }
  return lines;
}
