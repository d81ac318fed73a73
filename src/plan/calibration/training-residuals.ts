/**
 * How far published measurements lie from physics, by cell and source. Written by `npm run calibrate`, never by hand:
 * whoever changes the physics or the facets runs it again, and of two versions either may be thrown away.
 */
export const TRAINING_RESIDUALS = {
  dated: "2026-11-25",
  peakMemoryGib: `
kind | card | stack | family | method | objective | lengths | checkpointing | sharding | experts | source | n | ln(measured / physics)
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.03 -0.022 -0.019 -0.01 0.001
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.029 -0.022 -0.016 -0.012
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.015 -0.006 -0.004 -0.003 0.021
allocated | tensors | hf | transformers | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | 0.607 0.71 0.779 0.86 0.986
allocated | tensors | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 9 | 0.003 0.011 0.034 0.049 0.068
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.693 -0.343 0 0 0.009
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.376 0 0 0 0
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.04 -0.031 -0.026 -0.016 -0.002
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.088 -0.072 -0.064 -0.056 -0.04
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.041 -0.024 -0.019 -0.01 0.004
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.098 -0.074 -0.016 -0.012 0.029
allocated | tensors | hf | transformers | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 8 | 0.163 0.179 0.226 0.277 0.29
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | unsharded | dense | mlperf | 18 | -0.185 -0.185 -0.185 -0.02 -0.002
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 2 | -0.165 0.461
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.099 0.396
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.586 0.039 0.097 0.13
allocated | tensors | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | -0.255
device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.278 -0.237 -0.211 -0.185 -0.13
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.01 0.137
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.048 0.05 0.061 0.074 0.093
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.058 -0.002 0.02 0.064 0.082
device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.062 -0.009 0.065
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.489 0.696 0.781 0.804 0.804
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.011
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.035 -0.01
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.291 -0.165 -0.032 0.06 0.168
device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.517 -0.378 -0.067 -0.039 0.098
reserved | card | hf | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -0.054
reserved | card | hf | transformers | adapter | rl | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.757
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 5 | 0.085 0.128 0.204 0.204 0.224
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.12 0.077
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.112 0.112
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.282 -0.058 0.071 0.071 0.185
reserved | card | hf | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -0.817
reserved | card | hf | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 75 | -0.142 0.023 0.149 0.241 0.411
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 60 | -0.356 -0.29 -0.271 -0.217 -0.163
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.148 0.023
reserved | card | hf | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | -0.359
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 9 | -0.035 -0.004 0.11 0.273 0.331
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | experts | swex | 1 | 0.498
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -0.008
reserved | card | hf | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 11 | -0.06 -0.057 -0.053 -0.017 0.13
reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | -0.155
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 5 | 0.112 0.112 0.192 0.208 0.476
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.021 0.021
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -0.118 -0.118 0.4
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | -0.107 0.17 0.236 0.398 0.556
`,
  tokensPerSecPerGpu: `
gpu | vendor | stack | method | objective | precision | lengths | experts | source | n | ln(measured / physics)
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fms | 41 | -0.633 -0.524 -0.509 -0.489 -0.464
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | qwen | 20 | -1.466 -1.199 -0.997 -0.828 -0.668
A100 | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | paddle | 11 | -1.865 -1.772 -1.709 -1.689 -1.578
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | fms | 42 | -0.574 -0.447 -0.355 -0.324 -0.297
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | qwen | 2 | -0.605 -0.485
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | swex | 2 | -0.244 -0.199
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fms | 109 | -0.762 -0.471 -0.455 -0.43 -0.4
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | qwen | 8 | -1.44 -1.075 -1.062 -0.892 -0.768
A100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.33 -0.23 -0.216 -0.197
A100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 119 | -0.82 -0.67 -0.537 -0.434 -0.34
A100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.559
A100 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 1 | -0.507
A100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 3 | -1.17 -1.066 -0.906
A100 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 8 | -0.949 -0.389 -0.351 -0.343 -0.337
A100 | NVIDIA | torchtune | full | text | bf16 | padded rows | dense | mila | 1 | -3.076
A100 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 1 | -0.528
B200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 14 | -0.839 -0.734 -0.729 -0.726 -0.723
B200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 4 | -0.584 -0.563 -0.503 -0.498
GAUDI2 | Intel | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.367
GB200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 12 | -1.03 -0.997 -0.932 -0.87 -0.759
GB200 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 4 | -0.523 -0.282 -0.239 -0.187
GB200 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 9 | -0.456 -0.439 -0.397 -0.331 -0.292
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 24 | -0.574 -0.471 -0.4 -0.373 -0.321
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 9 | -0.775 -0.73 -0.691 -0.603 -0.551
GB300 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 21 | -0.309 -0.224 -0.176 -0.141 -0.084
H100 | NVIDIA | automodel | adapter | text | bf16 | full sequences | dense | automodel | 2 | -0.65 -0.605
H100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | dgxc | 13 | -1.53 -1.425 -1.328 -1.219 -1.018
H100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.658 -0.516 -0.502 -0.459
H100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 64 | -0.969 -0.749 -0.708 -0.581 -0.462
H100 | NVIDIA | llm-foundry | full | text | fp8 | full sequences | dense | foundry | 5 | -1.447 -1.301 -0.997 -0.908 -0.865
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | dgxc | 3 | -0.007 -0.002 -0.002
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 2 | -1.227 -0.95
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | dgxc | 3 | -0.283 -0.268 -0.268
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 33 | -1.077 -0.932 -0.83 -0.782 -0.734
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | nemo | 3 | -0.326 -0.302 -0.209
H100 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 8 | -0.45 -0.177 -0.115 -0.093 -0.025
H100 | NVIDIA | nemo | full | rl | fp8 | full sequences | dense | nemorl | 1 | -0.357
H100 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 30 | -0.312 -0.24 -0.203 -0.196 -0.146
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 13 | -0.444 -0.432 -0.425 -0.403 -0.324
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 30 | -0.497 -0.471 -0.454 -0.424 -0.314
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | nemo | 15 | -0.63 -0.489 -0.441 -0.422 -0.32
H100 | NVIDIA | torchtitan | full | text | bf16 | full sequences | dense | titan | 8 | -0.979 -0.86 -0.788 -0.771 -0.641
H100 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 18 | -1.842 -1.493 -1.391 -1.142 -0.974
H100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 7 | -1.875 -1.069 -0.964 -0.944 -0.933
H200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 24 | -0.76 -0.704 -0.618 -0.605 -0.588
H200 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 2 | -0.75 -0.733
H20 | NVIDIA | hf | full | text | bf16 | full sequences | dense | swex | 2 | -0.172 -0.08
L40S | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | peft | 61 | -1.642 -1.428 -1.176 -1.081 -1.004
L40S | NVIDIA | hf | full | text | bf16 | padded rows | dense | peft | 1 | -1.777
L40S | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 2 | -1.59 -1.578
L40S | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 5 | -1.876 -1.187 -1.172 -1.054 -1.018
MI300X | AMD | hf | qlora | text | bf16 | padded rows | dense | rocm | 1 | -2.591
MI300X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 6 | -1.014 -0.828 -0.779 -0.765 -0.753
MI325X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 4 | -0.785 -0.769 -0.732 -0.464
RTX | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 6 | -0.883 -0.747 -0.675 -0.626 -0.544
RTX | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 6 | -0.64 -0.636 -0.621 -0.589 -0.537
RTX | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 3 | -0.505 -0.235 0.479
RTX | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 3 | -1.513 -0.557 0.182
RTX | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 2 | -0.48 -0.304
`,
};
