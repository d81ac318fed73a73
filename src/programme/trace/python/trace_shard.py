"""FSDP2 over a process group that only pretends: the collectives of one rank allocate, and send nothing."""
import torch

from trace_model import Unsupported


def make_mesh(ranks):
    """The mesh of a fake group of ranks; made outside of the fake tensors."""
    try:
        import torch.distributed as dist
        from torch.distributed.device_mesh import init_device_mesh
        from torch.testing._internal.distributed.fake_pg import FakeStore
    except ImportError as error:
        raise Unsupported(f"this torch cannot pretend to have {ranks} GPUs ({error})") from error
    dist.init_process_group("fake", rank=0, world_size=ranks, store=FakeStore())
    return init_device_mesh("cpu", (ranks,))


def shard(model, core, request, mesh):
    """
    Units as accelerate 1.15 makes them (utils/fsdp_utils.py, fsdp2_prepare_model): every decoder layer, the input
    embedding, the last norm with the head, the rest. Trained weights are fp32 and computed with in half precision.
    """
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    half = torch.float16 if request["autocast"] == "fp16" else torch.bfloat16
    is_mixed = request["masterFp32"]
    policy = MixedPrecisionPolicy(param_dtype=half, reduce_dtype=half, output_dtype=half) if is_mixed else MixedPrecisionPolicy()
    if is_mixed:
        for param in model.parameters():
            if param.requires_grad and param.dtype != torch.float32:
                param.data = param.data.to(torch.float32)
    kwargs = {"mesh": mesh, "mp_policy": policy}
    layers = set(core._no_split_modules or ())
    for module in model.modules():
        if type(module).__name__ in layers:
            fully_shard(module, **kwargs, reshard_after_forward=True)
    embedding, head = core.get_input_embeddings(), core.get_output_embeddings()
    is_tied = head is not None and embedding.weight is head.weight
    if not is_tied:
        fully_shard(embedding, **kwargs, reshard_after_forward=True)
    tail = [module for module in (last_norm(core), embedding if is_tied else None, head) if module is not None]
    fully_shard(tail, **kwargs, reshard_after_forward=False)
    fully_shard(model, **kwargs)


def last_norm(core):
    """The norm after the last layer."""
    backbone = getattr(core, core.base_model_prefix, core)
    norms = [child for name, child in backbone.named_children() if "norm" in name.lower() or name == "ln_f"]
    return norms[-1] if norms else None
