"""Trains with Lightning and its MLFlowLogger as its users write it: `train-lightning.py FOLDER STEPS`."""

import os
import sys

import pytorch_lightning as pl
import torch
from pytorch_lightning.loggers import MLFlowLogger

folder, steps = sys.argv[1], int(sys.argv[2])


class Line(pl.LightningModule):
    def __init__(self, rate=0.1):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch, _):
        x, y = batch
        loss = torch.nn.functional.mse_loss(self.layer(x), y)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


x = torch.linspace(0, 1, 8 * steps).unsqueeze(1)
logger = MLFlowLogger(experiment_name="lightning", run_name="lightning", tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
trainer = pl.Trainer(
    max_steps=steps,
    max_epochs=1,
    logger=logger,
    log_every_n_steps=1,
    accelerator="cpu",
    enable_checkpointing=False,
    enable_progress_bar=False,
    default_root_dir=folder,
)
trainer.fit(Line(), torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, 2 * x), batch_size=8))
