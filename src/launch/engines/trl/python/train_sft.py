"""One LoRA fine-tuning run of TRL: train_sft.py CONFIG.json [--resume CHECKPOINT].

Adds to SFTTrainer what a supervisor needs: progress.json after each step, a checkpoint at the next step after SIGTERM,
an end as soon as the loss is not finite, and the model on the disk before the tracker is closed.
Exit status: 0 all steps done, 75 stopped early with a checkpoint, 76 the loss is not finite, 2 bad configuration.
"""
import argparse
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
stop_asked = False


def ask_stop(_signal, _frame):
    global stop_asked
    stop_asked = True


signal.signal(signal.SIGTERM, ask_stop)

from datasets import load_dataset  # noqa: E402
from peft import LoraConfig  # noqa: E402
from transformers import AutoTokenizer, TrainerCallback  # noqa: E402
from trl import SFTConfig, SFTTrainer  # noqa: E402


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


class Supervised(TrainerCallback):
    """Comes before the tracker's callback: what it writes is there also where the tracker fails."""

    def __init__(self, out):
        self.out, self.trainer, self.loss, self.diverged = out, None, None, False

    def progress(self, state):
        loss = None if self.loss is None else self.loss if math.isfinite(self.loss) else "NaN"
        write_whole(self.out / "progress.json", {"step": state.global_step, "loss": loss, "time": time.time()})

    def on_train_begin(self, args, state, control, **kwargs):
        self.progress(state)

    def on_step_end(self, args, state, control, **kwargs):
        self.progress(state)
        if stop_asked and state.global_step < state.max_steps:
            control.should_save = control.should_training_stop = True

    def on_log(self, args, state, control, logs=None, **kwargs):
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


def build(config, out):
    callback = Supervised(out)
    trainer = SFTTrainer(
        model=config["model"],
        processing_class=AutoTokenizer.from_pretrained(config["model"]),
        train_dataset=load_dataset("json", data_files=config["files"], split="train"),
        peft_config=LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", **config["lora"]),
        args=SFTConfig(output_dir=str(out), report_to=["mlflow"] if tracker_answers() else [], **config["training"]),
    )
    callback.trainer = trainer
    trainer.callback_handler.callbacks.insert(0, callback)
    return trainer, callback


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("config", type=Path)
    flags.add_argument("--resume")
    args = flags.parse_args()
    config = json.loads(args.config.read_text())
    out = args.config.parent / "out"
    out.mkdir(exist_ok=True)
    trainer, callback = build(config, out)
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
