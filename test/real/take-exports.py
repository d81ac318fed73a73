"""What a trainer makes of the files of `data export`: python take-exports.py TRAINER FOLDER

Prints one JSON object: for each file its rows, and of each row that the trainer takes the text that it learns; where a
library lacks, {"missing": ...}. TRL trains two steps on every file, with a model of some thousand random weights.
"""

import importlib.machinery
import json
import logging
import os
import sys
import tempfile
import types

os.environ.update(HF_HUB_OFFLINE="1", TRL_EXPERIMENTAL_SILENCE="1", DISABLE_VERSION_CHECK="1", TQDM_DISABLE="1")
TRAINER, FOLDER = sys.argv[1:3]
WORK = tempfile.mkdtemp()
os.environ["HF_HOME"] = WORK
TINY = os.path.join(WORK, "tiny")

# ChatML with the marks of what the assistant says, thinking (transformers fills both of its names) and calls of tools.
TEMPLATE = (
    "{%- if tools %}<|im_start|>tools\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
    "{%- for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{%- if message['role'] == 'assistant' %}{% generation %}"
    "{%- if message['thinking'] %}<think>{{ message['thinking'] }}</think>{% endif %}"
    "{{- message['content'] or '' }}"
    "{%- for call in message['tool_calls'] or [] %}<call>{{ call['function'] | tojson }}</call>{% endfor %}"
    "{{- '<|im_end|>' }}{% endgeneration %}"
    "{%- else %}{{ message['content'] or '' }}<|im_end|>{% endif %}{{ '\n' }}{% endfor %}"
    "{%- if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_tiny():
    """A tokenizer of bytes with the template, and a model for it."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocab = {char: index for index, char in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    inner = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    special = {"eos_token": "<|im_end|>", "pad_token": "<|pad|>", "additional_special_tokens": ["<|im_start|>"]}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, **special)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(TINY)
    torch.manual_seed(0)
    sizes = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2)
    ends = dict(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, bos_token_id=None)
    config = LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=8192, **sizes, **ends)
    LlamaForCausalLM(config).save_pretrained(TINY)
    return tokenizer


def load(name):
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    return load_dataset("json", data_files=os.path.join(FOLDER, name), split="train")


def files():
    return sorted(name for name in os.listdir(FOLDER) if name.endswith(".jsonl"))


def learnt(tokenizer, labels):
    return tokenizer.decode([label for label in labels if label != -100])


def trl():
    from transformers import LlamaForCausalLM
    from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

    try:
        from trl import KTOConfig, KTOTrainer
    except ImportError:
        from trl.experimental.kto import KTOConfig, KTOTrainer
    tokenizer = make_tiny()
    run = dict(max_steps=2, per_device_train_batch_size=2, report_to=[], use_cpu=True, save_strategy="no", bf16=False)
    run.update(output_dir=os.path.join(WORK, "out"), disable_tqdm=True, max_length=None, logging_strategy="no")
    found = {}
    for name in files():
        rows = load(name)
        use = name.split("-")[0].split(".")[0]
        common = dict(model=LlamaForCausalLM.from_pretrained(TINY), train_dataset=rows, processing_class=tokenizer)
        if use in ("sft", "text"):
            only = "messages" in rows.column_names
            trainer = SFTTrainer(args=SFTConfig(assistant_only_loss=only, **run), **common)
            batches = [trainer.data_collator([row]) for row in trainer.train_dataset]
            texts = [learnt(tokenizer, batch["labels"][0].tolist()) for batch in batches]
        elif use == "preference":
            trainer = DPOTrainer(args=DPOConfig(**run), **common)
            texts = [
                " > ".join(tokenizer.decode(row[f"{key}_ids"]) for key in ("chosen", "rejected"))
                for row in trainer.train_dataset
            ]
        elif use == "kto":
            trainer = KTOTrainer(args=KTOConfig(**run), **common)
            texts = [f"{row['label']} {tokenizer.decode(row['completion_ids'])}" for row in trainer.train_dataset]
        else:
            continue
        output, sys.stdout = sys.stdout, sys.stderr  # it prints its figures
        loss = trainer.train().training_loss
        sys.stdout = output
        found[name] = {"rows": len(rows), "learnt": texts, "loss": loss}
    return found


def llama_factory():
    # It imports torchaudio for datasets with sound, of which there are none here; transformers looks for it first.
    import transformers.processing_utils

    sound = types.ModuleType("torchaudio")
    sound.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    sys.modules.setdefault("torchaudio", sound)
    from llamafactory.data.loader import get_dataset
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments, ModelArguments
    from transformers import Seq2SeqTrainingArguments

    tokenizer = make_tiny()
    model = ModelArguments(model_name_or_path=TINY)
    run = Seq2SeqTrainingArguments(output_dir=os.path.join(WORK, "out"), do_train=True, report_to=[], use_cpu=True)
    with open(os.path.join(FOLDER, "dataset_info.json")) as file:
        info = json.load(file)
    stages = {"preference": "rm", "kto": "kto", "text": "pt"}
    found = {}
    for name, about in info.items():
        data = DataArguments(dataset=name, dataset_dir=FOLDER, template="chatml", cutoff_len=100_000)
        data.dataset = [name]
        template = get_template_and_fix_tokenizer(tokenizer, data)
        stage = stages.get(name.split("_")[0], "sft")
        output, sys.stdout = sys.stdout, sys.stderr  # it prints an example
        rows = get_dataset(template, model, data, run, stage=stage, tokenizer=tokenizer, processor=None)["train_dataset"]
        sys.stdout = output
        if stage == "rm":
            texts = [
                " > ".join(learnt(tokenizer, row[f"{key}_labels"]) for key in ("chosen", "rejected")) for row in rows
            ]
        elif stage == "kto":
            texts = [f"{bool(row['kto_tags'])} {learnt(tokenizer, row['labels'])}" for row in rows]
        else:
            texts = [learnt(tokenizer, row["labels" if stage == "sft" else "input_ids"]) for row in rows]
        found[about["file_name"]] = {"rows": len(load(about["file_name"])), "learnt": texts}
    return found


def axolotl():
    from axolotl.prompt_strategies import chat_template, completion, input_output
    from axolotl.prompt_strategies.dpo import chat_template as pairs
    from axolotl.prompt_strategies.kto import user_defined
    from axolotl.utils.dict import DictDefault

    tokenizer = make_tiny()
    fields = {"field_prompt": "prompt", "field_completion": "completion", "field_label": "label"}

    def config(kind):
        datasets = [{"type": kind}]
        return DictDefault(
            {"train_on_inputs": False, "sequence_len": 8192, "chat_template": "tokenizer_default", "datasets": datasets}
        )

    dialogue = {"type": "chat_template", "message_field_training": "train"}
    found = {}
    for name in files():
        rows = load(name)
        if name.startswith("preference"):
            change, _ = pairs.default(config("chat_template.default"))
            taken = [change(row, tokenizer) for row in rows]
            texts = [f"{row['chosen']} > {row['rejected']}" for row in taken]
        elif name.startswith("kto"):
            change = user_defined.default(config(fields))
            texts = [f"{row['label']} {row['completion']}" for row in map(change, rows)]
        elif name.startswith("text"):
            strategy = completion.load(tokenizer, config("completion"))
            taken = [strategy.tokenize_prompt({"text": [row["text"]]}) for row in rows]
            texts = [tokenizer.decode(row["input_ids"][0]) for row in taken]
        else:
            is_dialogue = "messages" in rows.column_names
            strategy = (
                chat_template.load(tokenizer, config("chat_template"), dialogue)
                if is_dialogue
                else input_output.load(tokenizer, config("input_output"))
            )
            texts = [learnt(tokenizer, strategy.tokenize_prompt(row)["labels"]) for row in rows]
        found[name] = {"rows": len(rows), "learnt": texts}
    return found


def openai():
    from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
    from pydantic import TypeAdapter

    messages, tools = TypeAdapter(list[ChatCompletionMessageParam]), TypeAdapter(list[ChatCompletionToolParam])
    found = {}
    for name in files():
        with open(os.path.join(FOLDER, name)) as file:
            rows = [json.loads(line) for line in file]
        texts = []
        for row in rows:
            asked = row.get("input", row)
            outputs = [row["preferred_output"], row["non_preferred_output"]] if "input" in row else []
            for each in [asked["messages"], *outputs]:
                messages.validate_python(each, strict=True)
            tools.validate_python(asked.get("tools", []), strict=True)
            assert set(row) <= {"messages", "tools", "parallel_tool_calls", "input", "preferred_output", "non_preferred_output"}
            if outputs:
                texts.append(" > ".join(each[0].get("content") or "" for each in outputs))
            else:
                own = [each for each in row["messages"] if each["role"] == "assistant" and each.get("weight", 1) == 1]
                texts.append("".join(f"{each.get('content') or ''}<|im_end|>" for each in own))
        found[name] = {"rows": len(rows), "learnt": texts}
    return found


def together():
    from together.lib.utils import check_file

    return {
        name: {"rows": report["num_samples"], "learnt": [], "passed": report["is_check_passed"], "says": report["message"]}
        for name, report in ((name, check_file(os.path.join(FOLDER, name))) for name in files())
    }


logging.disable(logging.WARNING)
try:
    found = {"trl": trl, "llama-factory": llama_factory, "axolotl": axolotl, "openai": openai, "together": together}[
        TRAINER
    ]()
except ImportError as error:
    found = {"missing": str(error)}
print(json.dumps(found))
