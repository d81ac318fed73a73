/**
 * How far published measurements lie from physics, by cell and source. Written by `npm run calibrate`, never by hand:
 * whoever changes the physics or the facets runs it again, and of two versions either may be thrown away.
 */
export const TRAINING_RESIDUALS = {
  dated: "2026-11-25",
  peakMemoryGib: `
kind | card | stack | family | method | objective | lengths | checkpointing | sharding | experts | source | n | ln(measured / physics)
allocated | tensors | automodel | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.239 0.396
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | sharded | dense | automodel | 1 | 0.067
allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | automodel | 1 | 0.057
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.03 -0.022 -0.019 -0.01 0.001
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.029 -0.022 -0.016 -0.012
allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.015 -0.006 -0.004 -0.003 0.021
allocated | tensors | hf | transformers | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | -0.021 0.007 0.04 0.047 0.089
allocated | tensors | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | 0.008 0.037 0.057 0.078 0.103
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.693 -0.343 0 0 0.009
allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.376 0 0 0 0
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.043 -0.034 -0.03 -0.022 -0.002
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.084 -0.076 -0.058 -0.049 -0.026
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.043 -0.025 -0.022 -0.006 0.003
allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.087 -0.064 -0.019 0.001 0.045
allocated | tensors | hf | transformers | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | 0.023 0.068 0.085 0.107 0.122
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 1 | 0.017
allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | mlperf | 25 | -0.12 -0.12 -0.12 0.021 0.043
allocated | tensors | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 2 | 0.044 0.072
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.25
allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.165 -0.061 0.271 0.461
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.519
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 7 | -0.296 0.031 0.072 0.144 0.392
allocated | tensors | torchtune | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | tune | 4 | -0.737 0.096 0.119 0.136
allocated | tensors | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 3 | -0.245 -0.12 0.522
device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.033 0.005 0.021 0.042 0.103
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.01 0.144
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.119 0.142 0.167 0.194 0.229
device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | 0.08 0.113 0.141 0.157 0.195
device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.005 0.049 0.127
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.65 0.818 0.862 0.862 0.862
device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | 0.042
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | -0.626 -0.053 -0.029
device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.024 0.045 0.117 0.179 0.288
device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.509 -0.373 -0.103 -0.071 0.111
device | card | unsloth | unsloth | qlora | text | fixed lengths | checkpoints | unsharded | dense | misc | 16 | -0.045 -0.038 -0.015 0.581 1.413
reserved | card | hf | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -0.026
reserved | card | hf | transformers | adapter | rl | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.77
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | 0.027 0.093 0.151 0.188 0.2
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.048 0.142
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.111 0.111
reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.21 0.014 0.143 0.143 0.256
reserved | card | hf | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -0.934
reserved | card | hf | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | 0.036 0.146 0.327 0.354 0.556
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 61 | -0.119 -0.054 -0.019 0.036 0.102
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.239 0.012
reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | -0.007
reserved | card | hf | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | -0.345
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 9 | 0.004 0.038 0.188 0.318 0.409
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | experts | swex | 1 | 0.576
reserved | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.049
reserved | card | hf | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | 0.002 0.034 0.071 0.152 0.347
reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.025
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | 0.022 0.067 0.068 0.102 0.223
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | -0.024 -0.024
reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -0.235 -0.235 0.328
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | 0.118 0.298 0.406 0.448 0.522
reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.089 0.928
reserved | card | nemo | megatron | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.26
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 1 | -0.963
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 8 | -0.306 0.013 0.11 0.168 0.444
reserved | card | nemo | megatron | adapter | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | -0.175
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 3 | -0.698 0.062 0.155
reserved | card | nemo | megatron | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.562
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | sharded | dense | swex | 8 | -0.512 -0.265 -0.155 0.038 0.122
reserved | card | nemo | megatron | full | text | fixed lengths | checkpoints | sharded | experts | swex | 4 | -0.697 0.101 0.123 0.179
reserved | card | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 2 | 0.075 0.573
reserved | card | torchtitan | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -0.02 0.037 0.106 0.118 0.298
`,
  tokensPerSecPerGpu: `
gpu | vendor | stack | method | objective | precision | lengths | experts | source | n | ln(measured / physics)
A100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.118 -0.111 -0.083 -0.043
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fms | 41 | -0.214 -0.196 -0.183 -0.16 -0.143
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | qwen | 30 | -0.56 -0.227 -0.068 0.006 0.035
A100 | NVIDIA | hf | adapter | text | bf16 | full sequences | experts | fms | 4 | -0.467 -0.396 -0.345 -0.28
A100 | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.984 -0.917 -0.861 -0.733 -0.696
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | fms | 42 | -0.296 -0.131 -0.102 -0.088 -0.077
A100 | NVIDIA | hf | full | text | bf16 | full sequences | dense | qwen | 9 | -1.479 -0.959 -0.785 -0.432 -0.012
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fms | 109 | -0.231 -0.133 -0.119 -0.1 -0.076
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | qwen | 12 | -0.486 -0.421 -0.157 -0.066 0.039
A100 | NVIDIA | hf | qlora | text | bf16 | full sequences | experts | fms | 20 | -0.333 -0.28 -0.232 -0.209 -0.171
A100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 139 | -0.18 -0.124 -0.103 -0.071 -0.037
A100 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.097 0.246
A100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.323
A100 | NVIDIA | paddlenlp | adapter | text | bf16 | padded rows | dense | paddle | 11 | -0.608 -0.565 -0.22 -0.102 0.158
A100 | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 1 | 0.092
A100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 3 | 0.191 0.402 0.44
A100 | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 8 | -0.521 -0.104 -0.066 -0.058 -0.035
A100 | NVIDIA | torchtune | full | text | bf16 | padded rows | dense | mila | 1 | -1.396
A100 | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 1 | 0.09
A100 | NVIDIA | xtuner | full | text | bf16 | full sequences | dense | xtuner | 14 | -0.394 -0.202 -0.046 0.008 0.057
B200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 14 | 0 0.126 0.131 0.134 0.137
B200 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 5 | -0.678 -0.572 -0.533 -0.522 -0.386
B200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 4 | -0.002 0.003 0.068 0.089
B200 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 16 | -0.655 -0.423 -0.311 -0.222 0.002
B300 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 4 | -0.792 -0.668 -0.663 -0.655
B300 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 15 | -0.629 -0.242 -0.158 0.029 0.088
GAUDI2 | Intel | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 1 | -0.415
GB200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 12 | -0.172 -0.14 -0.093 -0.042 0.104
GB200 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 4 | -1.657 -1.415 -1.374 -1.32
GB200 | NVIDIA | nemo | full | rl | bf16 | full sequences | experts | nemorl | 6 | -4.213 -3.896 -3.401 -2.878 -2.467
GB200 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 9 | -0.334 -0.326 -0.309 -0.269 -0.244
GB200 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 7 | -0.78 -0.772 -0.727 -0.629 -0.31
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 24 | -0.038 0.138 0.173 0.198 0.238
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 9 | -0.24 -0.204 -0.193 -0.171 -0.162
GB200 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 29 | -0.196 -0.13 -0.069 0.043 0.193
GB200 | NVIDIA | nemo | full | text | nvfp4 | full sequences | dense | bridge | 9 | -0.255 -0.183 -0.125 -0.088 -0.041
GB300 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 7 | -0.665 -0.66 -0.656 -0.558 -0.184
GB300 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 21 | 0.027 0.066 0.1 0.208 0.235
GB300 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 27 | -0.059 0.004 0.042 0.269 0.342
GB300 | NVIDIA | nemo | full | text | nvfp4 | full sequences | dense | bridge | 9 | 0.052 0.079 0.104 0.118 0.141
H100 | NVIDIA | automodel | adapter | text | bf16 | full sequences | dense | automodel | 2 | 0.025 0.087
H100 | NVIDIA | automodel | full | text | bf16 | full sequences | experts | automodel | 5 | -0.179 0.038 0.257 0.581 0.718
H100 | NVIDIA | fms-fsdp | full | text | bf16 | full sequences | dense | fmsfsdp | 4 | -0.308 -0.269 -0.238 -0.175
H100 | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | dgxc | 13 | -0.72 -0.5 -0.372 -0.336 -0.291
H100 | NVIDIA | llm-foundry | full | text | bf16 | full sequences | dense | foundry | 70 | -0.309 -0.258 -0.219 -0.19 -0.149
H100 | NVIDIA | llm-foundry | full | text | fp8 | full sequences | dense | foundry | 7 | -0.248 -0.185 -0.131 -0.042 0.026
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | dgxc | 3 | 0.115 0.119 0.119
H100 | NVIDIA | nemo | adapter | text | bf16 | full sequences | dense | mlperf | 2 | -0.876 -0.599
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | dgxc | 3 | 0.314 0.328 0.328
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 33 | -0.335 -0.2 -0.062 0.071 0.12
H100 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | nemo | 3 | 0.093 0.288 0.308
H100 | NVIDIA | nemo | full | rl | bf16 | full sequences | dense | nemorl | 8 | -1.68 -1.357 -1.263 -1.215 -1.195
H100 | NVIDIA | nemo | full | rl | bf16 | full sequences | experts | nemorl | 14 | -4.305 -4.147 -3.447 -3.087 -2.121
H100 | NVIDIA | nemo | full | rl | fp8 | full sequences | dense | nemorl | 1 | -1.184
H100 | NVIDIA | nemo | full | rl | fp8 | full sequences | experts | nemorl | 1 | -3.855
H100 | NVIDIA | nemo | full | text | bf16 | full sequences | dense | dgxc | 30 | -0.222 -0.132 -0.123 -0.102 -0.038
H100 | NVIDIA | nemo | full | text | bf16 | full sequences | experts | bridge | 5 | -0.864 -0.862 -0.838 -0.835 -0.833
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | bridge | 13 | -0.044 -0.04 -0.033 -0.008 0.035
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | dgxc | 30 | -0.03 -0.018 -0.006 0.036 0.081
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | dense | nemo | 15 | -0.163 -0.122 -0.057 -0.047 0
H100 | NVIDIA | nemo | full | text | fp8 | full sequences | experts | bridge | 14 | -0.74 -0.224 -0.205 -0.192 -0.15
H100 | NVIDIA | torchtitan | full | text | bf16 | full sequences | dense | titan | 8 | -0.359 -0.315 -0.262 -0.225 -0.201
H100 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 22 | -0.465 -0.329 -0.172 -0.085 0.009
H100 | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 7 | 0.268 0.412 0.445 0.488 0.522
H200 | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 24 | -0.226 -0.006 0.03 0.051 0.086
H200 | NVIDIA | torchtitan | full | text | fp8 | full sequences | dense | titan | 2 | 0.105 0.124
H20 | NVIDIA | ms-swift | adapter | text | bf16 | full sequences | experts | swex | 2 | -0.053 0.07
H20 | NVIDIA | ms-swift | full | text | bf16 | full sequences | dense | swex | 2 | 0.287 0.378
L40S | NVIDIA | hf | adapter | text | bf16 | padded rows | dense | peft | 61 | -0.35 -0.121 0.146 0.227 0.384
L40S | NVIDIA | hf | full | text | bf16 | padded rows | dense | peft | 1 | -0.029
L40S | NVIDIA | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 2 | -0.078 -0.066
L40S | NVIDIA | torchtune | adapter | text | bf16 | padded rows | dense | mila | 5 | 0.064 0.439 0.468 0.475 0.487
MI300X | AMD | hf | adapter | text | bf16 | padded rows | dense | rocm | 1 | -0.279
MI300X | AMD | hf | full | text | bf16 | padded rows | dense | rocm | 1 | -0.993
MI300X | AMD | hf | qlora | text | bf16 | padded rows | dense | rocm | 1 | -1.681
MI300X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 6 | -0.16 0.088 0.17 0.184 0.196
MI325X | AMD | nemo | adapter | text | fp8 | full sequences | dense | mlperf | 4 | 0.019 0.033 0.035 0.071
RTX | NVIDIA | hf | adapter | text | bf16 | full sequences | dense | fq | 7 | -1.011 -0.568 -0.367 -0.043 0.163
RTX | NVIDIA | hf | qlora | text | bf16 | full sequences | dense | fq | 7 | -0.759 -0.244 -0.152 -0.042 0.158
RTX | NVIDIA | torchtune | adapter | text | bf16 | full sequences | dense | tune | 3 | 0.253 0.41 1.027
RTX | NVIDIA | torchtune | full | text | bf16 | full sequences | dense | tune | 3 | -0.932 -0.106 0.493
RTX | NVIDIA | torchtune | qlora | text | bf16 | full sequences | dense | tune | 2 | 0.216 0.286
`,
};
