/**
 * Maximum board power of GPUs, in watts, by their id in the catalogue of GPUs.
 *
 * @source assumption: maximum thermal design or board power as vendors usually state it; not verified against each data sheet
 */
const BOARD_POWER_WATT: Readonly<Record<string, number>> = {
  "A100-40GB-PCIe": 250,
  "A100-40GB-SXM": 400,
  "A100-80GB-PCIe": 300,
  "A100-80GB-SXM": 400,
  B200: 1000,
  "H100-80GB-PCIe": 350,
  "H100-80GB-SXM": 700,
  "H100-94GB-NVL": 400,
  "H200-141GB-SXM": 700,
  L4: 72,
  L40S: 350,
  MI300X: 750,
  "RTX-4090": 450,
};

/** Maximum board power of a GPU in watts; undefined if the table has none. */
export function boardPowerWatt(gpu: string): number | undefined {
  return BOARD_POWER_WATT[gpu];
}
