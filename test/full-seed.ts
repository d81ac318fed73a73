/** Gives the laws of the long suite new inputs at each run, and prints the seed that repeats them. */
export default function newSeed(): void {
  process.env["FC_SEED"] ??= String(Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(
    `Laws are tried with seed ${process.env["FC_SEED"]}; repeat with FC_SEED=${process.env["FC_SEED"]}\n`,
  );
}
