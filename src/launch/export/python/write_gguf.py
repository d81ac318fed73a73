"""Writes a merged model of Llama's shape as GGUF: write_gguf.py MODEL BASE.gguf OUT.gguf F16|Q8_0. Prints one JSON line.

BASE.gguf is a file of the same base model: architecture, tokenizer and chat template are taken from it. GGUF keeps the
rows of q and k in another order than transformers (pairs of rotary halves), so that both are permuted. Needs gguf, numpy
and safetensors.
"""
import json
import sys
from pathlib import Path

import gguf
from safetensors import safe_open

LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
TOP = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def gguf_name(name):
    if name in TOP:
        return TOP[name]
    layer, rest = name.removeprefix("model.layers.").removesuffix(".weight").split(".", 1)
    if rest not in LAYER:
        sys.exit(f"{name} is not a tensor of Llama's shape: use llama.cpp's converter")
    return f"blk.{layer}.{LAYER[rest]}.weight"


def permuted(rows, heads):
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def main():
    model, base, out, kind = Path(sys.argv[1]), gguf.GGUFReader(sys.argv[2]), sys.argv[3], sys.argv[4]
    quant = gguf.GGMLQuantizationType[kind]
    arch = base.fields["general.architecture"].contents()
    if arch != "llama":
        sys.exit(f"{arch} is not Llama's shape: use llama.cpp's converter")
    heads = {
        "attn_q": base.fields[f"{arch}.attention.head_count"].contents(),
        "attn_k": base.fields[f"{arch}.attention.head_count_kv"].contents(),
    }
    writer = gguf.GGUFWriter(out, arch)
    for key, item in base.fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type"):
            continue
        of = item.types[1] if item.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, item.contents(), item.types[0], of)
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{kind}"])
    tensors = 0
    for path in sorted(model.glob("*.safetensors")):
        with safe_open(path, framework="pt") as weights:
            for name in weights.keys():
                target = gguf_name(name)
                value = weights.get_tensor(name).float().numpy()
                for part, count in heads.items():
                    if f".{part}." in target:
                        value = permuted(value, count)
                if value.ndim == 1:
                    writer.add_tensor(target, value)
                else:
                    writer.add_tensor(target, gguf.quants.quantize(value, quant), raw_dtype=quant)
                tensors += 1
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(json.dumps({"tensors": tensors}))


main()
