"""Losses of one micro-batch, as the trainers compute them, over each way to make the logits."""
import contextlib
import importlib.util

import torch
import torch.nn.functional as F

import trace_kernels
from trace_model import Unsupported

PAIRS = ("dpo", "ipo", "orpo", "simpo")
WITH_REFERENCE = ("dpo", "ipo", "kto", "grpo")


def rows_of(request):
    """Sequences of one micro-batch: a preference pair has two."""
    return request["batch"] * (2 if request["objective"] in (*PAIRS, "reward") else 1)


def core_of(model):
    """The transformers model inside PEFT."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def backbone_of(model):
    core = core_of(model)
    return getattr(core, core.base_model_prefix, core)


def hidden_states(model, tokens):
    """Output of the backbone, adapters and checkpointing at work."""
    return backbone_of(model)(input_ids=tokens, use_cache=False).last_hidden_state


def forward_once(model, tokens):
    with torch.no_grad():
        model(input_ids=tokens[:1, :8], use_cache=False)


def log_probs(model, tokens, request):
    """Log-probability of each next token, fp32, over the loss path of the request."""
    path = request["loss"]
    if path == "trl-chunked":
        return model(input_ids=tokens, labels=tokens, fused_lm_head=True, use_cache=False).log_probs
    if path == "liger":
        hidden, head = hidden_states(model, tokens), core_of(model).get_output_embeddings()
        flat = hidden[:, :-1].reshape(-1, hidden.shape[-1])
        return trace_kernels.LigerLoss.apply(flat, head.weight).expand(tokens.shape[0], tokens.shape[1] - 1)
    logits = model(input_ids=tokens, use_cache=False).logits
    if request["autocast"]:
        logits = logits.float()  # accelerate's convert_outputs_to_fp32
    logits = logits[:, :-1]
    if path == "fused":
        flat = logits.reshape(-1, logits.shape[-1])
        return -trace_kernels.FusedCrossEntropy.apply(flat).view(tokens.shape[0], -1)
    return selective_log_softmax(logits, tokens[:, 1:])


def selective_log_softmax(logits, labels):
    """After TRL before its fused head: fp32 logits by one log-sum-exp per row of the batch, others by log-softmax."""
    rows = zip(logits, labels)
    if logits.dtype == torch.float32:
        chosen = logits.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
        return chosen - torch.stack([torch.logsumexp(row, dim=-1) for row in logits])
    return torch.stack([F.log_softmax(row, dim=-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1) for row, ids in rows])


def sft_loss(model, tokens, request):
    path = request["loss"]
    if path == "unfused":
        out = model(input_ids=tokens, labels=tokens, use_cache=False)
        if request["autocast"] and out.get("logits") is not None:
            out["logits"] = out["logits"].float()
        return out.loss
    return -log_probs(model, tokens, request).mean()


def preference_loss(model, tokens, request, reference):
    """
    Losses of pairs and labelled answers in the order of TRL's trainers (0.7 to 1.16): the policy first, so that its graph
    is there while the reference answers. KTO's estimate of KL is one more forward of each, over mismatched answers.
    """
    if request["objective"] == "orpo" and request["loss"] == "unfused":
        return orpo_loss(model, tokens, request)
    is_kto = request["objective"] == "kto"
    gap = mismatched(model, tokens, request) if is_kto else None
    policy = log_probs(model, tokens, request).sum(-1)
    ratios = policy - reference(2 if is_kto else 1)
    if is_kto:
        return -torch.sigmoid(0.1 * (ratios - gap)).mean()
    chosen, rejected = ratios.chunk(2)
    return -F.logsigmoid(0.1 * (chosen - rejected)).mean()


def orpo_loss(model, tokens, request):
    """After TRL's ORPOTrainer: next to the odds a cross-entropy over a copy of the chosen half of the logits."""
    logits = model(input_ids=tokens, use_cache=False).logits
    if request["autocast"]:
        logits = logits.float()
    half = tokens.shape[0] // 2
    shifted = logits[:half, :-1].contiguous()
    nll = F.cross_entropy(shifted.view(-1, shifted.shape[-1]), tokens[:half, 1:].reshape(-1))
    chosen, rejected = selective_log_softmax(logits[:, :-1], tokens[:, 1:]).mean(-1).chunk(2)
    odds = chosen - rejected - (torch.log1p(-torch.exp(chosen)) - torch.log1p(-torch.exp(rejected)))
    return nll - F.logsigmoid(odds).mean()


def mismatched(model, tokens, request):
    trace_kernels.LIVE.enter_phase("reference")
    with torch.no_grad():
        gap = log_probs(model, tokens, request).sum(-1).mean()
    trace_kernels.LIVE.enter_phase("forward")
    return gap


def grpo_loss(model, tokens, request, reference):
    """TRL's: the reference's log-probabilities are there before the training pass, as the answers are."""
    given = reference(1)
    policy = log_probs(model, tokens, request)
    ratio = torch.exp(policy - policy.detach())
    if request["reference"] == "none":
        return -ratio.mean()
    gap = given.unsqueeze(-1) - policy
    return (torch.exp(gap) - gap - 1 - ratio).mean()


def reward_loss(model, tokens, request):
    chosen, rejected = model(input_ids=tokens, use_cache=False).logits.chunk(2)
    return -F.logsigmoid(chosen - rejected).mean()


def reference_log_probs(model, copy, tokens, request):
    """The reference forward, without gradients: of a second model, or of the first without its adapter."""
    if request["reference"] not in ("copy", "adapter-off"):
        return torch.zeros(tokens.shape[0])  # computed before, or none
    off = model.disable_adapter() if copy is None else contextlib.nullcontext()
    with torch.no_grad(), off:
        return log_probs(copy if copy is not None else model, tokens, request).sum(-1)


def loss_path(request):
    """The chunked loss that is installed: TRL's own where it has one, else Liger's."""
    if request["loss"] == "liger" and request["sharding"] == "fsdp":
        raise Unsupported("Liger's loss over FSDP2 is not traced")
    if request["loss"] != "chunked":
        return request["loss"]
    if importlib.util.find_spec("trl") is not None and importlib.util.find_spec("trl.kernels") is not None:
        return "trl-chunked"
    if importlib.util.find_spec("liger_kernel") is not None:
        return "liger"
    raise Unsupported("no chunked loss is installed: neither TRL with a fused head nor Liger (pip install -U trl)")


def prepare_heads(models, request):
    """Patches the head where TRL's chunked one is asked for; its Triton kernels work in place, so here they do nothing."""
    if request["loss"] != "trl-chunked":
        return
    try:
        from trl.kernels import chunked_logprob
        from trl.trainer.utils import add_fused_lm_head
    except ImportError as error:
        raise Unsupported(f"no chunked loss here: TRL with a fused head is not installed ({error})") from error
    chunked_logprob._forward_tile = lambda *_args, **_kwargs: None
    chunked_logprob._backward_tile = lambda *_args, **_kwargs: None

    def addmm(acc, a, b):
        trace_kernels.LIVE.count_flops(2 * a.shape[0] * a.shape[1] * b.shape[1])

    chunked_logprob._addmm_fp32 = addmm
    outputs = {"sft": ("log_probs", "entropy", "is_top1")}.get(request["objective"], ("log_probs", "entropy", "mean_logits", "is_top1"))
    for model in models:
        add_fused_lm_head(core_of(model), outputs=outputs)
