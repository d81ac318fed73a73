"""Merges a LoRA adapter into its base model: merge_adapter.py ADAPTER BASE OUT. Prints one JSON line."""
import json
import sys
from pathlib import Path

from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

adapter, base, out = (Path(word) for word in sys.argv[1:4])
model = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
merged = PeftModel.from_pretrained(model, adapter).merge_and_unload()
merged.save_pretrained(out, safe_serialization=True)
AutoTokenizer.from_pretrained(base).save_pretrained(out)
print(json.dumps({"parameters": sum(part.numel() for part in merged.parameters())}))
