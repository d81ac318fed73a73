"""Trains all weights of a small model on a JSONL file of chat rows: fit-rows.py MODEL ROWS OUT EPOCHS RATE."""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

model_folder, rows_file, out, epochs, rate = sys.argv[1:6]
torch.manual_seed(0)
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(model_folder)
model = AutoModelForCausalLM.from_pretrained(model_folder)
with open(rows_file) as lines:
    rows = [json.loads(line)["messages"] for line in lines]
sequences = [tokenizer.apply_chat_template(row, tokenize=True, return_dict=False) for row in rows]
optimizer = torch.optim.AdamW(model.parameters(), lr=float(rate))
order = torch.Generator().manual_seed(0)
model.train()
for epoch in range(int(epochs)):
    total = 0.0
    for batch in torch.randperm(len(sequences), generator=order).split(16):
        group = [sequences[index] for index in batch]
        width = max(map(len, group))
        ids = torch.zeros((len(group), width), dtype=torch.long)
        labels = torch.full((len(group), width), -100)
        for index, sequence in enumerate(group):
            ids[index, : len(sequence)] = torch.tensor(sequence)
            labels[index, : len(sequence)] = torch.tensor(sequence)
        loss = model(input_ids=ids, attention_mask=(labels != -100).long(), labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item()
    print(epoch, total / (len(sequences) / 16), file=sys.stderr)
model.save_pretrained(out)
tokenizer.save_pretrained(out)
