"""Trains with TRL as its users write it: `train-trl.py FOLDER STEPS`. Only MLFLOW_TRACKING_URI says where it logs."""

import sys

from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

folder, steps = sys.argv[1], int(sys.argv[2])
trainer = SFTTrainer(
    model=f"{folder}/model",
    args=SFTConfig(
        output_dir=f"{folder}/out",
        run_name="trl",
        report_to="mlflow",
        max_steps=steps,
        logging_steps=1,
        per_device_train_batch_size=2,
        learning_rate=1e-3,
        save_strategy="no",
        max_length=64,
        use_cpu=True,
    ),
    train_dataset=load_dataset("json", data_files=f"{folder}/data/train.jsonl", split="train"),
)
trainer.train()
