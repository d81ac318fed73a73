/**
 * Residuals of published measurements relative to physics, by cell and source. Written by `npm run calibrate`, never by
 * hand: run it again after changing the physics or the facets; in a merge conflict take either version and run it.
 */
export const TRAINING_RESIDUALS = {
  dated: "2026-11-25",
  peakMemoryGib: `
library | kind | card | stack | family | method | objective | lengths | checkpointing | sharding | experts | source | n | ln(measured / physics)
known | allocated | tensors | automodel | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.102 0.423
known | allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | sharded | dense | automodel | 1 | 0.003
known | allocated | tensors | automodel | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | automodel | 1 | 0.001
known | allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.035 -0.024 -0.022 -0.012 0.005
known | allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.011 -0.006 -0.004 -0.001
known | allocated | tensors | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.024 -0.006 -0.005 -0.004 0.047
known | allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.45 -0.006 0 0.001 0.001
known | allocated | tensors | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.56 0 0 0 0.001
known | allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.045 -0.035 -0.031 -0.027 -0.001
known | allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.079 -0.059 -0.022 -0.009 0.012
known | allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.048 -0.027 -0.022 -0.002 0.013
known | allocated | tensors | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.07 -0.037 -0.028 0.002 0.085
known | allocated | tensors | litgpt | pytorch | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | -0.078 -0.002 0.019 0.056 0.096
known | allocated | tensors | litgpt | pytorch | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | 0.008 0.077 0.086 0.107 0.119
known | allocated | tensors | litgpt | pytorch | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | -0.099 -0.044 -0.003 0.033 0.056
known | allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 1 | 0.028
known | allocated | tensors | nemo | megatron | adapter | text | fixed lengths | no checkpoints | sharded | dense | mlperf | 25 | -0.173 -0.173 -0.173 0.063 0.081
known | allocated | tensors | nemo | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | dgxc | 2 | 0.067 0.089
known | allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.384
known | allocated | tensors | torchtune | pytorch | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.24 -0.036 0.344 1.378
known | allocated | tensors | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | tune | 4 | 0.327 0.339 0.361 0.369
known | allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.717
known | allocated | tensors | torchtune | pytorch | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 7 | -0.085 0.197 0.311 0.414 1.077
known | allocated | tensors | torchtune | pytorch | full | text | fixed lengths | no checkpoints | unsharded | dense | tune | 3 | 0.05 0.055 0.14
known | allocated | tensors | torchtune | pytorch | full | text | varying lengths | no checkpoints | unsharded | dense | tune | 1 | -0.225
known | allocated | tensors | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 3 | -0.045 -0.034 0.4
known | device | card | axolotl | transformers | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.016
known | device | card | axolotl | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | axo | 14 | -0.233 -0.201 -0.104 0.269 0.754
known | device | card | axolotl | transformers | qlora | text | fixed lengths | checkpoints | unsharded | experts | axo | 2 | 0.274 1.66
known | device | card | hf | transformers | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -0.049 0.004 0.029 0.07 0.145
known | device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.021 0.173
known | device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.137 0.206 0.224 0.238 0.251
known | device | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | -0.026 0.064 0.125 0.166 0.233
known | device | card | hf | transformers | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.019 0.11 0.268
known | device | card | hf | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.015 0.211 0.325 0.434 0.494
known | device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | -0.097 -0.058 0.107
known | device | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.029 0.063 0.178 0.284 0.409
known | device | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.203 0.197 0.294 0.354 0.642
known | device | card | torchtune | pytorch | adapter | text | varying lengths | checkpoints | unsharded | dense | mila | 12 | -0.369 -0.297 -0.269 -0.167 -0.019
known | reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | 0.039 0.097 0.141 0.145 0.232
known | reserved | card | hf | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.116 0.116
known | reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 42 | -0.155 -0.072 -0.029 -0.009 0.093
known | reserved | card | hf | transformers | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | 0.043
known | reserved | card | hf | transformers | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.071
known | reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | -0.059 -0.049 -0.039 0 0.131
known | reserved | card | hf | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | -0.085 -0.085
known | reserved | card | hf | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.103 0.001
known | reserved | card | ms-swift | megatron | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.428
known | reserved | card | ms-swift | megatron | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 7 | -0.669 -0.048 0.053 0.369 0.552
known | reserved | card | ms-swift | megatron | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -1.362
known | reserved | card | ms-swift | megatron | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -2.996
known | reserved | card | ms-swift | megatron | full | preference | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -1.182 0.104 0.186
known | reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | sharded | experts | swex | 3 | 0.187 0.213 0.302
known | reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.696 -0.47 -0.13 0.151 0.29
known | reserved | card | ms-swift | megatron | full | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | 0.242
known | reserved | card | ms-swift | megatron | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 1 | 0.115
known | reserved | card | ms-swift | transformers | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.562
known | reserved | card | ms-swift | transformers | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.232 0.161
known | reserved | card | ms-swift | transformers | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 6 | -0.899 -0.087 0.262 0.262 0.487
known | reserved | card | ms-swift | transformers | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -2.286
known | reserved | card | ms-swift | transformers | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | -0.214 -0.011 0.006 0.15 0.285
known | reserved | card | ms-swift | transformers | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.182 -0.099
known | reserved | card | ms-swift | transformers | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | 0.2
known | reserved | card | ms-swift | transformers | full | text | fixed lengths | checkpoints | sharded | dense | swex | 6 | -0.016 0.007 0.079 0.347 0.574
known | reserved | card | ms-swift | transformers | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 1 | 0.096
known | reserved | card | ms-swift | transformers | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | -0.198 -0.024 0.001 0.035 0.227
known | reserved | card | ms-swift | transformers | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 2 | -0.572 -0.572
known | reserved | card | ms-swift | transformers | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | -0.015 0.035 0.046 0.157 0.223
known | reserved | card | torchtitan | pytorch | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -0.065 -0.015 0.006 0.065 0.258
known | reserved | card | torchtune | pytorch | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | 0.933
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.035 -0.024 -0.022 -0.012 0.005
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | 0.316
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | experts | fms | 4 | -0.011 -0.006 -0.004 -0.001
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | dgxc | 1 | 0.781
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | fms | 15 | -0.024 -0.006 -0.005 -0.004 0.047
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | tune | 4 | -0.996 -0.201 0.338 0.622
unknown | allocated | tensors | unknown | unknown | adapter | text | fixed lengths | no checkpoints | unsharded | dense | mlperf | 18 | -2.996 -1.736 -1.513 -1.513 -1.513
unknown | allocated | tensors | unknown | unknown | adapter | text | varying lengths | checkpoints | sharded | dense | litgpt | 10 | 0.544 0.917 1.143 1.441 1.749
unknown | allocated | tensors | unknown | unknown | adapter | text | varying lengths | checkpoints | unsharded | dense | tune | 4 | 0.184 0.289 0.32 0.331
unknown | allocated | tensors | unknown | unknown | adapter | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 13 | -0.104 -0.014 -0.005 0.044 0.067
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | automodel | 2 | 0.217 0.22
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | fms | 26 | -0.45 -0.006 0 0.001 0.001
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | tune | 1 | -0.641
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | dense | dgxc | 2 | -0.704 -0.618
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | dense | fms | 16 | -0.56 0 0 0 0.001
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | dense | tune | 7 | -0.406 -0.306 -0.191 -0.012 0.601
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | no checkpoints | sharded | dense | automodel | 1 | -0.099
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | no checkpoints | unsharded | dense | automodel | 1 | -0.082
unknown | allocated | tensors | unknown | unknown | full | text | fixed lengths | no checkpoints | unsharded | dense | tune | 3 | 0.05 0.055 0.154
unknown | allocated | tensors | unknown | unknown | full | text | varying lengths | no checkpoints | unsharded | dense | tune | 1 | -0.359
unknown | allocated | tensors | unknown | unknown | qlora | text | fixed lengths | checkpoints | sharded | dense | fms | 63 | -0.045 -0.035 -0.031 -0.027 -0.001
unknown | allocated | tensors | unknown | unknown | qlora | text | fixed lengths | checkpoints | sharded | experts | fms | 10 | -0.079 -0.059 -0.022 -0.009 0.012
unknown | allocated | tensors | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | fms | 46 | -0.048 -0.027 -0.022 -0.002 0.013
unknown | allocated | tensors | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 3 | -1.103 0.083 0.25
unknown | allocated | tensors | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | experts | fms | 10 | -0.07 -0.037 -0.028 0.002 0.085
unknown | allocated | tensors | unknown | unknown | qlora | text | varying lengths | no checkpoints | unsharded | dense | litgpt | 16 | 0.058 0.062 0.171 0.208 0.226
unknown | device | card | unknown | unknown | adapter | rl | varying lengths | checkpoints | unsharded | dense | agile | 105 | -2.996 -2.996 -2.996 -2.996 -2.996
unknown | device | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | misc | 2 | -0.021 0.173
unknown | device | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | qwen | 6 | 0.223 0.26 0.263 0.285 0.306
unknown | device | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | qwen | 24 | 0.067 0.124 0.173 0.214 0.252
unknown | device | card | unknown | unknown | adapter | text | varying lengths | checkpoints | unsharded | dense | mila | 12 | 0.074 0.49 0.651 0.731 0.786
unknown | device | card | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | qwen | 3 | -0.016 0.116 0.279
unknown | device | card | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | dense | qwen | 6 | 0.78 1.108 1.254 1.283 1.283
unknown | device | card | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | experts | axo | 1 | -0.019
unknown | device | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | sharded | dense | misc | 3 | 0.026 0.197 0.278
unknown | device | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | qwen | 12 | -0.16 -0.041 0.115 0.233 0.362
unknown | device | card | unknown | unknown | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 7 | -0.203 0.197 0.294 0.354 0.642
unknown | reserved | card | unknown | unknown | adapter | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -0.428
unknown | reserved | card | unknown | unknown | adapter | preference | fixed lengths | checkpoints | unsharded | dense | swex | 1 | -0.052
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | 0.231 0.259 0.275 0.282 0.481
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | dense | swex | 2 | -0.144 0.239
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | sharded | experts | swex | 7 | -0.669 -0.048 0.053 0.369 0.552
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.303 0.303
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | checkpoints | unsharded | dense | swex | 7 | -1.308 -0.534 0.349 0.349 0.53
unknown | reserved | card | unknown | unknown | adapter | text | fixed lengths | no checkpoints | unsharded | dense | swex | 1 | -2.261
unknown | reserved | card | unknown | unknown | adapter | text | varying lengths | checkpoints | unsharded | dense | swift | 80 | -0.089 0.075 0.125 0.232 0.397
unknown | reserved | card | unknown | unknown | adapter | text | varying lengths | no checkpoints | unsharded | dense | peft | 42 | -0.155 -0.072 -0.029 -0.009 0.093
unknown | reserved | card | unknown | unknown | adapter | text | varying lengths | no checkpoints | unsharded | dense | swift | 2 | -0.15 -0.035
unknown | reserved | card | unknown | unknown | adapter | text | varying lengths | no checkpoints | unsharded | experts | trlnb | 1 | 0.043
unknown | reserved | card | unknown | unknown | full | preference | fixed lengths | checkpoints | sharded | dense | swex | 1 | -0.586
unknown | reserved | card | unknown | unknown | full | preference | fixed lengths | checkpoints | sharded | experts | swex | 1 | -2.996
unknown | reserved | card | unknown | unknown | full | preference | fixed lengths | checkpoints | unsharded | dense | swex | 3 | -1.182 0.104 0.186
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | swex | 6 | -0.016 0.007 0.079 0.347 0.574
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | dense | titan | 20 | -2.245 -1.897 -0.714 -0.415 0.044
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | checkpoints | sharded | experts | swex | 3 | 0.187 0.213 0.302
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | dense | swex | 7 | -0.676 -0.394 0.084 0.121 0.276
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | checkpoints | unsharded | experts | swex | 1 | 0.242
unknown | reserved | card | unknown | unknown | full | text | fixed lengths | no checkpoints | sharded | dense | swex | 1 | 0.115
unknown | reserved | card | unknown | unknown | full | text | varying lengths | checkpoints | unsharded | dense | swift | 17 | -0.101 -0.011 0.005 0.065 0.227
unknown | reserved | card | unknown | unknown | full | text | varying lengths | no checkpoints | unsharded | dense | peft | 1 | 0.071
unknown | reserved | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | sharded | dense | fq | 6 | 0.077 0.081 0.143 0.224 0.507
unknown | reserved | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | fq | 2 | 0.009 0.009
unknown | reserved | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | swex | 2 | -0.001 -0.001
unknown | reserved | card | unknown | unknown | qlora | text | fixed lengths | checkpoints | unsharded | dense | tune | 1 | 0.874
unknown | reserved | card | unknown | unknown | qlora | text | varying lengths | checkpoints | unsharded | dense | swift | 10 | 0.061 0.16 0.175 0.455 0.524
unknown | reserved | card | unknown | unknown | qlora | text | varying lengths | checkpoints | unsharded | dense | trlnb | 2 | -0.103 0.001
`,
  tokensPerSecPerGpu: `
library | gpu | vendor | stack | family | method | rows | precision | lengths | experts | source | n | ln(measured / physics)
known | A100 | NVIDIA | fms-fsdp | pytorch | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.055 -0.045 -0.004 0.028
known | A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fms | 41 | -0.212 -0.198 -0.191 -0.174 -0.156
known | A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | qwen | 30 | -0.493 -0.061 0.012 0.035 0.092
known | A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | experts | fms | 4 | -0.289 -0.236 -0.216 -0.164
known | A100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | padded rows | dense | paddle | 11 | -0.63 -0.563 -0.505 -0.377 -0.374
known | A100 | NVIDIA | hf | transformers | full | given rows | bf16 | full sequences | dense | fms | 42 | -0.235 -0.114 -0.102 -0.093 -0.083
known | A100 | NVIDIA | hf | transformers | full | given rows | bf16 | full sequences | dense | qwen | 9 | -0.066 -0.014 0.016 0.022 0.035
known | A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fms | 109 | -0.231 -0.148 -0.133 -0.114 -0.092
known | A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | qwen | 12 | -0.18 -0.128 0.005 0.096 0.145
known | A100 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | experts | fms | 20 | -0.25 -0.213 -0.167 -0.142 -0.115
known | A100 | NVIDIA | llm-foundry | pytorch | full | given rows | bf16 | full sequences | dense | foundry | 139 | -0.118 -0.083 -0.057 -0.032 0.009
known | A100 | NVIDIA | ms-swift | transformers | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.031 0.584
known | A100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.273
known | A100 | NVIDIA | paddlenlp | transformers | adapter | given rows | bf16 | padded rows | dense | paddle | 11 | -0.45 -0.389 -0.095 0.027 0.265
known | A100 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | full sequences | dense | tune | 1 | 0.135
known | A100 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 7 | -0.179 -0.076 -0.057 -0.054 -0.041
known | A100 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | padded rows | dense | tune | 1 | -0.727
known | A100 | NVIDIA | torchtune | pytorch | qlora | given rows | bf16 | full sequences | dense | tune | 1 | 0.129
known | A100 | NVIDIA | xtuner | transformers | full | given rows | bf16 | full sequences | dense | xtuner | 14 | -0.387 -0.243 -0.045 0.001 0.071
known | B200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 14 | -0.03 0.103 0.108 0.111 0.114
known | B200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.639 -0.493 -0.454 -0.443 -0.337
known | B200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 4 | 0.039 0.044 0.049 0.07
known | B200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 16 | -0.512 -0.385 -0.273 -0.102 0.069
known | B300 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 4 | -0.736 -0.599 -0.593 -0.586
known | B300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 15 | -0.619 -0.201 -0.105 0.01 0.07
known | GAUDI2 | Intel | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.429
known | GB200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 12 | -0.272 -0.239 -0.175 -0.092 0.069
known | GB200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | dense | dgxc | 9 | -0.28 -0.272 -0.255 -0.229 -0.215
known | GB200 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 7 | -0.644 -0.636 -0.591 -0.51 -0.23
known | GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 24 | -0.023 0.118 0.189 0.21 0.265
known | GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | dgxc | 9 | -0.169 -0.137 -0.128 -0.123 -0.11
known | GB200 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 29 | -0.144 -0.076 -0.005 0.114 0.238
known | GB200 | NVIDIA | nemo | megatron | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | -0.234 -0.161 -0.067 -0.03 0.017
known | GB200 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | dense | nemorl | 4 | -0.497 -0.47 -0.27 -0.211
known | GB200 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | experts | nemorl | 6 | -0.837 -0.622 -0.442 -0.186 -0.068
known | GB300 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 7 | -0.547 -0.541 -0.535 -0.456 -0.129
known | GB300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 21 | 0.013 0.025 0.089 0.171 0.259
known | GB300 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 27 | -0.007 0.037 0.065 0.283 0.392
known | GB300 | NVIDIA | nemo | megatron | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | 0.05 0.079 0.093 0.121 0.147
known | H100 | NVIDIA | automodel | pytorch | adapter | given rows | bf16 | full sequences | dense | automodel | 2 | 0.021 0.085
known | H100 | NVIDIA | automodel | pytorch | full | given rows | bf16 | full sequences | experts | automodel | 5 | -0.099 0.126 0.304 0.349 0.429
known | H100 | NVIDIA | fms-fsdp | pytorch | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.187 -0.174 -0.146 -0.066
known | H100 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | dgxc | 13 | -0.647 -0.422 -0.324 -0.278 -0.219
known | H100 | NVIDIA | llm-foundry | pytorch | full | given rows | bf16 | full sequences | dense | foundry | 70 | -0.206 -0.14 -0.118 -0.099 -0.06
known | H100 | NVIDIA | llm-foundry | pytorch | full | given rows | fp8 | full sequences | dense | foundry | 7 | -0.169 -0.094 -0.04 0.079 0.16
known | H100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | dgxc | 3 | 0.101 0.105 0.105
known | H100 | NVIDIA | nemo | megatron | adapter | given rows | bf16 | full sequences | dense | mlperf | 2 | -0.84 -0.564
known | H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | dgxc | 3 | 0.295 0.31 0.31
known | H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 33 | -0.208 -0.102 -0.058 0.065 0.114
known | H100 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | nemo | 3 | 0.103 0.291 0.313
known | H100 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | dense | dgxc | 30 | -0.214 -0.143 -0.094 -0.081 -0.01
known | H100 | NVIDIA | nemo | megatron | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.761 -0.758 -0.755 -0.728 -0.727
known | H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | bridge | 13 | -0.043 -0.034 -0.003 0.026 0.066
known | H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | dgxc | 30 | -0.043 -0.024 0 0.076 0.108
known | H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | dense | nemo | 15 | -0.152 -0.103 -0.05 -0.031 0.025
known | H100 | NVIDIA | nemo | megatron | full | given rows | fp8 | full sequences | experts | bridge | 14 | -0.739 -0.228 -0.208 -0.157 -0.102
known | H100 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | dense | nemorl | 8 | -0.316 -0.296 -0.199 -0.046 0.06
known | H100 | NVIDIA | nemo | megatron | full | sampled answers | bf16 | full sequences | experts | nemorl | 12 | -0.751 -0.426 -0.367 -0.222 0.261
known | H100 | NVIDIA | nemo | megatron | full | sampled answers | fp8 | full sequences | dense | nemorl | 1 | 0.321
known | H100 | NVIDIA | nemo | megatron | full | sampled answers | fp8 | full sequences | experts | nemorl | 1 | -0.16
known | H100 | NVIDIA | torchtitan | pytorch | full | given rows | bf16 | full sequences | dense | titan | 8 | -0.094 -0.077 -0.066 -0.04 -0.002
known | H100 | NVIDIA | torchtitan | pytorch | full | given rows | fp8 | full sequences | dense | titan | 22 | -0.203 -0.059 0.044 0.136 0.343
known | H100 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | padded rows | dense | mila | 7 | -0.375 -0.308 -0.241 -0.208 -0.186
known | H200 | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 24 | -0.219 -0.014 0.016 0.037 0.13
known | H200 | NVIDIA | torchtitan | pytorch | full | given rows | fp8 | full sequences | dense | titan | 2 | 0.14 0.158
known | H20 | NVIDIA | ms-swift | transformers | adapter | given rows | bf16 | full sequences | experts | swex | 2 | -0.36 -0.236
known | H20 | NVIDIA | ms-swift | transformers | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.06 0.151
known | L40S | NVIDIA | hf | transformers | adapter | given rows | bf16 | padded rows | dense | peft | 42 | -0.427 -0.313 -0.253 -0.183 -0.101
known | L40S | NVIDIA | hf | transformers | full | given rows | bf16 | padded rows | dense | peft | 1 | -0.194
known | L40S | NVIDIA | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 2 | 0.328 0.34
known | L40S | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | padded rows | dense | mila | 5 | -0.298 -0.291 -0.279 -0.253 -0.15
known | MI300X | AMD | hf | transformers | adapter | given rows | bf16 | padded rows | dense | rocm | 1 | 0.594
known | MI300X | AMD | hf | transformers | full | given rows | bf16 | padded rows | dense | rocm | 1 | -0.266
known | MI300X | AMD | hf | transformers | qlora | given rows | bf16 | padded rows | dense | rocm | 1 | -1.432
known | MI300X | AMD | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 6 | -0.129 0.124 0.206 0.22 0.232
known | MI325X | AMD | nemo | megatron | adapter | given rows | fp8 | full sequences | dense | mlperf | 4 | -0.006 0.008 0.01 0.046
known | RTX-3090 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fq | 5 | -0.801 -0.481 -0.141 -0.083 0.096
known | RTX-3090 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fq | 5 | -0.578 -0.144 0.048 0.049 0.09
known | RTX-4090 | NVIDIA | hf | transformers | adapter | given rows | bf16 | full sequences | dense | fq | 2 | 0.297 0.414
known | RTX-4090 | NVIDIA | hf | transformers | qlora | given rows | bf16 | full sequences | dense | fq | 2 | 0.264 0.271
known | RTX-4090 | NVIDIA | torchtune | pytorch | adapter | given rows | bf16 | full sequences | dense | tune | 2 | -0.106 0.353
known | RTX-4090 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 2 | -1.252 -0.256
known | RTX-4090 | NVIDIA | torchtune | pytorch | qlora | given rows | bf16 | full sequences | dense | tune | 2 | 0.124 0.155
known | RTX-A6000 | NVIDIA | torchtune | pytorch | full | given rows | bf16 | full sequences | dense | tune | 1 | 0.484
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | fms | 41 | -0.212 -0.198 -0.191 -0.174 -0.156
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.182
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | qwen | 30 | -0.493 -0.061 0.012 0.035 0.092
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | tune | 1 | 0.136
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | experts | fms | 4 | -0.289 -0.236 -0.216 -0.164
unknown | A100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | padded rows | dense | paddle | 22 | -0.581 -0.479 -0.376 -0.136 0.156
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | fms | 42 | -0.235 -0.114 -0.102 -0.093 -0.083
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.185 -0.178 -0.099 -0.004
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | foundry | 139 | -0.383 -0.233 -0.132 -0.098 -0.031
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | qwen | 9 | -1.239 -0.843 -0.095 0.02 0.027
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.031 0.584
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | tune | 7 | -0.157 -0.042 -0.013 -0.009 0.012
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | xtuner | 14 | -0.387 -0.243 -0.045 0.001 0.071
unknown | A100 | NVIDIA | unknown | unknown | full | given rows | bf16 | padded rows | dense | tune | 1 | 0.135
unknown | A100 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | fms | 109 | -0.231 -0.148 -0.133 -0.114 -0.092
unknown | A100 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | qwen | 12 | -0.18 -0.128 0.005 0.096 0.145
unknown | A100 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | tune | 1 | 0.131
unknown | A100 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | experts | fms | 20 | -0.25 -0.213 -0.167 -0.142 -0.115
unknown | B200 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 14 | 0.431 0.558 0.562 0.566 0.569
unknown | B200 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.332 -0.061 -0.021 -0.01 0.138
unknown | B200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | bridge | 4 | 0.562 0.567 0.774 0.795
unknown | B200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | experts | bridge | 16 | 0.291 0.362 0.444 0.619 0.889
unknown | B300 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | bridge | 4 | -0.234 -0.034 -0.028 -0.02
unknown | B300 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | experts | bridge | 15 | 0.007 0.506 0.636 0.728 0.778
unknown | GAUDI2 | Intel | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | mlperf | 1 | -0.011
unknown | GB200 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 12 | 0.167 0.2 0.275 0.368 0.519
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | dgxc | 9 | 0.18 0.185 0.188 0.231 0.261
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | bridge | 7 | -0.067 -0.058 -0.013 0.138 0.461
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | bridge | 24 | 0.605 0.71 0.73 0.76 0.789
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | dgxc | 9 | 0.4 0.406 0.418 0.443 0.464
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | experts | bridge | 29 | 0.559 0.602 0.705 0.815 0.959
unknown | GB200 | NVIDIA | unknown | unknown | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | 0.543 0.616 0.634 0.671 0.717
unknown | GB200 | NVIDIA | unknown | unknown | full | sampled answers | bf16 | full sequences | dense | nemorl | 4 | -0.229 -0.138 -0.085 0.128
unknown | GB200 | NVIDIA | unknown | unknown | full | sampled answers | bf16 | full sequences | experts | nemorl | 6 | -0.737 -0.401 -0.155 -0.025 -0.001
unknown | GB300 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | bridge | 7 | 0.044 0.05 0.053 0.178 0.57
unknown | GB300 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | bridge | 21 | 0.506 0.579 0.646 0.79 0.816
unknown | GB300 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | experts | bridge | 27 | 0.672 0.732 0.777 0.964 1.105
unknown | GB300 | NVIDIA | unknown | unknown | full | given rows | nvfp4 | full sequences | dense | bridge | 9 | 0.763 0.796 0.823 0.829 0.837
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | automodel | 2 | 0.362 0.397
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | dgxc | 16 | -0.584 -0.412 -0.297 -0.23 0.723
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | mlperf | 2 | -0.602 -0.317
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | padded rows | dense | mila | 7 | -0.109 0.271 0.482 0.555 0.603
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | dgxc | 3 | 0.937 0.951 0.951
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 33 | 0.125 0.194 0.276 0.396 0.446
unknown | H100 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | nemo | 3 | 0.758 0.972 0.979
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | dgxc | 30 | 0.238 0.272 0.324 0.357 0.529
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | fmsfsdp | 4 | -0.298 -0.268 -0.187 -0.183
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | foundry | 70 | -0.4 -0.237 -0.178 -0.145 -0.11
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | titan | 8 | -0.216 -0.191 -0.179 -0.115 -0.074
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | automodel | 5 | 0.108 0.431 0.449 0.555 0.814
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | experts | bridge | 5 | -0.253 -0.25 -0.223 -0.222 -0.011
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | bridge | 13 | 0.455 0.464 0.479 0.531 0.617
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | dgxc | 30 | 0.45 0.47 0.503 0.589 0.711
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | foundry | 7 | -0.411 -0.259 -0.181 0.013 0.112
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | nemo | 15 | 0.273 0.373 0.412 0.476 0.614
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | titan | 22 | -0.226 -0.084 0.045 0.249 1.507
unknown | H100 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | experts | bridge | 14 | -0.082 0.351 0.381 0.402 0.444
unknown | H100 | NVIDIA | unknown | unknown | full | sampled answers | bf16 | full sequences | dense | nemorl | 8 | -0.21 -0.139 -0.032 0.099 0.152
unknown | H100 | NVIDIA | unknown | unknown | full | sampled answers | bf16 | full sequences | experts | nemorl | 12 | -0.707 -0.316 -0.133 0.067 0.311
unknown | H100 | NVIDIA | unknown | unknown | full | sampled answers | fp8 | full sequences | dense | nemorl | 1 | 0.413
unknown | H100 | NVIDIA | unknown | unknown | full | sampled answers | fp8 | full sequences | experts | nemorl | 1 | -0.126
unknown | H200 | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 24 | 0.069 0.26 0.291 0.316 0.383
unknown | H200 | NVIDIA | unknown | unknown | full | given rows | fp8 | full sequences | dense | titan | 2 | 0.123 0.141
unknown | H20 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | experts | swex | 2 | -0.36 -0.236
unknown | H20 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | swex | 2 | 0.06 0.151
unknown | L40S | NVIDIA | unknown | unknown | adapter | given rows | bf16 | padded rows | dense | mila | 5 | -0.15 0.203 0.353 0.432 0.506
unknown | L40S | NVIDIA | unknown | unknown | adapter | given rows | bf16 | padded rows | dense | peft | 42 | -0.427 -0.313 -0.253 -0.183 -0.101
unknown | L40S | NVIDIA | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 2 | 0.863 0.875
unknown | L40S | NVIDIA | unknown | unknown | full | given rows | bf16 | padded rows | dense | peft | 1 | -0.194
unknown | MI300X | AMD | unknown | unknown | adapter | given rows | bf16 | padded rows | dense | rocm | 1 | 0.594
unknown | MI300X | AMD | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 6 | 0.079 0.315 0.39 0.404 0.416
unknown | MI300X | AMD | unknown | unknown | full | given rows | bf16 | padded rows | dense | rocm | 1 | -0.266
unknown | MI300X | AMD | unknown | unknown | qlora | given rows | bf16 | padded rows | dense | rocm | 1 | -1.432
unknown | MI325X | AMD | unknown | unknown | adapter | given rows | fp8 | full sequences | dense | mlperf | 4 | 0.253 0.269 0.305 0.552
unknown | RTX-3090 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | fq | 5 | -0.814 -0.578 -0.287 -0.239 -0.087
unknown | RTX-3090 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | fq | 5 | -0.674 -0.283 -0.127 -0.119 -0.09
unknown | RTX-4090 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | fq | 2 | 0.048 0.222
unknown | RTX-4090 | NVIDIA | unknown | unknown | adapter | given rows | bf16 | full sequences | dense | tune | 2 | -0.105 0.354
unknown | RTX-4090 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | tune | 2 | -1.252 -0.256
unknown | RTX-4090 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | fq | 2 | 0.02 0.039
unknown | RTX-4090 | NVIDIA | unknown | unknown | qlora | given rows | bf16 | full sequences | dense | tune | 2 | 0.124 0.155
unknown | RTX-A6000 | NVIDIA | unknown | unknown | full | given rows | bf16 | full sequences | dense | tune | 1 | 0.484
`,
};
