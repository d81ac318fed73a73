/**
 * How far published measurements lie from physics, by cell and source. Written by `npm run calibrate`, never by hand:
 * whoever changes the physics or the facets runs it again, and of two versions either may be thrown away.
 */
export const TRAINING_RESIDUALS = {
  dated: "2026-11-25",
  peakMemoryGib: `
kind | card | stack | family | method | objective | lengths | checkpointing | sharding | experts | source | n | ln(measured / physics)
allocated | tensors | automodel | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.099 0.396
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | sharded | dense | automodel | 1 | -0.018
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | automodel | 1 | -0.018
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.03 -0.022 -0.019 -0.01 0.001
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.005 -0.002 -0.002 -0.001
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.015 -0.006 -0.004 -0.003 0.021
allocated | tensors | hf | transformers | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | -0.022 0.006 0.04 0.046 0.088
allocated | tensors | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | 0.008 0.037 0.057 0.078 0.103
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.257 -0.001 0 0 0.009
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.347 0 0 0 0
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.042 -0.034 -0.03 -0.025 -0.002
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.041 -0.034 -0.015 -0.006 0.005
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.041 -0.024 -0.021 -0.005 0.012
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.037 -0.019 -0.015 0.001 0.045
allocated | tensors | hf | transformers | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | 0.024 0.069 0.086 0.109 0.124
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 1 | 0.017
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | mlperf | 25 | -0.12 -0.12 -0.12 0.021 0.043
allocated | tensors | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 2 | 0.044 0.069
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.24
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.057 -0.015 0.157 0.569
allocated | tensors | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | tune | 4 | 0.092 0.099 0.105 0.123
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.419
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 7 | -0.046 0.062 0.084 0.127 0.445
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | tune | 3 | 0.012 0.014 0.055
allocated | tensors | torchtune | pytorch | full | text | varying lengths | no checkpoints | unsharded | dense | tune | 1 | -0.108
allocated | tensors | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 3 | -0.028 -0.013 0.285
device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.047 -0.006 0.019 0.037 0.097
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.017 0.134
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.065 0.079 0.085 0.096 0.112
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | -0.024 0.041 0.075 0.103 0.141
device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.007 0.045 0.118
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.005 0.109 0.159 0.207 0.232
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.001
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | -0.056 -0.033 0.107
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | axo | 14 | -0.17 -0.132 -0.082 0.124 0.448
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.024 0.045 0.117 0.179 0.288
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | axo | 2 | 0.044 0.643
device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.087 0.089 0.117 0.142 0.349
device | card | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | mila | 12 | -0.201 -0.172 -0.122 -0.097 -0.077
device | card | unsloth | unsloth | qlora | text | fixed lengths | checkpoints | unsharded | dense | misc | 16 | -0.045 -0.038 -0.015 0.581 1.413
reserved | card | hf | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.273
reserved | card | hf | transformers | adapter | rl | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.77
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.003 0.05 0.087 0.105 0.128
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.083 0.097
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.058 0.058
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.019 0.11 0.11 0.129 0.243
reserved | card | hf | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -0.951
reserved | card | hf | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | -0.135 -0.005 0.003 0.061 0.157
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 42 | -0.116 -0.054 -0.022 -0.007 0.069
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.146 -0.068
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | -0.003
reserved | card | hf | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | 0.103
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 6 | -0.003 0.009 0.041 0.179 0.305
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | experts | swex | 1 | 0.521
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.049
reserved | card | hf | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | -0.131 -0.012 0 0.018 0.12
reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.025
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.083 -0.06 -0.046 -0.018 0.056
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | -0.072 -0.072
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -0.284 -0.284 0.317
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | -0.005 0.023 0.033 0.096 0.112
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.079 0.001
reserved | card | nemo | megatron | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.282
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 8 | -0.337 -0.018 0.065 0.137 0.362
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -0.976
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | -0.22
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.564
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -0.717 0.055 0.141
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | sharded | experts | swex | 3 | 0.123 0.149 0.179
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 8 | -0.303 -0.17 -0.05 0.093 0.166
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | 0.1
reserved | card | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 1 | 0.072
reserved | card | nemo | megatron | full | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | 0.57
reserved | card | torchtitan | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -0.055 -0.011 0.055 0.069 0.166
reserved | card | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | 0.522
`,
  tokensPerSecPerGpu: `
gpu | vendor | stack | method | objective | precision | lengths | experts | source | n | ln(measured / physics)
A100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.126 -0.117 -0.076 -0.039
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fms | 41 | -0.231 -0.213 -0.201 -0.177 -0.157
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | qwen | 30 | -0.635 -0.261 -0.199 -0.086 0.015
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | experts | fms | 4 | -0.49 -0.417 -0.361 -0.293
A100 | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.832 -0.787 -0.738 -0.616 -0.608
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | fms | 42 | -0.252 -0.142 -0.113 -0.098 -0.087
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | qwen | 9 | -0.177 -0.102 -0.001 0.038 0.053
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fms | 109 | -0.248 -0.152 -0.136 -0.118 -0.093
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | qwen | 12 | -0.43 -0.247 -0.07 0.024 0.098
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | experts | fms | 20 | -0.358 -0.319 -0.25 -0.23 -0.189
A100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 139 | -0.135 -0.104 -0.08 -0.051 -0.007
A100 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.081 0.626
A100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.337
A100 | NVIDIA | paddlenlp | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.72 -0.669 -0.33 -0.207 -0.014
A100 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 1 | 0.085
A100 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 7 | -0.128 -0.079 -0.06 -0.053 -0.032
A100 | NVIDIA | torchtune | full | text | bf16 | padded rows | dense | tune | 1 | -0.411
A100 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 1 | 0.08
A100 | NVIDIA | xtuner | full | text | bf16 | full sequences | dense | xtuner | 14 | -0.414 -0.245 -0.063 -0.005 0.068
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
H100 | NVIDIA | automodel | full | text | bf16 | full sequences | experts | automodel | 5 | -0.18 0.08 0.235 0.26 0.4
H100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.287 -0.273 -0.243 -0.159
H100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | dgxc | 13 | -0.721 -0.502 -0.371 -0.335 -0.292
H100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 70 | -0.257 -0.196 -0.156 -0.129 -0.091
H100 | NVIDIA | llm-foundry | full | text | fp8 | full sequences | dense | foundry | 7 | -0.173 -0.122 -0.063 0.038 0.121
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
H100 | NVIDIA | torchtitan | full | text | bf16 | full sequences | dense | titan | 8 | -0.372 -0.322 -0.27 -0.234 -0.211
H100 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 22 | -0.484 -0.237 -0.111 0.01 0.127
H100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 7 | 0.088 0.188 0.286 0.349 0.397
H200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 24 | -0.231 -0.016 0.013 0.034 0.129
H200 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 2 | 0.089 0.108
H20 | NVIDIA | ms-swift | adapter | text | bf16 | full sequences | experts | swex | 2 | -0.343 -0.22
H20 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.073 0.164
L40S | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | peft | 42 | -0.285 -0.182 -0.129 -0.064 0.027
L40S | NVIDIA | hf | full | text | bf16 | padded rows | dense | peft | 1 | -0.093
L40S | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 2 | 0.323 0.336
L40S | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 5 | -0.043 -0.034 0.024 0.064 0.15
MI300X | AMD | hf | adapter | text | bf16 | padded rows | dense | rocm | 1 | 0.307
MI300X | AMD | hf | full | text | bf16 | padded rows | dense | rocm | 1 | -0.495
MI300X | AMD | hf | qlora | text | bf16 | padded rows | dense | rocm | 1 | -1.695
MI300X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 6 | -0.266 0.015 0.115 0.129 0.141
MI325X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 4 | -0.034 -0.02 -0.018 0.018
RTX-3090 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 5 | -0.834 -0.622 -0.224 -0.155 0.048
RTX-3090 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 5 | -0.727 -0.229 -0.01 -0.003 0.044
RTX-4090 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 2 | 0.231 0.327
RTX-4090 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 2 | 0.221 0.223
RTX-4090 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 2 | 0.041 0.252
RTX-4090 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 2 | -1.122 -0.268
RTX-4090 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 2 | 0.059 0.116
RTX-A6000 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 1 | 1.02
RTX-A6000 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 1 | 0.484
`,
};
