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
allocated | tensors | hf | transformers | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | -0.028 0.008 0.05 0.06 0.117
allocated | tensors | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | 0.02 0.086 0.11 0.151 0.167
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.462 -0.002 0.001 0.001 0.015
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.573 0 0 0 0.001
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.047 -0.035 -0.032 -0.029 -0.002
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.081 -0.061 -0.024 -0.01 0.01
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.051 -0.033 -0.024 -0.005 0.013
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.073 -0.039 -0.03 0.002 0.085
allocated | tensors | hf | transformers | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | 0.038 0.097 0.115 0.158 0.175
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
device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.057 -0.008 0.029 0.064 0.145
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.021 0.173
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.137 0.206 0.224 0.238 0.251
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | -0.026 0.064 0.125 0.166 0.233
device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.019 0.11 0.268
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.015 0.211 0.325 0.434 0.494
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.002
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | -0.097 -0.058 0.107
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | axo | 14 | -0.305 -0.257 -0.189 0.2 0.71
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.029 0.063 0.178 0.284 0.409
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | axo | 2 | 0.077 0.774
device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.203 0.202 0.294 0.355 0.644
device | card | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | mila | 12 | -0.369 -0.297 -0.269 -0.171 -0.108
reserved | card | hf | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.655
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.01 0.069 0.117 0.125 0.205
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.232 0.161
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.116 0.116
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.087 0.262 0.262 0.269 0.495
reserved | card | hf | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -2.286
reserved | card | hf | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | -0.214 -0.011 0.006 0.15 0.285
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 42 | -0.155 -0.072 -0.029 -0.009 0.093
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.182 -0.099
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | -0.018
reserved | card | hf | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | 0.209
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 6 | -0.005 0.018 0.085 0.347 0.574
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.096
reserved | card | hf | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | -0.198 -0.024 0.001 0.035 0.227
reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.071
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.109 -0.065 -0.048 -0.019 0.088
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | -0.085 -0.085
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 2 | -0.643 -0.643
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | -0.015 0.035 0.046 0.138 0.188
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.103 0.004
reserved | card | nemo | megatron | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.428
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 7 | -0.669 -0.048 0.053 0.369 0.552
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -1.362
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | -0.405
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -2.996
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -1.182 0.104 0.186
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | sharded | experts | swex | 3 | 0.187 0.213 0.302
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.696 -0.47 -0.13 0.151 0.29
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | 0.242
reserved | card | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 1 | 0.115
reserved | card | torchtitan | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -0.061 -0.012 0.063 0.077 0.258
reserved | card | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | 0.933
`,
  tokensPerSecPerGpu: `
gpu | vendor | stack | method | objective | precision | lengths | experts | source | n | ln(measured / physics)
A100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.084 -0.074 -0.031 0
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fms | 41 | -0.222 -0.204 -0.199 -0.174 -0.157
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | qwen | 30 | -0.634 -0.261 -0.199 -0.086 0.015
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | experts | fms | 4 | -0.43 -0.364 -0.33 -0.265
A100 | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.832 -0.787 -0.738 -0.616 -0.608
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | fms | 42 | -0.242 -0.13 -0.109 -0.096 -0.084
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | qwen | 9 | -0.073 -0.039 -0.001 0.038 0.053
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fms | 109 | -0.244 -0.15 -0.133 -0.116 -0.093
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | qwen | 12 | -0.43 -0.247 -0.07 0.024 0.098
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | experts | fms | 20 | -0.343 -0.304 -0.25 -0.224 -0.189
A100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 139 | -0.123 -0.094 -0.066 -0.043 -0.002
A100 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.02 0.626
A100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.337
A100 | NVIDIA | paddlenlp | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.72 -0.669 -0.33 -0.207 -0.014
A100 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 1 | 0.085
A100 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 7 | -0.173 -0.079 -0.06 -0.053 -0.032
A100 | NVIDIA | torchtune | full | text | bf16 | padded rows | dense | tune | 1 | -0.429
A100 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 1 | 0.08
A100 | NVIDIA | xtuner | full | text | bf16 | full sequences | dense | xtuner | 14 | -0.39 -0.243 -0.049 -0.002 0.071
B200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 14 | -0.056 0.094 0.099 0.102 0.105
B200 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 5 | -0.642 -0.5 -0.46 -0.449 -0.341
B200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 4 | 0.032 0.037 0.041 0.062
B200 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 16 | -0.524 -0.441 -0.315 -0.134 0.049
B300 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 4 | -0.743 -0.607 -0.602 -0.594
B300 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 15 | -0.663 -0.225 -0.111 -0.005 0.055
GAUDI2 | Intel | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.429
GB200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 12 | -0.315 -0.282 -0.223 -0.127 0.057
GB200 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 4 | -0.503 -0.478 -0.275 -0.217
GB200 | NVIDIA | nemo | full | rl | bf16 | full sequences | experts | nemorl | 6 | -0.837 -0.623 -0.442 -0.186 -0.069
GB200 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 9 | -0.281 -0.273 -0.256 -0.23 -0.215
GB200 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 7 | -0.656 -0.647 -0.603 -0.537 -0.255
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 24 | -0.028 0.123 0.191 0.212 0.265
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 9 | -0.172 -0.139 -0.13 -0.125 -0.113
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 29 | -0.185 -0.117 -0.044 0.065 0.21
GB200 | NVIDIA | nemo | full | text | nvfp4 | full sequences | dense | bridge | 9 | -0.242 -0.17 -0.068 -0.031 0.015
GB300 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 7 | -0.559 -0.554 -0.548 -0.47 -0.146
GB300 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 21 | 0.01 0.029 0.08 0.182 0.258
GB300 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 27 | -0.038 0.008 0.051 0.243 0.37
GB300 | NVIDIA | nemo | full | text | nvfp4 | full sequences | dense | bridge | 9 | 0.046 0.072 0.082 0.12 0.146
H100 | NVIDIA | automodel | adapter | text | bf16 | full sequences | dense | automodel | 2 | 0.01 0.072
H100 | NVIDIA | automodel | full | text | bf16 | full sequences | experts | automodel | 5 | -0.162 0.086 0.269 0.326 0.418
H100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.229 -0.219 -0.19 -0.109
H100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | dgxc | 13 | -0.707 -0.486 -0.366 -0.329 -0.278
H100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 70 | -0.218 -0.171 -0.137 -0.112 -0.077
H100 | NVIDIA | llm-foundry | full | text | fp8 | full sequences | dense | foundry | 7 | -0.171 -0.109 -0.051 0.059 0.141
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | dgxc | 3 | 0.079 0.083 0.083
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 2 | -0.9 -0.621
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | dgxc | 3 | 0.259 0.274 0.274
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 33 | -0.212 -0.105 -0.062 0.063 0.112
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | nemo | 3 | 0.096 0.252 0.288
H100 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 8 | -0.322 -0.303 -0.202 -0.049 0.053
H100 | NVIDIA | nemo | full | rl | bf16 | full sequences | experts | nemorl | 12 | -0.752 -0.426 -0.372 -0.223 0.26
H100 | NVIDIA | nemo | full | rl | fp8 | full sequences | dense | nemorl | 1 | 0.307
H100 | NVIDIA | nemo | full | rl | fp8 | full sequences | experts | nemorl | 1 | -0.161
H100 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 30 | -0.215 -0.151 -0.095 -0.081 -0.02
H100 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 5 | -0.78 -0.778 -0.764 -0.75 -0.749
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 13 | -0.044 -0.035 -0.004 0.029 0.068
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 30 | -0.053 -0.025 -0.002 0.061 0.104
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | nemo | 15 | -0.165 -0.104 -0.069 -0.036 0.022
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 14 | -0.793 -0.291 -0.259 -0.176 -0.121
H100 | NVIDIA | torchtitan | full | text | bf16 | full sequences | dense | titan | 8 | -0.223 -0.211 -0.2 -0.187 -0.109
H100 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 22 | -0.46 -0.229 -0.077 0.049 0.267
H100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 7 | -0.398 -0.132 0.069 0.153 0.207
H200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 24 | -0.231 -0.016 0.013 0.034 0.129
H200 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 2 | 0.131 0.149
H20 | NVIDIA | ms-swift | adapter | text | bf16 | full sequences | experts | swex | 2 | -0.341 -0.218
H20 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.056 0.148
L40S | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | peft | 42 | -0.285 -0.182 -0.129 -0.064 0.027
L40S | NVIDIA | hf | full | text | bf16 | padded rows | dense | peft | 1 | -0.093
L40S | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 2 | 0.323 0.336
L40S | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 5 | -0.254 -0.13 -0.122 -0.093 0.019
MI300X | AMD | hf | adapter | text | bf16 | padded rows | dense | rocm | 1 | 0.307
MI300X | AMD | hf | full | text | bf16 | padded rows | dense | rocm | 1 | -0.495
MI300X | AMD | hf | qlora | text | bf16 | padded rows | dense | rocm | 1 | -1.695
MI300X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 6 | -0.266 0.015 0.115 0.129 0.141
MI325X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 4 | -0.034 -0.02 -0.018 0.018
RTX-3090 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 5 | -0.834 -0.525 -0.186 -0.128 0.05
RTX-3090 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 5 | -0.629 -0.187 0.003 0.003 0.045
RTX-4090 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 2 | 0.234 0.368
RTX-4090 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 2 | 0.223 0.232
RTX-4090 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 2 | -0.114 0.252
RTX-4090 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 2 | -1.254 -0.268
RTX-4090 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 2 | 0.059 0.116
RTX-A6000 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 1 | 0.484
`,
};
