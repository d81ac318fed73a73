/**
 * How far published measurements lie from physics, by cell and source. Written by `npm run calibrate`, never by hand:
 * whoever changes the physics or the facets runs it again, and of two versions either may be thrown away.
 */
export const TRAINING_RESIDUALS = {
  dated: "2026-11-25",
  peakMemoryGib: `
kind | card | stack | family | method | objective | lengths | checkpointing | sharding | experts | source | n | ln(measured / physics)
allocated | tensors | automodel | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.102 0.452
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | sharded | dense | automodel | 1 | 0.003
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | automodel | 1 | 0.001
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.035 -0.024 -0.023 -0.013 0.002
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.012 -0.008 -0.005 -0.003
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.027 -0.008 -0.007 -0.004 0.044
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.45 -0.002 0.001 0.001 0.015
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.56 0 0 0 0.001
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.047 -0.035 -0.032 -0.029 -0.001
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.081 -0.061 -0.024 -0.01 0.01
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.051 -0.033 -0.024 -0.002 0.013
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.073 -0.039 -0.03 0.002 0.085
allocated | tensors | litgpt | pytorch | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | -0.028 0.008 0.05 0.06 0.117
allocated | tensors | litgpt | pytorch | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | 0.02 0.086 0.11 0.151 0.167
allocated | tensors | litgpt | pytorch | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | 0.038 0.097 0.115 0.158 0.175
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 1 | 0.028
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | mlperf | 25 | -0.173 -0.173 -0.173 0.063 0.081
allocated | tensors | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 2 | 0.067 0.089
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.383
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.24 -0.036 0.344 1.378
allocated | tensors | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | tune | 4 | 0.327 0.339 0.361 0.369
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.717
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 7 | -0.08 0.199 0.311 0.414 1.077
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | tune | 3 | 0.05 0.055 0.14
allocated | tensors | torchtune | pytorch | full | text | varying lengths | no checkpoints | unsharded | dense | tune | 1 | -0.225
allocated | tensors | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 3 | -0.045 -0.034 0.4
device | card | axolotl | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.002
device | card | axolotl | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | axo | 14 | -0.305 -0.257 -0.189 0.2 0.71
device | card | axolotl | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | axo | 2 | 0.077 0.774
device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.057 -0.008 0.029 0.064 0.145
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.021 0.173
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.137 0.206 0.224 0.238 0.251
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | -0.026 0.064 0.125 0.166 0.233
device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.019 0.11 0.268
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.015 0.211 0.325 0.434 0.494
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | -0.097 -0.058 0.107
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.029 0.063 0.178 0.284 0.409
device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.203 0.202 0.294 0.355 0.644
device | card | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | mila | 12 | -0.369 -0.297 -0.269 -0.171 -0.108
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.01 0.069 0.117 0.125 0.205
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.116 0.116
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 42 | -0.155 -0.072 -0.029 -0.009 0.093
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | -0.018
reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.071
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.109 -0.065 -0.048 -0.019 0.088
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | -0.085 -0.085
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.103 0.004
reserved | card | ms-swift | megatron | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.428
reserved | card | ms-swift | megatron | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 7 | -0.669 -0.048 0.053 0.369 0.552
reserved | card | ms-swift | megatron | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -1.362
reserved | card | ms-swift | megatron | adapter | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | -0.405
reserved | card | ms-swift | megatron | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -2.996
reserved | card | ms-swift | megatron | full | preference | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -1.182 0.104 0.186
reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | sharded | experts | swex | 3 | 0.187 0.213 0.302
reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.696 -0.47 -0.13 0.151 0.29
reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | 0.242
reserved | card | ms-swift | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 1 | 0.115
reserved | card | ms-swift | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.655
reserved | card | ms-swift | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.232 0.161
reserved | card | ms-swift | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.899 -0.087 0.262 0.262 0.487
reserved | card | ms-swift | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -2.286
reserved | card | ms-swift | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | -0.214 -0.011 0.006 0.15 0.285
reserved | card | ms-swift | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.182 -0.099
reserved | card | ms-swift | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | 0.209
reserved | card | ms-swift | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 6 | -0.005 0.018 0.085 0.347 0.574
reserved | card | ms-swift | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.096
reserved | card | ms-swift | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | -0.198 -0.024 0.001 0.035 0.227
reserved | card | ms-swift | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 2 | -0.572 -0.572
reserved | card | ms-swift | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | -0.015 0.035 0.046 0.157 0.223
reserved | card | torchtitan | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -0.061 -0.012 0.063 0.077 0.258
reserved | card | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | 0.933
`,
  tokensPerSecPerGpu: `
gpu | vendor | stack | family | method | rows | precision | lengths | experts | source | n | ln(measured / physics)
A100 | NVIDIA | fms-fsdp | pytorch | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.081 -0.072 -0.03 0.005
A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fms | 41 | -0.222 -0.204 -0.198 -0.174 -0.156
A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | qwen | 30 | -0.567 -0.241 -0.112 -0.005 0.044
A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | experts | fms | 4 | -0.428 -0.36 -0.329 -0.264
A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | padded rows | dense | paddle | 11 | -0.794 -0.727 -0.682 -0.554 -0.551
A100 | NVIDIA | hf | transformers | full | given rows | bf16 | full sequences | dense | fms | 42 | -0.241 -0.128 -0.108 -0.096 -0.084
A100 | NVIDIA | hf | transformers | full | given rows | bf16 | full sequences | dense | qwen | 9 | -0.073 -0.03 0.016 0.043 0.055
A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fms | 109 | -0.236 -0.15 -0.133 -0.115 -0.092
A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | qwen | 12 | -0.425 -0.172 -0.02 0.072 0.125
A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | experts | fms | 20 | -0.331 -0.301 -0.246 -0.22 -0.188
A100 | NVIDIA | llm-foundry | pytorch | full | given rows | bf16 | full sequences | dense | foundry | 139 | -0.123 -0.093 -0.065 -0.042 0
A100 | NVIDIA | ms-swift | transformers | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.021 0.56
A100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.348
A100 | NVIDIA | paddlenlp | transformers | adapter | given rows | bf16 | padded rows | dense | paddle | 11 | -0.662 -0.633 -0.292 -0.17 0.054
A100 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | full sequences | dense | tune | 1 | 0.094
A100 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 7 | -0.17 -0.076 -0.057 -0.051 -0.029
A100 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | padded rows | dense | tune | 1 | -0.424
A100 | NVIDIA | torchtune | pytorch | qlora | given rows | bf16 | full sequences | dense | tune | 1 | 0.089
A100 | NVIDIA | xtuner | transformers | full | given rows | bf16 | full sequences | dense | xtuner | 14 | -0.395 -0.244 -0.05 -0.017 0.068
B200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 14 | -0.03 0.103 0.108 0.111 0.114
B200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.639 -0.493 -0.454 -0.443 -0.337
B200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 4 | 0.039 0.044 0.049 0.07
B200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 16 | -0.512 -0.382 -0.269 -0.099 0.069
B300 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 4 | -0.736 -0.599 -0.593 -0.586
B300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 15 | -0.619 -0.193 -0.097 0.01 0.07
GAUDI2 | Intel | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.429
GB200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 12 | -0.272 -0.239 -0.175 -0.092 0.069
GB200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | dense | dgxc | 9 | -0.28 -0.272 -0.255 -0.229 -0.215
GB200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 7 | -0.644 -0.636 -0.591 -0.51 -0.226
GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 24 | -0.023 0.118 0.189 0.21 0.265
GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | dgxc | 9 | -0.169 -0.137 -0.128 -0.123 -0.11
GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 29 | -0.142 -0.076 -0.005 0.118 0.246
GB200 | NVIDIA | nemo | megatron | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | -0.234 -0.161 -0.067 -0.03 0.017
GB200 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | dense | nemorl | 4 | -0.497 -0.47 -0.27 -0.211
GB200 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | experts | nemorl | 6 | -0.837 -0.622 -0.442 -0.186 -0.068
GB300 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 7 | -0.547 -0.541 -0.535 -0.456 -0.125
GB300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 21 | 0.013 0.025 0.089 0.171 0.259
GB300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 27 | -0.001 0.037 0.066 0.283 0.398
GB300 | NVIDIA | nemo | megatron | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | 0.05 0.079 0.093 0.121 0.147
H100 | NVIDIA | automodel | pytorch | adapter | given rows | bf16 | full sequences | dense | automodel | 2 | 0.021 0.085
H100 | NVIDIA | automodel | pytorch | full | given rows | bf16 | full sequences | experts | automodel | 5 | -0.153 0.092 0.274 0.338 0.425
H100 | NVIDIA | fms-fsdp | pytorch | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.226 -0.215 -0.185 -0.102
H100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | dgxc | 13 | -0.706 -0.485 -0.364 -0.328 -0.277
H100 | NVIDIA | llm-foundry | pytorch | full | given rows | bf16 | full sequences | dense | foundry | 70 | -0.217 -0.169 -0.136 -0.112 -0.076
H100 | NVIDIA | llm-foundry | pytorch | full | given rows | fp8 | full sequences | dense | foundry | 7 | -0.171 -0.104 -0.05 0.062 0.144
H100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | dgxc | 3 | 0.101 0.105 0.105
H100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 2 | -0.911 -0.635
H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | dgxc | 3 | 0.295 0.31 0.31
H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 33 | -0.208 -0.102 -0.058 0.065 0.114
H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | nemo | 3 | 0.103 0.291 0.313
H100 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | dense | dgxc | 30 | -0.214 -0.143 -0.094 -0.081 -0.01
H100 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.761 -0.758 -0.755 -0.728 -0.727
H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 13 | -0.043 -0.034 -0.003 0.026 0.066
H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | dgxc | 30 | -0.043 -0.024 0 0.076 0.108
H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | nemo | 15 | -0.152 -0.103 -0.05 -0.031 0.025
H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 14 | -0.739 -0.228 -0.208 -0.157 -0.102
H100 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | dense | nemorl | 8 | -0.316 -0.296 -0.199 -0.046 0.06
H100 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | experts | nemorl | 12 | -0.751 -0.426 -0.367 -0.222 0.261
H100 | NVIDIA | nemo | megatron | full | sampled answers | fp8 | full sequences | dense | nemorl | 1 | 0.321
H100 | NVIDIA | nemo | megatron | full | sampled answers | fp8 | full sequences | experts | nemorl | 1 | -0.16
H100 | NVIDIA | torchtitan | pytorch | full | given rows | bf16 | full sequences | dense | titan | 8 | -0.214 -0.197 -0.194 -0.181 -0.106
H100 | NVIDIA | torchtitan | pytorch | full | given rows | fp8 | full sequences | dense | titan | 22 | -0.453 -0.229 -0.068 0.05 0.28
H100 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | padded rows | dense | mila | 7 | -0.352 -0.036 0.135 0.187 0.226
H200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 24 | -0.219 -0.014 0.016 0.037 0.13
H200 | NVIDIA | torchtitan | pytorch | full | given rows | fp8 | full sequences | dense | titan | 2 | 0.132 0.15
H20 | NVIDIA | ms-swift | transformers | adapter | given rows | bf16 | full sequences | experts | swex | 2 | -0.399 -0.276
H20 | NVIDIA | ms-swift | transformers | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.057 0.148
L40S | NVIDIA | hf | transformers | adapter | given rows | bf16 | padded rows | dense | peft | 42 | -0.162 -0.048 -0.003 0.065 0.167
L40S | NVIDIA | hf | transformers | full | given rows | bf16 | padded rows | dense | peft | 1 | -0.06
L40S | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 2 | 0.328 0.34
L40S | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | padded rows | dense | mila | 5 | -0.226 -0.038 -0.014 0.026 0.109
MI300X | AMD | hf | transformers | adapter | given rows | bf16 | padded rows | dense | rocm | 1 | 0.338
MI300X | AMD | hf | transformers | full | given rows | bf16 | padded rows | dense | rocm | 1 | -0.479
MI300X | AMD | hf | transformers | qlora | given rows | bf16 | padded rows | dense | rocm | 1 | -1.695
MI300X | AMD | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 6 | -0.193 0.059 0.142 0.156 0.168
MI325X | AMD | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 4 | -0.006 0.008 0.01 0.046
RTX-3090 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fq | 5 | -0.834 -0.524 -0.186 -0.128 0.051
RTX-3090 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fq | 5 | -0.618 -0.186 0.003 0.003 0.045
RTX-4090 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fq | 2 | 0.262 0.379
RTX-4090 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fq | 2 | 0.231 0.237
RTX-4090 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | full sequences | dense | tune | 2 | -0.102 0.299
RTX-4090 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 2 | -1.25 -0.256
RTX-4090 | NVIDIA | torchtune | pytorch | qlora | given rows | bf16 | full sequences | dense | tune | 2 | 0.103 0.127
RTX-A6000 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 1 | 0.484
`,
};
