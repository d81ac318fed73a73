"""Mean loss per token of rows under a model: reads a request as JSON on stdin, prints one JSON line on stdout.

Only safetensors are read, nothing is downloaded and no foreign code runs.
"""
import json
import os
import sys

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false"}

# What the chosen Python prints in addition to our line goes to stderr: stdout is one JSON line.
ANSWER = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

BATCH = 16


def tokens_of(tokenizer, row, longest):
    if "messages" in row:
        if tokenizer.chat_template:
            ids = tokenizer.apply_chat_template(row["messages"], tokenize=True, return_dict=False)
        else:
            ids = tokenizer("\n".join(str(message["content"]) for message in row["messages"]))["input_ids"]
    else:
        ids = tokenizer(row["text"])["input_ids"]
    return list(ids)[:longest]


def losses(request):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(request["model"])
    model = AutoModelForCausalLM.from_pretrained(request["model"], use_safetensors=True)
    if request["adapter"] is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, request["adapter"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).eval()
    sequences = [tokens_of(tokenizer, row, request["maxTokens"]) for row in request["rows"]]
    results = [None] * len(sequences)
    order = sorted((index for index, ids in enumerate(sequences) if len(ids) > 1), key=lambda index: len(sequences[index]))
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            width = max(len(sequences[index]) for index in batch)
            ids = torch.zeros((len(batch), width), dtype=torch.long)
            mask = torch.zeros((len(batch), width), dtype=torch.long)
            for row, index in enumerate(batch):
                ids[row, : len(sequences[index])] = torch.tensor(sequences[index])
                mask[row, : len(sequences[index])] = 1
            logits = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits.float().cpu()
            nll = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
            weight = mask[:, 1:].float()
            means = (nll * weight).sum(dim=1) / weight.sum(dim=1)
            for row, index in enumerate(batch):
                results[index] = means[row].item()
    return {"losses": results}


print(json.dumps(losses(json.load(sys.stdin))), file=ANSWER, flush=True)
