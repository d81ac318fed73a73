"""Follows every allocation of a step on fake tensors: how many bytes live, of what kind, and when most do.

Bytes are those of the CUDA caching allocator: each storage rounded up to 512 B (c10/cuda/CUDACachingAllocator.cpp,
kMinBlockSize). Whoever resizes a storage in place, as FSDP2 does with its gathered weights, is followed too.
"""
import contextlib
import weakref

import torch
from torch.distributed.tensor import DTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from torch.utils.flop_counter import flop_registry

# What a storage is. A phase names the kind of what it allocates; marks (weights, gradients, optimizer) come on top.
KINDS = ("weights", "gradients", "optimizer", "activations", "logits", "temporaries", "workspace")
INSTANTS = ("reference", "forward", "loss", "backward", "optimizer")
KIND_OF_PHASE = {
    "setup": "weights",
    "reference": "activations",
    "forward": "activations",
    "loss": "logits",
    "backward": "temporaries",
    "optimizer": "temporaries",
}
BLOCK_BYTES = 512


def grouped_flops(a, b, *_args, out_val=None, **_kwargs):
    """Products of tokens grouped by expert, which torch's counter does not know: every row meets one expert's matrix."""
    return 2 * a.shape[-2] * a.shape[-1] * b.shape[-1]


FORMULAS = {**flop_registry, **({torch.ops.aten._grouped_mm: grouped_flops} if hasattr(torch.ops.aten, "_grouped_mm") else {})}


class LiveBytes(TorchDispatchMode):
    """Live bytes by kind; the peak of each phase; FLOPs by torch's own formulas and by those of the stand-ins."""

    def __init__(self):
        super().__init__()
        self.phase = "setup"
        self.live = 0
        self.by_kind = dict.fromkeys(KINDS, 0)
        self.entries = {}  # storage -> [bytes, kind]
        self.peaks = {}  # phase -> (bytes, bytes by kind)
        self.flops = self.attention_flops = 0

    def enter_phase(self, phase):
        """From here on allocations belong to `phase`; its peak starts at what is live."""
        self.phase = phase
        self._note_peak()

    def restart(self):
        """Forgets peaks and FLOPs, keeps what is live: the step that counts begins."""
        self.peaks = {}
        self.flops = self.attention_flops = 0

    def mark(self, tensor, kind):
        """Says what a tensor is, whenever it was allocated."""
        entry = self.entries.get(_storage(tensor)._cdata)
        if entry is not None and entry[1] != kind:
            self.by_kind[entry[1]] -= entry[0]
            self.by_kind[kind] += entry[0]
            entry[1] = kind

    @contextlib.contextmanager
    def workspace(self, size):
        """Bytes that a kernel holds while it runs and that no tensor shows."""
        self._add("workspace", size)
        yield
        self._add("workspace", -size)

    def count_flops(self, flops, attention=0):
        """Adds what a stand-in for a kernel would compute: `attention` apart from matrix products."""
        self.flops += flops
        self.attention_flops += attention

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        for tensor in tree_iter(result):
            if isinstance(tensor, torch.Tensor):
                self.see(tensor)
        formula = FORMULAS.get(func._overloadpacket)
        if formula is not None:
            self.flops += formula(*args, **kwargs, out_val=result)
        return result

    def see(self, tensor):
        storage = _storage(tensor)
        key = storage._cdata
        entry = self.entries.get(key)
        size = _rounded(storage.nbytes())
        if entry is not None:
            if entry[0] != size:  # resized in place
                self._add(entry[1], size - entry[0])
                entry[0] = size
            return
        kind = KIND_OF_PHASE[self.phase]
        self.entries[key] = [size, kind]
        self._add(kind, size)
        weakref.finalize(storage, self._end, key)

    @contextlib.contextmanager
    def following_resizes(self):
        """Sees `storage.resize_`, which no dispatch shows."""
        original = torch.UntypedStorage.resize_

        def resize(storage, size):
            original(storage, size)
            entry = self.entries.get(storage._cdata)
            if entry is not None:
                self._add(entry[1], -entry[0])
                entry[:] = [_rounded(size), "weights"]  # whoever resizes gathers weights
                self._add("weights", entry[0])

        torch.UntypedStorage.resize_ = resize
        try:
            yield
        finally:
            torch.UntypedStorage.resize_ = original

    def _add(self, kind, size):
        self.live += size
        self.by_kind[kind] += size
        if size > 0:
            self._note_peak()

    def _note_peak(self):
        if self.live > self.peaks.get(self.phase, (-1,))[0]:
            self.peaks[self.phase] = (self.live, dict(self.by_kind))

    def _end(self, key):
        size, kind = self.entries.pop(key, (0, "temporaries"))
        self.live -= size
        self.by_kind[kind] -= size


def _storage(tensor):
    return (tensor._local_tensor if isinstance(tensor, DTensor) else tensor).untyped_storage()


def _rounded(size):
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES
