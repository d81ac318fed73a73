"""Optimizers as the Trainer makes them."""
import torch
from torch import nn

from trace_kernels import EightBitAdam
from trace_model import Unsupported


def make_optimizer(request, model, trained):
    name = request["optimizer"]
    if name == "adamw":
        return torch.optim.AdamW(trained, foreach=True)
    if name == "adamw-fused":
        return torch.optim.AdamW(trained, fused=True)
    if name == "sgd":
        return torch.optim.SGD(trained, foreach=True)
    if name in ("adamw-8bit", "paged-adamw-8bit", "paged-adamw"):
        embeddings = {module.weight for module in model.modules() if isinstance(module, nn.Embedding)}
        return EightBitAdam(trained, embeddings, paged=name.startswith("paged"))
    if name == "adafactor":
        from transformers.optimization import Adafactor

        return Adafactor(trained, lr=1e-4, scale_parameter=False, relative_step=False, warmup_init=False)
    raise Unsupported(f"the optimizer {name} is not traced")
