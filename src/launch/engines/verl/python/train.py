"""One GRPO run of verl: train.py CONFIG.json [--resume CHECKPOINT].

verl reads rows as Parquet with columns of its own, calls one reward function per answer, and leaves shards: this converts the
rows before, bridges to the reward functions of the run, and merges the adapter after the last step. The exit status is that
of verl; 2 for a configuration that cannot be run.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

BRIDGE = '''"""Calls the reward functions of the run, which TRL would call with lists, for one answer of verl."""
import importlib.util
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONFIG = json.loads((HERE / "config.json").read_text())
_spec = importlib.util.spec_from_file_location("rewards", HERE / "rewards.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
FUNCTIONS = [getattr(_module, name) for name in CONFIG["rewards"]["functions"]]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    row = json.loads(ground_truth)
    is_chat = isinstance(row.get("prompt"), list)
    answer = [{"role": "assistant", "content": solution_str}] if is_chat else solution_str
    fields = {name: [value] for name, value in row.items() if name != "prompt"}
    return float(sum(one(completions=[answer], prompts=[row.get("prompt")], **fields)[0] for one in FUNCTIONS))
'''


def convert(files, target):
    """Rows as verl reads them: the prompt as turns, and the row itself as the ground truth of the reward."""
    import pandas

    rows = []
    for path in files:
        for line in Path(path).read_text().splitlines():
            row = json.loads(line)
            prompt = row["prompt"]
            turns = prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}]
            reward = {"style": "rule", "ground_truth": json.dumps(row)}
            rows.append({"data_source": "tunewright", "prompt": turns, "reward_model": reward})
    pandas.DataFrame(rows).to_parquet(target)


def merge(out, step):
    """Writes the adapter of the last step next to its place and moves it there."""
    fresh, place = out / "merged.tmp", out / "adapter"
    shutil.rmtree(fresh, ignore_errors=True)
    shards = out / ("global_step_%d" % step) / "actor"
    argv = [sys.executable, "-m", "verl.model_merger", "merge", "--backend", "fsdp"]
    status = subprocess.run([*argv, "--local_dir", str(shards), "--target_dir", str(fresh)]).returncode
    if status == 0:
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh / "lora_adapter", place)
    return status


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("config", type=Path)
    flags.add_argument("--resume")
    args = flags.parse_args()
    folder = args.config.parent
    config = json.loads(args.config.read_text())
    out = folder / "out"
    out.mkdir(exist_ok=True)
    convert(config["files"], folder / "train.parquet")
    (folder / "reward_bridge.py").write_text(BRIDGE)
    places = {
        "data.train_files": folder / "train.parquet",
        "data.val_files": folder / "train.parquet",
        "trainer.default_local_dir": out,
        "reward.custom_reward_function.path": folder / "reward_bridge.py",
    }
    resume = {"trainer.resume_mode": "resume_path", "trainer.resume_from_path": args.resume} if args.resume else {}
    words = ["%s=%s" % pair for pair in {**config["overrides"], **places, **resume}.items()]
    env = {**os.environ, "VERL_FILE_LOGGER_PATH": str(out / "verl.%d.jsonl" % os.getpid())}
    trainer = subprocess.Popen([sys.executable, "-m", "verl.trainer.main_ppo", *words], cwd=folder, env=env)
    signal.signal(signal.SIGTERM, lambda *_: trainer.terminate())
    status = trainer.wait()
    newest = out / "latest_checkpointed_iteration.txt"
    if status == 0 and newest.exists() and int(newest.read_text()) >= config["max_steps"]:
        return merge(out, config["max_steps"])
    return 128 - status if status < 0 else status


sys.exit(main())
