"""Trains with the Trainer of transformers as its users write it: `train-hf.py FOLDER STEPS`."""

import sys

import torch
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

folder, steps = sys.argv[1], int(sys.argv[2])
ids = torch.randint(0, 200, (40, 32), generator=torch.Generator().manual_seed(0))
trainer = Trainer(
    model=AutoModelForCausalLM.from_pretrained(f"{folder}/model"),
    args=TrainingArguments(
        output_dir=f"{folder}/out",
        run_name="hf",
        report_to="mlflow",
        max_steps=steps,
        logging_steps=1,
        per_device_train_batch_size=2,
        save_strategy="no",
        use_cpu=True,
    ),
    train_dataset=[{"input_ids": row, "labels": row} for row in ids],
)
trainer.train()
