"""Makes what this example trains: make_tiny.py [FOLDER] writes model/ and data/train.jsonl in FOLDER (default: its own).

The model is a Llama of 0.1 million random parameters with a tokenizer of its own: a real run takes seconds on a CPU and
needs no download. It learns nothing useful.
"""
import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

QUEUES = {
    "billing": ["The invoice shows the wrong amount for {}.", "I was charged twice for {}."],
    "delivery": ["Where is my parcel with {}?", "The courier lost {}."],
    "returns": ["How do I return {}?", "I want my money back for {}."],
}
ITEMS = ["a lamp", "the tent", "two chairs", "a kettle", "the bicycle", "a printer"]
PAD, START, END = "<|pad|>", "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{% else %}{{ m['content'] + '<|im_end|>' }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def rows(count):
    chance = random.Random(0)
    for number in range(count):
        queue = chance.choice(sorted(QUEUES))
        message = chance.choice(QUEUES[queue]).format(chance.choice(ITEMS)) + f" Order {1000 + number}."
        yield {
            "messages": [
                {"role": "user", "content": message},
                {"role": "assistant", "content": json.dumps({"queue": queue})},
            ]
        }


def make_tokenizer(texts):
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=[PAD, START, END], initial_alphabet=alphabet, show_progress=False
    )
    core.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, pad_token=PAD, bos_token=START, eos_token=END)
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    lines = [json.dumps(row) for row in rows(200)]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "train.jsonl").write_text("".join(f"{line}\n" for line in lines))
    tokenizer = make_tokenizer(lines)
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
        )
    )
    model.save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")


main()
