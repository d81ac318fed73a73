"""Stand-ins for kernels that need a GPU: each allocates what the kernel allocates, and computes nothing.

They make the trace of a CPU that of a GPU where the two differ: attention that stores no scores, 4-bit products,
8-bit optimizers, fused losses. Each says whose allocations it follows.
"""
import math

import torch

LIVE = None  # the LiveBytes of the trace


def round_up(value, to):
    return -(-value // to) * to


class FlashAttention(torch.autograd.Function):
    """
    Attention without stored scores, after flash-attention 2 (csrc/flash_attn/flash_api.cpp, and the copy in torch's SDPA):
    forward keeps q, k, v, the output and one fp32 log-sum-exp per row; backward makes the three gradients, an fp32
    accumulator of dq, an fp32 sum per row and, where query heads share keys, dk and dv per query head.
    """

    @staticmethod
    def forward(ctx, query, key, value, window):
        batch, heads, length, width = query.shape
        out = query.new_empty(batch, length, heads, value.shape[-1])
        sums = query.new_empty(batch, heads, length, dtype=torch.float32)
        ctx.save_for_backward(query, key, value, out, sums)
        ctx.window = window
        LIVE.count_flops(0, attention_flops(query, key, value, window))
        return out

    @staticmethod
    def backward(ctx, grad):
        query, key, value, out, _sums = ctx.saved_tensors
        batch, heads, length, width = query.shape
        rows = round_up(length, 128)
        size = 4 * batch * heads * rows * (round_up(width, 32) + 1)  # dq in fp32, and the row sums of out * grad
        if key.shape[1] != heads:
            size += key.element_size() * batch * heads * key.shape[2] * (width + value.shape[-1])
        LIVE.count_flops(0, 2.5 * attention_flops(query, key, value, ctx.window))
        with LIVE.workspace(size):
            # Laid out as the kernel does, tokens before heads: the projections read them without a copy.
            grads = [each.new_empty(each.shape[0], each.shape[2], each.shape[1], each.shape[3]).transpose(1, 2) for each in (query, key, value)]
        return (*grads, None)


def attention_flops(query, key, value, window):
    """Two products over the causal half, or over the window where that is shorter; backward needs five."""
    batch, heads, length, width = query.shape
    keys = key.shape[2] if window is None else min(window, key.shape[2])
    pairs = length * keys - keys * (keys - 1) / 2 if keys < length else length * (length + 1) / 2
    return 2 * batch * heads * pairs * (width + value.shape[-1])


def flash_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, sliding_window=None, **_):
    """The attention kernel with the arguments of transformers' AttentionInterface."""
    window = sliding_window if sliding_window is not None else getattr(module, "sliding_window", None)
    return FlashAttention.apply(query, key, value, window), None


class FusedDropout(torch.autograd.Function):
    """Dropout as CUDA's native_dropout: a mask of one byte an element is kept, where the CPU keeps a scaled copy."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(torch.empty_like(x, dtype=torch.bool))
        return torch.empty_like(x)

    @staticmethod
    def backward(ctx, grad):
        return torch.empty_like(grad)


def dropout(x, p=0.5, training=True, inplace=False):
    """In place of torch.nn.functional.dropout."""
    return FusedDropout.apply(x) if training and 0 < p < 1 else x


class Product4bit(torch.autograd.Function):
    """
    A product with a 4-bit weight, after bitsandbytes' MatMul4Bit: the weight is expanded to the type of the input for
    the product, once more in backward, and never kept.
    """

    @staticmethod
    def forward(ctx, x, module):
        ctx.module = module
        return torch.nn.functional.linear(x, module.expanded(x.dtype))

    @staticmethod
    def backward(ctx, grad):
        return torch.matmul(grad, ctx.module.expanded(grad.dtype)), None


class Linear4bit(torch.nn.Linear):
    """
    A frozen NF4 layer: half a byte per parameter and one constant per 64; constants are fp32, or with double
    quantisation one byte with an fp32 per 256 of them (Dettmers et al. 2023, arXiv:2305.14314, section 3).
    """

    @classmethod
    def of(cls, linear, double, compute_dtype):
        layer = cls.__new__(cls)
        torch.nn.Module.__init__(layer)
        layer.in_features, layer.out_features = linear.in_features, linear.out_features
        layer.compute_dtype = compute_dtype
        count = linear.weight.numel()
        blocks = -(-count // 64)
        layer.weight = torch.nn.Parameter(torch.empty(-(-count // 2), 1, dtype=torch.uint8, device="meta"), requires_grad=False)
        layer.bias = linear.bias
        constants = torch.empty(blocks, dtype=torch.uint8 if double else torch.float32, device="meta")
        layer.register_buffer("constants", constants, persistent=False)
        if double:
            layer.register_buffer("outer", torch.empty(-(-blocks // 256), device="meta"), persistent=False)
        return layer

    def expanded(self, dtype):
        return self.constants.new_empty(self.out_features, self.in_features, dtype=dtype)

    def forward(self, x):
        given = x.dtype
        out = Product4bit.apply(x.to(self.compute_dtype), self)
        if self.bias is not None:
            out = out + self.bias
        return out.to(given)


class EightBitAdam(torch.optim.Optimizer):
    """
    The state of bitsandbytes' 8-bit AdamW: one byte twice and an fp32 twice per 256 for tensors of 4096 elements and
    more, fp32 for smaller ones and, as the Trainer asks for them, for embeddings. It updates in place. Paged state lies
    in host memory and counts nothing.
    """

    def __init__(self, params, full_precision, paged=False):
        super().__init__(params, {})
        self.full_precision, self.paged = full_precision, paged

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None or self.state[param] or self.paged:
                    continue
                small = param.numel() < 4096 or param in self.full_precision
                self.state[param] = {
                    name: torch.empty_like(param, dtype=torch.float32 if small else torch.uint8) for name in ("m", "v")
                }
                if not small:
                    blocks = -(-param.numel() // 256)
                    self.state[param] |= {name: param.new_empty(blocks, dtype=torch.float32) for name in ("absmax_m", "absmax_v")}


class LigerLoss(torch.autograd.Function):
    """
    Linear layer and cross-entropy in chunks, after Liger's FusedLinearCrossEntropy: the gradients of input and weight
    are made in forward, and one chunk of logits lives at a time; a chunk has about hidden / vocabulary of the rows.
    """

    @staticmethod
    def forward(ctx, hidden, weight):
        rows, width = hidden.shape
        vocab = weight.shape[0]
        grad_hidden = torch.zeros_like(hidden)
        grad_weight = torch.zeros_like(weight) if weight.requires_grad else None
        chunk = 2 ** math.ceil(math.log2(math.ceil(rows / math.ceil(vocab / width))))
        losses = hidden.new_zeros(rows, dtype=torch.float32)
        for start in range(0, rows, chunk):
            logits = hidden[start : start + chunk] @ weight.t()
            grad_hidden[start : start + chunk] = logits @ weight
            if grad_weight is not None:
                grad_weight += torch.mm(logits.t(), hidden[start : start + chunk]).to(grad_weight.dtype)
        ctx.grads = (grad_hidden, grad_weight)
        return losses.sum()

    @staticmethod
    def backward(ctx, grad):
        grads, ctx.grads = ctx.grads, None
        return grads


class FusedCrossEntropy(torch.autograd.Function):
    """
    Cross-entropy in one Triton kernel over bf16 logits, after Unsloth's: forward keeps the logits and an fp32 per row,
    backward writes the gradient over the logits.
    """

    @staticmethod
    def forward(ctx, logits):
        rows = logits.shape[0]
        sums = logits.new_empty(rows, dtype=torch.float32)
        ctx.save_for_backward(logits, sums)
        return logits.new_empty(rows, dtype=torch.float32)

    @staticmethod
    def backward(ctx, grad):
        return ctx.saved_tensors[0].detach()
