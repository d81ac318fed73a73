"""One LoRA run of TRL by the method of its configuration (sft, dpo, kto, orpo, grpo, reward): train.py CONFIG.json [--resume CHECKPOINT] [--until STEP].

Adds to TRL's trainers what a supervisor needs: progress.json after each step, metrics.jsonl with what was logged, a checkpoint
at the next step after SIGTERM and at --until (the learning rate follows the schedule of the whole run there),
an end as soon as the loss is not finite, and the model on the disk before the tracker is closed; one process per GPU;
an end once the evaluation loss no longer falls, with the best adapter; and the verdict of the budgets, asked of the server.
Exit status: 0 done, 75 stopped early with a checkpoint, 76 the loss is not finite, 78 a budget ends, 2 bad configuration.
"""
import argparse
import importlib
import importlib.util
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

STOPPED, DIVERGED, NO_BUDGET = 75, 76, 78
RECENT_STEPS = 32
ASK_SEC = 15
END_SEC = 30
stop_asked = False


def ask_stop(_signal, _frame):
    global stop_asked
    stop_asked = True


signal.signal(signal.SIGTERM, ask_stop)


def gpus():
    """Number of GPUs of the run, from its configuration; only those are visible, so that no other is used."""
    count = json.loads(Path(sys.argv[1]).read_text()).get("gpus")
    if count is not None:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        names = [str(k) for k in range(count)] if visible is None else visible.split(",")[:count]
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(names)
    return count or 1


def run_ranks(count):
    """One process per GPU of this machine, in our process group, with the variables that torchrun sets. torchrun itself starts
    sessions of its own, which outlive it if it is killed, and loses the exit status. Returns the status of the first that
    fails."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count}
    command = [sys.executable, "-u", *sys.argv]
    ranks = []
    for rank in range(count):
        own = {**known, "RANK": rank, "LOCAL_RANK": rank, "GROUP_RANK": 0}
        ranks.append(subprocess.Popen(command, env={**os.environ, **{name: str(value) for name, value in own.items()}}))
    status, told, kill_at = 0, False, None
    while any(rank.poll() is None for rank in ranks):
        if stop_asked and not told:
            told = True
            for rank in ranks:
                rank.terminate()
        failed = next((rank.returncode for rank in ranks if rank.returncode), 0)
        if failed and not status:
            status, kill_at = failed, time.monotonic() + END_SEC
        if kill_at is not None and time.monotonic() > kill_at:
            for rank in ranks:
                rank.kill()
        time.sleep(0.2)
    status = status or next((rank.returncode for rank in ranks if rank.returncode), 0)
    return 128 - status if status < 0 else status


if __name__ == "__main__":  # before torch is loaded, which looks for GPUs
    GPUS = gpus()
    if GPUS > 1 and "RANK" not in os.environ and "--preview" not in sys.argv:
        sys.exit(run_ranks(GPUS))

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


def save_adapter(trainer, place, best=None):
    """Writes the adapter, or a copy of the best one, next to its place and moves it there: a torn one never has its name."""
    fresh = place.with_name(place.name + ".tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    if best is None:
        trainer.save_model(str(fresh))
    else:
        shutil.copytree(best, fresh)
    shutil.rmtree(place, ignore_errors=True)
    os.replace(fresh, place)


def agreed(flag, device):
    """Whether any process of the run has the flag: all must stop at the same step, or they wait for each other."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return flag
    value = torch.tensor(int(flag), device=device)
    torch.distributed.all_reduce(value, op=torch.distributed.ReduceOp.MAX)
    return bool(value.item())


class Budgets:
    """Asks the server, in a thread, whether the budgets of the run last until its next checkpoint. A server that does not
    answer stops nothing."""

    def __init__(self, config, is_asking):
        self.address, self.grace = os.environ.get("TUNEWRIGHT_GUARD"), config.get("guard", {}).get("grace_sec", 60)
        self.horizon, self.reason = 0, None
        if self.address and is_asking:
            threading.Thread(target=self.ask_on, daemon=True).start()

    def ask_on(self):
        token = os.environ.get("MLFLOW_TRACKING_TOKEN")
        headers = {"Authorization": "Bearer " + token} if token else {}
        while self.reason is None:
            try:
                query = "?horizonSec=%d&graceSec=%d" % (self.horizon, self.grace)
                with urllib.request.urlopen(urllib.request.Request(self.address + query, headers=headers), timeout=10) as answer:
                    verdict = json.loads(answer.read())
                if verdict.get("action") == "stop":
                    self.reason = verdict.get("reason") or "a budget ends"
                    print("tunewright: stops: %s" % self.reason, flush=True)
            except (OSError, ValueError):
                pass
            time.sleep(ASK_SEC)


class EarlyStopping:
    """Evaluation losses so far, in a file that outlives an attempt; an evaluation that is repeated replaces its value."""

    def __init__(self, out, settings):
        self.path, self.settings, self.best_adapter = out / "early-stop.json", settings, out / "best"
        self.losses, self.stopped = {}, False
        if settings and self.path.exists():
            self.losses = {int(step): loss for step, loss in json.loads(self.path.read_text())["losses"]}

    def best_step(self):
        best = None
        for step in sorted(self.losses):
            if best is None or self.losses[step] < self.losses[best] - self.settings["min_delta"]:
                best = step
        return best

    def add(self, step, loss):
        """True if this is the best evaluation so far; afterwards `stopped` says whether too many were not."""
        self.losses[step] = loss if math.isfinite(loss) else math.inf
        best = self.best_step()
        self.stopped = sum(1 for later in self.losses if best < later <= step) >= self.settings["patience"]
        return best == step

    def keep(self, step):
        losses = [[at, loss] for at, loss in sorted(self.losses.items()) if math.isfinite(loss)]
        write_whole(self.path, {"losses": losses, "best_step": self.best_step(), "step": step, "stopped": self.stopped})


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

    def __init__(self, out, until, config):
        self.out, self.until, self.trainer, self.loss, self.diverged = out, until, None, None, False
        self.is_first = os.environ.get("RANK", "0") == "0"
        self.early = EarlyStopping(out, config.get("early_stopping"))
        self.budgets, self.no_budget = Budgets(config, self.is_first), False
        self.torn = is_torn(out / "metrics.jsonl")
        self.recent = []

    def progress(self, state):
        if not self.is_first:
            return
        loss = None if self.loss is None else self.loss if math.isfinite(self.loss) else "NaN"
        times = {"time": time.time(), "recent": self.recent, "peak_bytes": peak_bytes()}
        write_whole(self.out / "progress.json", {"step": state.global_step, "loss": loss, **times})

    def on_train_begin(self, args, state, control, **kwargs):
        self.progress(state)

    def on_step_end(self, args, state, control, **kwargs):
        self.recent = [*self.recent, [state.global_step, time.time()]][-RECENT_STEPS:]
        self.progress(state)
        self.look_ahead(args, state)
        is_due = self.until is not None and state.global_step >= self.until
        self.no_budget = agreed(self.budgets.reason is not None, args.device)
        if (agreed(stop_asked, args.device) or is_due or self.no_budget) and state.global_step < state.max_steps:
            control.should_save = control.should_training_stop = True
        if is_due and args.eval_strategy != "no":
            control.should_evaluate = True

    def look_ahead(self, args, state):
        """Seconds until the next checkpoint, by the recent steps: as far as the budgets must last."""
        if len(self.recent) > 1:
            (first, began), (last, ended) = self.recent[0], self.recent[-1]
            steps = min(args.save_steps - last % args.save_steps, state.max_steps - last)
            self.budgets.horizon = int(max(0, steps) * (ended - began) / max(1, last - first))

    def on_evaluate(self, args, state, control, metrics=None, **kwargs):
        loss = (metrics or {}).get("eval_loss")
        if self.early.settings is None or loss is None:
            return
        is_best = self.early.add(state.global_step, float(loss))
        if self.is_first and is_best:
            save_adapter(self.trainer, self.early.best_adapter)
        if self.is_first:
            self.early.keep(state.global_step)
        if self.early.stopped:
            control.should_save = control.should_training_stop = True

    def on_log(self, args, state, control, logs=None, **kwargs):
        values = {key: value for key, value in (logs or {}).items() if isinstance(value, (int, float))}
        values = {key: value if math.isfinite(value) else "NaN" for key, value in values.items()}
        if self.is_first:
            with open(self.out / "metrics.jsonl", "a") as lines:
                lines.write("\n" * self.torn + json.dumps({"step": state.global_step, "values": values}) + "\n")
            self.torn = False
        if logs and "loss" in logs:
            self.loss = float(logs["loss"])
            if not math.isfinite(self.loss):
                self.diverged = control.should_training_stop = True
            self.progress(state)

    def on_train_end(self, args, state, control, **kwargs):
        if self.is_first and self.is_done(state):
            best = self.early.best_adapter
            save_adapter(self.trainer, self.out / "adapter", best if self.early.settings and best.exists() else None)
            state.save_to_json(str(self.out / "trainer_state.json"))

    def is_done(self, state):
        return (state.global_step >= state.max_steps or self.early.stopped) and not self.diverged


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
    if torch.cuda.is_available() and not config["training"].get("use_cpu") and torch.cuda.device_count() < GPUS:
        raise BadConfig("gpuCount is %d, but this machine shows %d GPUs" % (GPUS, torch.cuda.device_count()))
    callback = Supervised(out, until, config)
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
        if batch is not None and callback.is_first:
            write_whole(out / "first-batch.json", batch)
        if batch is not None:
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
        if not callback.is_done(trainer.state) or not (out / "adapter").exists():
            raise
        print(f"tunewright: failed after the last step: {error!r}", file=sys.stderr)  # the tracker went away
    if callback.diverged:
        return DIVERGED
    if callback.is_done(trainer.state):
        return 0
    return NO_BUDGET if callback.no_budget else STOPPED


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.exit(status)
