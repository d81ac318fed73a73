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

import torch  # noqa: E402
import trl  # noqa: E402
from datasets import load_dataset  # noqa: E402
from peft import LoraConfig  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, TrainerCallback  # noqa: E402

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


def resident(name):
    """Memory of this process in bytes by its name in /proc: VmRSS now, VmHWM at most; None on other systems."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), None)


BEFORE_MODEL = resident("VmRSS")


def peak_bytes():
    """Most memory that the model and its training took: of the GPU as allocated, else of this process above its start."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    most = resident("VmHWM")
    return None if most is None or BEFORE_MODEL is None else most - BEFORE_MODEL


class Supervised(TrainerCallback):
    """Comes before the tracker's callback: what it writes is there also where the tracker fails."""

    def __init__(self, out, until):
        self.out, self.until, self.trainer, self.loss, self.diverged = out, until, None, None, False
        self.torn = is_torn(out / "metrics.jsonl")
        self.recent = []

    def progress(self, state):
        loss = None if self.loss is None else self.loss if math.isfinite(self.loss) else "NaN"
        times = {"time": time.time(), "recent": self.recent, "peak_bytes": peak_bytes()}
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


def first_batch(trainer):
    """The first rows as the trainer sees them: pieces of text, each with whether its tokens count in the loss. None where
    the method does not mark tokens."""
    rows = [trainer.train_dataset[k] for k in range(min(len(trainer.train_dataset), trainer.args.per_device_train_batch_size))]
    batch = trainer.data_collator(rows)
    if "labels" not in batch:
        return None
    shown = []
    padding = batch["attention_mask"] if "attention_mask" in batch else torch.ones_like(batch["labels"])
    for tokens, labels, real in zip(batch["input_ids"].tolist(), batch["labels"].tolist(), padding.tolist()):
        pieces = []
        for token, label in [(t, lab) for t, lab, keep in zip(tokens, labels, real) if keep]:
            if not pieces or pieces[-1][1] != (label != -100):
                pieces.append([[], label != -100])
            pieces[-1][0].append(token)
        shown.append([{"text": trainer.processing_class.decode(part), "counts": counts} for part, counts in pieces])
    counted = int((batch["labels"] != -100).sum())
    return {"rows": shown, "tokens": sum(map(sum, padding.tolist())), "counted": counted}


def small_model(path):
    """A model of random weights with one small layer that takes the tokens of the base model: enough to prepare rows."""
    model_config = AutoConfig.from_pretrained(path)
    sizes = {"num_hidden_layers": 1, "hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 2}
    for name, value in {**sizes, "num_key_value_heads": 2, "head_dim": 32, "layer_types": None}.items():
        if hasattr(model_config, name):
            setattr(model_config, name, value)
    return AutoModelForCausalLM.from_config(model_config)


def preview(config, out):
    """Prints the first batch as one JSON line, with the trainer's own preparation of rows and without the weights."""
    if config.get("method", "sft") != "sft":
        raise BadConfig("the first batch is shown for method sft")
    training = {name: value for name, value in config["training"].items() if name not in ("model_init_kwargs", "bf16")}
    config = {**config, "model_object": small_model(config["model"]), "training": {**training, "use_cpu": True, "bf16": False}}
    trainer, _ = build(config, out, None)
    print(json.dumps({"first_batch": first_batch(trainer)}))


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
    model = AutoModelForCausalLM.from_pretrained(config["model"]) if method == "orpo" else config["model"]
    trainer = trainer_class(
        model=config.get("model_object", model),
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
    flags.add_argument("--preview", action="store_true")
    args = flags.parse_args()
    config = json.loads(args.config.read_text())
    out = args.config.parent / "out"
    out.mkdir(exist_ok=True)
    try:
        if args.preview:
            preview(config, out)
            return 0
        trainer, callback = build(config, out, args.until)
        batch = first_batch(trainer) if config.get("method", "sft") == "sft" else None
        if batch is not None:
            write_whole(out / "first-batch.json", batch)
            if batch["counted"] == 0:
                raise BadConfig("no token of the first batch counts in the loss: the chat template marks no answers")
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
