/** Parameters of a model, by part; `total` is their sum, `active` what a text token passes through. */
export type ParamCount = {
  total: number;
  active: number;
  parts: {
    embedding: number;
    attention: number;
    linearMixers: number;
    mlp: number;
    experts: number;
    norms: number;
    extras: number;
    mtp: number;
    towers: number;
  };
};
