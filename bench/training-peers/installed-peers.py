"""Runs estimators that are installed in this Python on rows of standard input, one JSON array in, one JSON object out.

In: the rows of peer-row.mjs. Out: {"tools": {name: {"version", "memoryGib": {id: n}, "tokensPerSecPerGpu": {id: n}}},
"skipped": {name: reason}}. Nothing is loaded from a hub: each tool gets the shape of the model.

    pip install fitcheck-llm==0.3.1 alloc==0.0.16 && pip install --no-deps llm-analysis==0.2.2 fire unsloth
"""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import logging
import sys

GIB = 2**30

# Facts that a row may leave open: JSON drops what is undefined.
UNSTATED = dict.fromkeys(["sequence", "batch", "checkpointing", "gpu"])


def fitcheck(row):
    """fitcheck-llm: dense models with a gated MLP, one GPU."""
    from fitcheck.config_parser import ModelConfig
    from fitcheck.estimator import TrainingConfig, _compute_components

    shape = row["shape"]
    if shape["experts"] or row["gpus"] > 1 or row["sequence"] is None or row["batch"] is None:
        return {}
    model = ModelConfig(
        name=shape["id"],
        num_params=shape["paramCount"],
        hidden_size=shape["hidden"],
        num_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        num_kv_heads=shape["kvHeads"],
        intermediate_size=shape["mlp"],
        vocab_size=shape["vocab"],
        head_dim=shape["headDim"],
        tie_word_embeddings=shape["tiedEmbeddings"],
    )
    training = TrainingConfig(
        precision="bf16",
        quantization={16: "none", 8: "int8", 4: "nf4"}[row["quantBits"]] if row["trains"] == "qlora" else "none",
        double_quant=row["isDoubleQuant"] and row["trains"] == "qlora",
        optimizer="adam8bit" if row["is8bitAdam"] else "adamw",
        batch_size=row["batch"],
        seq_len=row["sequence"],
        lora_rank=None if row["trains"] == "full" else row["rank"],
        lora_targets=row["targets"],
        grad_checkpoint=row["checkpointing"] is not False,
        flash_attn=not row["isEager"],
    )
    return {"memoryGib": _compute_components(model, training, None).total_mib / 1024}


def alloc_ghost(row):
    """alloc, its static scan: parameters, hidden width, batch and sequence."""
    from alloc.ghost import ghost

    shape = row["shape"]
    report = ghost(
        param_count=shape["paramCount"],
        dtype="bfloat16",
        batch_size=row["batch"],
        seq_length=row["sequence"],
        hidden_dim=shape["hidden"],
        optimizer_type="AdamW8bit" if row["is8bitAdam"] else "AdamW",
    )
    return {"memoryGib": report.total_gb / (1 if row["sharding"] == "none" else row["gpus"])}


def llm_analysis(row):
    """llm-analysis at its users' usual half of the peak; it stops where a run needs more memory than the card has."""
    from llm_analysis.analysis import LLMAnalysis, ActivationRecomputation, DSZeRO
    from llm_analysis.config import DtypeConfig, GPUConfig, ModelConfig, ParallelismConfig

    shape, gpu = row["shape"], row["gpu"]
    if not gpu or not gpu["bf16Tflops"] or row["sequence"] is None or row["batch"] is None or shape["experts"]:
        return {}
    if row["checkpointing"] is None:
        return {}
    # It counts two MLP matrices: the three of a gated MLP are two that are half as wide again.
    width = shape["mlp"] * (1.5 if shape["mlpKind"] in ("swiglu", "geglu") else 1)
    per_replica = row["tensor"] * row["pipeline"]
    data_parallel = max(1, row["gpus"] // per_replica)
    model = ModelConfig(
        name=shape["id"],
        num_layers=shape["layers"],
        n_head=shape["heads"],
        hidden_dim=shape["hidden"],
        vocab_size=shape["vocab"],
        max_seq_len=max(row["sequence"], shape["context"] or 0),
        num_key_value_heads=shape["kvHeads"],
        ffn_embed_dim=int(width),
        expansion_ratio=width / shape["hidden"],
        model_type="llama",
    )
    card = GPUConfig(
        name=gpu["id"],
        mem_per_GPU_in_GB=10_000,
        hbm_bandwidth_in_GB_per_sec=gpu["bandwidthTbPerSec"] * 1000,
        intra_node_bandwidth_in_GB_per_sec=gpu["linkGbPerSec"] or 32,
        intra_node_min_message_latency=8e-6,
        peak_fp16_TFLOPS=gpu["bf16Tflops"],
    )
    analysis = LLMAnalysis(
        model,
        card,
        DtypeConfig(),
        ParallelismConfig(tp_size=row["tensor"], pp_size=row["pipeline"], dp_size=data_parallel, sp_size=row["tensor"]),
        flops_efficiency=0.5,
        hbm_memory_efficiency=0.7,
    )
    zero = {"none": 0, "megatron": 1, "zero2": 2, "zero3": 3, "fsdp": 3}[row["sharding"]]
    summary = analysis.training(
        batch_size_per_gpu=row["batch"],
        gradient_accumulation_steps=1,
        global_batch_size=row["batch"] * data_parallel,
        seq_len=row["sequence"],
        activation_recomputation=ActivationRecomputation.FULL if row["checkpointing"] else ActivationRecomputation.NONE,
        ds_zero=DSZeRO(zero),
        flash_attn=not row["isEager"],
        mlp_gated_linear_units=True,
    )
    tokens = row["batch"] * row["sequence"] / per_replica
    return {
        "memoryGib": summary["(weight+op_state+grad+act)_memory_per_gpu"] / GIB,
        "tokensPerSecPerGpu": tokens / summary["latency_per_iter"],
    }


def unsloth_studio(row):
    """Unsloth Studio's own estimator, out of the installed package without importing the package."""
    module = studio_module()
    shape = row["shape"]
    if row["sequence"] is None or row["batch"] is None:
        return {}
    experts = shape["experts"]
    arch = module.ModelArchConfig(
        hidden_size=shape["hidden"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        num_key_value_heads=shape["kvHeads"],
        intermediate_size=shape["mlp"] or (experts or {}).get("mlp"),
        vocab_size=shape["vocab"],
        tie_word_embeddings=shape["tiedEmbeddings"],
        num_experts=experts and experts["total"],
        moe_intermediate_size=experts and experts["mlp"],
        num_experts_per_tok=experts["active"] if experts else 1,
        head_dim=shape["headDim"],
        quant_4bit_factor=module.DOUBLE_QUANT_4BIT_FACTOR if row["isDoubleQuant"] else module.QUANT_4BIT_FACTOR,
    )
    config = module.TrainingVramConfig(
        training_method=row["trains"],
        batch_size=row["batch"],
        max_seq_length=row["sequence"],
        lora_rank=row["rank"],
        target_modules=row["targets"],
        gradient_checkpointing="none" if row["checkpointing"] is False else "unsloth" if row["stack"] == "unsloth" else "true",
        optimizer="adamw_8bit" if row["is8bitAdam"] else "adamw_torch",
        load_in_4bit=row["trains"] == "qlora",
        attention_implementation="eager" if row["isEager"] else "flash_attention_2",
    )
    shards = 1 if row["sharding"] == "none" else row["gpus"]
    return {"memoryGib": module.estimate_training_vram(arch, config).min_gpu_vram(shards) / GIB}


def studio_module(cache=[]):
    """Loads vram_estimation.py by its path: importing `unsloth` itself needs a GPU."""
    if not cache:
        files = importlib.metadata.files("unsloth") or []
        path = next(str(each.locate()) for each in files if str(each).endswith("hardware/vram_estimation.py"))
        spec = importlib.util.spec_from_file_location("vram_estimation", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["vram_estimation"] = module
        spec.loader.exec_module(module)
        cache.append(module)
    return cache[0]


def deepspeed_zero(row):
    """DeepSpeed's functions; needs torch."""
    from deepspeed.runtime.zero.stage3 import estimate_zero3_model_states_mem_needs
    from deepspeed.runtime.zero.stage_1_and_2 import estimate_zero2_model_states_mem_needs

    N, shape = row["shape"]["paramCount"], row["shape"]
    if row["sharding"] == "zero2":
        return {"memoryGib": estimate_zero2_model_states_mem_needs(N, row["gpus"], 1, False)[1] / GIB}
    if row["sharding"] not in ("zero3", "fsdp"):
        return {}
    largest = shape["vocab"] * shape["hidden"]
    return {"memoryGib": estimate_zero3_model_states_mem_needs(N, largest, row["gpus"], 1, False, False)[1] / GIB}


def accelerate_estimate(row):
    """The arithmetic of `accelerate estimate-memory` on the size in fp32; needs torch. The command asks a hub."""
    from accelerate.commands.estimate import estimate_training_usage

    usage = estimate_training_usage(4 * row["shape"]["paramCount"], "bfloat16")
    shards = 1 if row["sharding"] == "none" else row["tensor"] * row["pipeline"] if row["sharding"] == "megatron" else row["gpus"]
    return {"memoryGib": max(usage.values()) / shards / GIB}


TOOLS = {
    "fitcheck-llm": fitcheck,
    "alloc": alloc_ghost,
    "llm-analysis": llm_analysis,
    "unsloth": unsloth_studio,
    "deepspeed": deepspeed_zero,
    "accelerate": accelerate_estimate,
}


def main():
    rows = json.load(sys.stdin)
    logging.disable(logging.CRITICAL)
    out = {"tools": {}, "skipped": {}}
    for package, estimate in TOOLS.items():
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            out["skipped"][package] = "not installed"
            continue
        answers = {"version": version, "memoryGib": {}, "tokensPerSecPerGpu": {}}
        errors = {}
        for row in rows:
            row = {**UNSTATED, **row}
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    found = estimate(row)
            except Exception as error:  # a tool's own refusal of a row, or a tool that does not run here
                reason = f"{type(error).__name__}: {str(error)[:120]}"
                errors[reason] = errors.get(reason, 0) + 1
                continue
            for quantity, value in found.items():
                answers[quantity][row["id"]] = value
        if not answers["memoryGib"] and not answers["tokensPerSecPerGpu"]:
            out["skipped"][package] = max(errors, key=errors.get) if errors else "answered nothing"
            continue
        out["tools"][package] = {**answers, "errors": errors}
    json.dump(out, sys.stdout)


main()
