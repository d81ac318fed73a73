/** A file of a run or model in another tracker. */
export type ForeignArtifact = {
  /** Path below the artifacts of its run or model. */
  path: string;
  sizeBytes: number;
  content: () => Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>;
};

/** Files of a run or model in another tracker, read on demand. */
export type ForeignFiles = () => Iterable<ForeignArtifact> | AsyncIterable<ForeignArtifact>;
