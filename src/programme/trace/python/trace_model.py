"""Builds the model of a request on the meta device: no weights are read, no network is asked, no foreign code runs."""
import torch
import transformers
from torch import nn
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.pytorch_utils import Conv1D

import trace_kernels

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}

# Leaves of attention that make queries or values, over the families; a fused projection makes both.
QUERY_VALUE = {"q_proj", "v_proj", "q_b_proj", "kv_b_proj", "qkv_proj", "query_key_value", "c_attn", "W_pack", "Wqkv"}


DROPPED = ("auto_map", "quantization_config", "rope_scaling", "rope_parameters")


class Unsupported(Exception):
    """What a trace cannot show; the message says what and why."""


def read_config(fields):
    """
    The configuration of the text model. `auto_map`, which names foreign code, is dropped: our own classes or none. So
    are the scaling of positions, which changes no size, and the quantisation of a checkpoint.
    """
    fields = {key: value for key, value in fields.items() if key not in DROPPED}
    kind = fields.get("model_type")
    if kind not in CONFIG_MAPPING:
        raise Unsupported(f"transformers {transformers.__version__} does not know the model type {kind}")
    config = CONFIG_MAPPING[kind].from_dict(fields)
    text = config.get_text_config()
    text.use_cache = False
    # A configuration that says nothing of dropout has none: the defaults of old classes are not those of their models.
    for name in ("hidden_dropout", "attention_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop"):
        if hasattr(text, name) and name not in fields:
            setattr(text, name, 0.0)
    return text


def attention_name(asked):
    """Flash and SDPA without a mask allocate alike; both are our stand-in where transformers lets one be registered."""
    if asked == "eager":
        return "eager"
    try:
        from transformers import AttentionInterface
        from transformers.masking_utils import AttentionMaskInterface
    except ImportError:
        return "sdpa"
    AttentionInterface.register("tunewright", trace_kernels.flash_attention)
    AttentionMaskInterface.register("tunewright", lambda *_args, **_kwargs: None)
    return "tunewright"


def build(request):
    """Policy on the meta device, adapters and quantised layers in place."""
    model = bare_model(request)
    if request["method"] in ("lora", "rslora", "dora", "qlora"):
        for param in model.parameters():
            param.requires_grad_(False)
        targets = target_modules(model, request["targets"])
        if request["method"] == "qlora":
            quantise(model, request)
        model = with_adapters(model, request, targets)
    return model


def bare_model(request):
    """The model alone, in the type of its weights."""
    config = read_config(request["config"])
    is_reward = request["objective"] == "reward"
    if is_reward:
        config.num_labels = 1
        config.pad_token_id = 0
    auto = AutoModelForSequenceClassification if is_reward else AutoModelForCausalLM
    with torch.device("meta"):
        model = auto.from_config(
            config,
            attn_implementation=attention_name(request["attention"]),
            dtype=DTYPES[request["dtype"]],
            trust_remote_code=False,
        )
    return model


def is_linear(module):
    return isinstance(module, (nn.Linear, Conv1D))


def target_modules(model, asked):
    """
    Layers that get an adapter, as PEFT takes them. `all-linear` is its own word and rule; others are given by the ends
    of their names, or in full where layers outside of attention end alike.
    """
    if asked == "all-linear":
        return asked
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    linears = [name for name, module in model.named_modules() if is_linear(module) and module is not head]
    in_attention = [name for name in linears if any("att" in part.lower() for part in name.split(".")[:-1])]
    leaf = lambda name: name.split(".")[-1]
    if isinstance(asked, list):
        chosen = [name for name in linears if leaf(name) in asked]
    elif asked == "attention":
        chosen = in_attention
    else:
        chosen = [name for name in in_attention if leaf(name) in QUERY_VALUE]
    if not chosen:
        raise Unsupported(f"no linear layer of {type(model).__name__} matches the targets {asked}")
    leaves = {leaf(name) for name in chosen}
    return chosen if any(leaf(name) in leaves for name in set(linears) - set(chosen)) else sorted(leaves)


def with_adapters(model, request, targets):
    """PEFT's own LoRA, rsLoRA or DoRA; adapters are fp32 where the base has half precision, as PEFT makes them."""
    from peft import LoraConfig, TaskType, get_peft_model

    task = TaskType.SEQ_CLS if request["objective"] == "reward" else TaskType.CAUSAL_LM
    config = LoraConfig(
        r=request["rank"],
        lora_alpha=2 * request["rank"],
        lora_dropout=request["dropout"],
        target_modules=targets,
        use_rslora=request["method"] == "rslora",
        use_dora=request["method"] == "dora",
        task_type=task,
    )
    with torch.device("meta"):
        return get_peft_model(model, config)


def quantise(model, request):
    """Every linear layer but the head becomes a 4-bit one; fused experts are no linear layers and stay as they are."""
    head = model.get_output_embeddings()
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and child is not head:
                compute = torch.float32 if request["dtype"] == "fp32" else DTYPES[request["dtype"]]
                setattr(parent, name, trace_kernels.Linear4bit.of(child, request["doubleQuant"], compute))
    if request["fp32Rest"]:  # PEFT's prepare_model_for_kbit_training: what is not quantised becomes fp32
        for param in model.parameters():
            if param.dtype in (torch.float16, torch.bfloat16):
                param.data = param.data.to(torch.float32)


def checkpoint(model, request):
    """Gradient checkpointing as the Trainer switches it on."""
    if request["checkpointing"] == "none":
        return
    kwargs = {"use_reentrant": request["reentrant"]}
    if request["checkpointing"] == "selective":
        if request["reentrant"]:
            raise Unsupported("selective checkpointing needs the non-reentrant form")
        from torch.utils.checkpoint import create_selective_checkpoint_contexts

        kept = [torch.ops.aten.mm.default, torch.ops.aten.addmm.default, torch.ops.aten.bmm.default]
        kwargs["context_fn"] = lambda: create_selective_checkpoint_contexts(kept)
    if hasattr(model, "gradient_checkpointing_enable"):
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=kwargs)
    else:  # its name from transformers 6 on
        model.activation_checkpointing_enable(kwargs)
    if request["method"] not in ("full", "pretrain"):
        model.enable_input_require_grads()


def materialise(model):
    """Fake CPU tensors in place of meta ones; tied weights stay tied."""
    made = {}
    for module in model.modules():
        for name, old in list(module._parameters.items()):
            if old is None or old.device.type != "meta":
                continue
            if old not in made:
                fake = torch.empty(old.shape, dtype=old.dtype, device="cpu")
                made[old] = nn.Parameter(fake, requires_grad=old.requires_grad)
            module._parameters[name] = made[old]
        for name, old in list(module._buffers.items()):
            if old is not None:
                module._buffers[name] = torch.empty(old.shape, dtype=old.dtype, device="cpu")
