"""Traces one training step: reads a request as JSON on stdin, prints one JSON line on stdout.

The answer is for the versions of torch, transformers and peft that are installed, which is the point of it. Unit:
bytes of allocated tensors, neither reserved ones nor those of the device. Nothing is downloaded and no foreign code runs.
"""
import contextlib
import importlib.metadata
import json
import os
import sys
import threading
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ |= {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false"}

# What the chosen Python prints in addition to our line goes to stderr: stdout is one JSON line.
ANSWER = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def trace(request):
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    import trace_kernels
    import trace_loss
    import trace_model
    import trace_shard
    from trace_live import LiveBytes
    from trace_optimizer import make_optimizer

    live = trace_kernels.LIVE = LiveBytes()
    torch.set_num_threads(1)
    torch.nn.functional.dropout = trace_kernels.dropout
    model = trace_model.build(request)
    needs_reference = request["objective"] in trace_loss.WITH_REFERENCE
    copy = trace_model.bare_model(request).requires_grad_(False).eval() if needs_reference and request["reference"] == "copy" else None
    models = [model] if copy is None else [model, copy]
    request["loss"] = trace_loss.loss_path(request)
    trace_loss.prepare_heads(models, request)
    trace_model.checkpoint(model, request)
    model.train()
    core = trace_loss.core_of(model)
    vocab = core.config.get_text_config().vocab_size
    mesh = trace_shard.make_mesh(request["ranks"]) if request["sharding"] == "fsdp" else None
    with FakeTensorMode(allow_non_fake_inputs=True), live, live.following_resizes():
        for each in models:
            trace_model.materialise(each)
        counted = {name: param.numel() for name, param in core.named_parameters() if "lora_" not in name}
        trained_count = sum(param.numel() for param in model.parameters() if param.requires_grad)
        if mesh is not None:
            for each in models:
                trace_shard.shard(each, trace_loss.core_of(each), request, mesh)
        trained = [param for param in model.parameters() if param.requires_grad]
        weights = live.live
        is_ddp = request["ranks"] > 1 and request["sharding"] == "none"
        buckets = [torch.empty_like(param) for param in trained] if is_ddp else []
        for bucket in buckets:
            live.mark(bucket, "gradients")
        for param in trained:
            param.register_post_accumulate_grad_hook(lambda owner: live.mark(owner.grad, "gradients"))
        optimizer = make_optimizer(request, model, trained)
        trace_loss.backbone_of(model).register_forward_hook(lambda _module, _args, out: loss_begins(live, out))
        tokens = torch.randint(0, vocab, (trace_loss.rows_of(request), request["seq"]))
        for param in trained:  # the optimizer has no state before its first step: one on gradients that cost nothing
            param.grad = torch.zeros_like(param)
        update(live, optimizer)
        persistent = live.live
        if mesh is not None:
            trace_loss.forward_once(model, tokens)  # makes the buffers that gathered weights are resized into
        live.enter_phase("setup")
        live.restart()
        one_step(live, model, copy, tokens, optimizer, trained, request)
    return {
        "weightsBytes": weights,
        "persistentBytes": persistent,
        "instants": [
            {"instant": name, "bytes": live.peaks[name][0], "byKind": live.peaks[name][1]}
            for name in ("reference", "forward", "loss", "backward", "optimizer")
            if name in live.peaks
        ],
        "tokens": request["microSteps"] * tokens.numel(),
        "matrixFlops": round(live.flops),
        "attentionFlops": round(live.attention_flops),
        "paramCount": sum(counted.values()),
        "trainedParamCount": trained_count,
        "lossPath": request["loss"],
    }


def loss_begins(live, out):
    """The backbone has answered: what follows is the loss, until the gradient of its answer is there."""
    hidden = out.last_hidden_state if hasattr(out, "last_hidden_state") else out[0]
    if live.phase == "forward":
        live.enter_phase("loss")
    if hidden.requires_grad:
        hidden.register_hook(lambda _grad: live.enter_phase("backward"))


def one_step(live, model, copy, tokens, optimizer, trained, request):
    import torch

    for _ in range(request["microSteps"]):
        loss = loss_of(live, model, copy, tokens, request)
        loss.backward()
        live.enter_phase("backward")
        del loss
    live.enter_phase("optimizer")
    torch.nn.utils.clip_grad_norm_(trained, 1.0, foreach=True)
    update(live, optimizer)


def update(live, optimizer):
    """The optimizer's step, its state named as what it is, and the gradients gone."""
    import torch

    optimizer.step()
    for state in optimizer.state.values():
        for value in state.values():
            if isinstance(value, torch.Tensor):
                live.mark(value, "optimizer")
    optimizer.zero_grad(set_to_none=True)


def loss_of(live, model, copy, tokens, request):
    import torch

    import trace_loss

    objective = request["objective"]
    autocast = torch.autocast("cpu", dtype=torch.bfloat16 if request["autocast"] != "fp16" else torch.float16) if request["autocast"] else contextlib.nullcontext()
    with autocast:
        live.enter_phase("forward")
        if objective == "sft":
            return trace_loss.sft_loss(model, tokens, request)
        if objective == "reward":
            return trace_loss.reward_loss(model, tokens, request)

        def reference(times):
            """Log-probabilities of the reference; what of the phase before is alive stays."""
            before = live.phase
            live.enter_phase("reference")
            answers = [trace_loss.reference_log_probs(model, copy, tokens, request) for _ in range(times)]
            live.enter_phase(before)
            return answers[0]

        if objective == "grpo":
            return trace_loss.grpo_loss(model, tokens, request, reference)
        return trace_loss.preference_loss(model, tokens, request, reference)


def limit_memory(limit):
    with contextlib.suppress(ImportError, ValueError):  # absent on Windows; no limit may stand above a lower one
        import resource

        if limit:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def end_with_parent():
    """Ends this process where the one that started it is missing: nobody would read the answer."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def versions():
    found = {}
    for name in ("torch", "transformers", "peft", "trl", "accelerate", "liger_kernel"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def main():
    started = time.time()
    request = json.load(sys.stdin)
    if request.get("probe"):
        print(json.dumps({"python": sys.version.split()[0], "versions": versions()}), file=ANSWER, flush=True)
        return
    end_with_parent()
    limit_memory(request.get("memoryLimitBytes"))
    warnings.filterwarnings("ignore")
    from trace_model import Unsupported

    try:
        answer = trace(request)
    except Unsupported as error:
        answer = {"unsupported": str(error)}
    answer |= {"versions": versions(), "seconds": round(time.time() - started, 1)}
    print(json.dumps(answer), file=ANSWER, flush=True)


if __name__ == "__main__":
    main()
