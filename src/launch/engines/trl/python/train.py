"""One LoRA run of TRL by the method of its configuration (sft, dpo, kto, orpo, grpo, reward): train.py CONFIG.json [--resume CHECKPOINT] [--until STEP].

Adds to TRL's trainers what a supervisor needs: progress.json after each step, metrics.jsonl with what was logged, a checkpoint
at the next step after SIGTERM and at --until (the learning rate follows the schedule of the whole run there),
an end as soon as the loss is not finite, and the model on the disk before the tracker is closed.
Exit status: 0 all steps done, 75 stopped early with a checkpoint, 76 the loss is not finite, 2 bad configuration.
"""
import argparse
import importlib
import importlib.util
import json
import math
import os
import shutil
import signal
import sys
import time
import urllib.request
from pathlib import Path

STOPPED, DIVERGED = 75, 76
RECENT_STEPS = 32
stop_asked = False


def ask_stop(_signal, _frame):
    global stop_asked
    stop_asked = True


signal.signal(signal.SIGTERM, ask_stop)

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import trl  # noqa: E402
from datasets import load_dataset  # noqa: E402
from peft import LoraConfig  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback  # noqa: E402

NAMES = {"sft": "SFT", "dpo": "DPO", "kto": "KTO", "orpo": "ORPO", "grpo": "GRPO", "reward": "Reward"}


class BadConfig(Exception):
    pass


def write_whole(path, value):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(value))
    os.replace(temporary, path)


def save_adapter(trainer, out):
    """Writes the adapter next to its place and moves it there, so that a torn one never has its name."""
    fresh, place = out / "adapter.tmp", out / "adapter"
    shutil.rmtree(fresh, ignore_errors=True)
    trainer.save_model(str(fresh))
    shutil.rmtree(place, ignore_errors=True)
    os.replace(fresh, place)
    trainer.state.save_to_json(str(out / "trainer_state.json"))


def is_torn(path):
    """A kill may have left half a line: what follows starts on a new one."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with open(path, "rb") as lines:
        lines.seek(-1, os.SEEK_END)
        return lines.read(1) != b"\n"


class Supervised(TrainerCallback):
    """Comes before the tracker's callback: what it writes is there also where the tracker fails."""

    def __init__(self, out, until):
        self.out, self.until, self.trainer, self.loss, self.diverged = out, until, None, None, False
        self.torn = is_torn(out / "metrics.jsonl")
        self.recent = []

    def progress(self, state):
        loss = None if self.loss is None else self.loss if math.isfinite(self.loss) else "NaN"
        times = {"time": time.time(), "recent": self.recent}
        write_whole(self.out / "progress.json", {"step": state.global_step, "loss": loss, **times})

    def on_train_begin(self, args, state, control, **kwargs):
        self.progress(state)

    def on_step_end(self, args, state, control, **kwargs):
        self.recent = [*self.recent, [state.global_step, time.time()]][-RECENT_STEPS:]
        self.progress(state)
        is_due = self.until is not None and state.global_step >= self.until
        if (stop_asked or is_due) and state.global_step < state.max_steps:
            control.should_save = control.should_training_stop = True
        if is_due and args.eval_strategy != "no":
            control.should_evaluate = True

    def on_log(self, args, state, control, logs=None, **kwargs):
        values = {key: value for key, value in (logs or {}).items() if isinstance(value, (int, float))}
        values = {key: value if math.isfinite(value) else "NaN" for key, value in values.items()}
        with open(self.out / "metrics.jsonl", "a") as lines:
            lines.write("\n" * self.torn + json.dumps({"step": state.global_step, "values": values}) + "\n")
        self.torn = False
        if logs and "loss" in logs:
            self.loss = float(logs["loss"])
            if not math.isfinite(self.loss):
                self.diverged = control.should_training_stop = True
            self.progress(state)

    def on_train_end(self, args, state, control, **kwargs):
        if state.global_step >= state.max_steps and not self.diverged:
            save_adapter(self.trainer, self.out)


def tracker_answers():
    """A tracker that does not answer costs minutes and then the run: train without it, the curve is imported later."""
    uri = os.environ.get("MLFLOW_TRACKING_URI")
    if not uri:
        return False
    try:
        import mlflow  # noqa: F401

        with urllib.request.urlopen(uri.rstrip("/") + "/health", timeout=5) as answer:
            return answer.status == 200
    except (OSError, ImportError) as error:
        print(f"tunewright: metrics are imported later: {error}", flush=True)
        return False


def rows(files):
    return load_dataset("json", data_files=files, split="train")


def classes(method):
    """Configuration and trainer of a method: in the main package, or among the experimental ones of this version."""
    for module in ("trl", "trl.experimental." + method):
        try:
            home = importlib.import_module(module)
            return getattr(home, NAMES[method] + "Config"), getattr(home, NAMES[method] + "Trainer")
        except (ImportError, AttributeError):
            continue
    raise BadConfig("trl %s has no trainer for %s" % (trl.__version__, method))


def reward_functions(folder, names):
    """Functions of rewards.py next to the configuration."""
    spec = importlib.util.spec_from_file_location("rewards", folder / "rewards.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    missing = [name for name in names if not callable(getattr(module, name, None))]
    if missing:
        raise BadConfig("the reward file has no function %s" % ", ".join(missing))
    return [getattr(module, name) for name in names]


def build(config, out, until):
    method = config.get("method", "sft")
    settings, trainer_class = classes(method)
    callback = Supervised(out, until)
    try:
        reports = ["mlflow"] if tracker_answers() else []
        args = settings(output_dir=str(out), report_to=reports, **config["training"])
    except TypeError as error:  # a setting that this version does not have
        raise BadConfig("trl %s: %s" % (trl.__version__, error)) from error
    task = "SEQ_CLS" if method == "reward" else "CAUSAL_LM"
    own = {"reward_funcs": reward_functions(out.parent, config["rewards"]["functions"])} if method == "grpo" else {}
    trainer = trainer_class(
        model=AutoModelForCausalLM.from_pretrained(config["model"]) if method == "orpo" else config["model"],
        processing_class=AutoTokenizer.from_pretrained(config["model"]),
        train_dataset=rows(config["files"]),
        eval_dataset=rows(config["evaluation_files"]) if "evaluation_files" in config else None,
        peft_config=LoraConfig(task_type=task, target_modules="all-linear", **config["lora"]),
        args=args,
        **own,
    )
    callback.trainer = trainer
    trainer.callback_handler.callbacks.insert(0, callback)
    return trainer, callback


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("config", type=Path)
    flags.add_argument("--resume")
    flags.add_argument("--until", type=int)
    args = flags.parse_args()
    config = json.loads(args.config.read_text())
    out = args.config.parent / "out"
    out.mkdir(exist_ok=True)
    try:
        trainer, callback = build(config, out, args.until)
    except BadConfig as error:
        print(error, file=sys.stderr)
        return 2
    if stop_asked:
        return STOPPED
    try:
        trainer.train(resume_from_checkpoint=args.resume)
    except Exception as error:
        if trainer.state.global_step < trainer.state.max_steps or not (out / "adapter").exists():
            raise
        print(f"tunewright: failed after the last step: {error!r}", file=sys.stderr)  # the tracker went away
    if callback.diverged:
        return DIVERGED
    return 0 if trainer.state.global_step >= trainer.state.max_steps else STOPPED


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.exit(status)
