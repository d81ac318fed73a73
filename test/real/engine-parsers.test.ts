import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { goldenFolder } from "../launch/engines/golden-versions.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";

/** Runs a program of Python over the golden files of the installed version of a library. */
function parsed(script: string, name: string): ReturnType<typeof spawnSync> {
  const ask = `from importlib.metadata import version; print(version("${name}"))`;
  const installed = String(spawnSync(python, ["-c", ask]).stdout).trim();
  const golden = goldenFolder(name, installed);
  expect(golden, `test/golden/engines/versions.tsv lacks ${name} ${installed}`).toBeDefined();
  const env = { ...process.env, HF_HUB_OFFLINE: "1", DISABLE_VERSION_CHECK: "1", AXOLOTL_DO_NOT_TRACK: "1" };
  return spawnSync(python, ["-c", script, golden!], { env, encoding: "utf8" });
}

const has = (module: string): boolean =>
  existsSync(python) && spawnSync(python, ["-c", `import ${module}`]).status === 0;

const FACTORY = `
import glob, json, sys, tempfile
from llamafactory.hparams import get_train_args
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    config = json.load(open(path))
    config.pop("tunewright_datasets")
    config.update(output_dir=tempfile.mkdtemp(), report_to="none")
    get_train_args(config)
    print("taken", path.rsplit("/", 1)[1])
    try:
        get_train_args({**config, "lora_rankk": 8})
    except ValueError:
        print("refused")
`;

describe.skipIf(!has("llamafactory"))("LLaMA-Factory (needs TUNEWRIGHT_PYTHON with llamafactory)", () => {
  test("takes every golden file, and refuses a key that it does not know", { timeout: 900_000 }, () => {
    const { status, stdout, stderr } = parsed(FACTORY, "llamafactory");
    expect(status, String(stderr)).toBe(0);
    const lines = String(stdout).trim().split("\n");
    expect(lines.filter((line) => line.startsWith("taken"))).toEqual([
      "taken dpo.json",
      "taken orpo.json",
      "taken sft.json",
    ]);
    expect(lines.filter((line) => line === "refused")).toHaveLength(3);
  });
});

const AXOLOTL = `
import glob, json, sys
from axolotl.utils.schemas.config import AxolotlInputConfig
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    config = json.load(open(path))
    AxolotlInputConfig(**config, output_dir="out")
    # unknown keys are ignored there: a typo would be silent
    print(path.rsplit("/", 1)[1], sorted(set(config) - set(AxolotlInputConfig.model_fields)))
`;

describe.skipIf(!has("axolotl.utils.schemas.config"))(
  "Axolotl (needs TUNEWRIGHT_PYTHON with axolotl and pillow)",
  () => {
    test("takes every golden file, and knows each of its keys", { timeout: 900_000 }, () => {
      const { status, stdout, stderr } = parsed(AXOLOTL, "axolotl");
      expect(status, String(stderr)).toBe(0);
      expect(String(stdout).trim()).toBe("sft.json []");
    });
  },
);

const VERL = `
import glob, json, os, sys
from hydra import compose, initialize_config_dir
from hydra.errors import ConfigCompositionException
import importlib.util
home = os.path.join(os.path.dirname(importlib.util.find_spec("verl").origin), "trainer/config")
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    words = ["%s=%s" % (key, json.dumps(value) if isinstance(value, bool) else value) for key, value in json.load(open(path))["overrides"].items()]
    with initialize_config_dir(config_dir=home, version_base=None):
        config = compose(config_name="ppo_trainer", overrides=words)
        print("taken", path.rsplit("/", 1)[1], config.actor_rollout_ref.rollout.n, config.trainer.save_freq)
        try:
            compose(config_name="ppo_trainer", overrides=[*words, "trainer.save_frequency=1"])
        except ConfigCompositionException:
            print("refused")
`;

const hasVerl =
  existsSync(python) &&
  spawnSync(python, ["-c", "import importlib.util as u, hydra; assert u.find_spec('verl')"]).status === 0;

describe.skipIf(!hasVerl)("verl (needs TUNEWRIGHT_PYTHON with hydra-core and, without its dependencies, verl)", () => {
  test("composes its configuration with every setting of the golden file, and refuses one that it lacks", () => {
    const { status, stdout, stderr } = parsed(VERL, "verl");
    expect(status, String(stderr)).toBe(0);
    expect(String(stdout).trim().split("\n")).toEqual(["taken grpo.json 4 1", "refused"]);
  });
});
