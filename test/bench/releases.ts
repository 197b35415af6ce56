import { ReleasePath } from "../engine/release-path.ts";

/** Seconds of whole processes, by what they do. */
const seconds: Record<string, number[]> = {};
const runs = Number(process.argv[2] ?? 3);
const path = new ReleasePath({ sharesProcess: false });

async function timed<T>(name: string, work: Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work;
  const list = seconds[name] ?? [];
  seconds[name] = [...list, (performance.now() - from) / 1000];
  return result;
}

/** A release goes to staging, from there to production, and is taken back. */
async function round(version: string, letter: string): Promise<void> {
  await path.push(letter);
  await path.committed(version, letter);
  await timed("release begin", path.release(["begin", ...path.of("staging")]));
  await path.up("staging");
  await timed("release verify", path.release(["verify", ...path.of("staging")]));
  const { pull } = (await timed("release promote", path.release(path.promotion))) as {
    pull: { number: number };
  };
  const { head } = (await path.gitHub("GET", `/pulls/${pull.number}`)) as { head: { ref: string } };
  await path.pulled(head.ref, "promoted");
  await timed("local preview, with the engine", path.preview("production", path.fileOf("promoted")));
  await path.merged(pull.number);
  await path.up("production");
  await path.release(["verify", ...path.of("production")]);
  if (letter === first) return;
  const back = await timed(
    "release rollback, with the platform's deployment",
    path.release(["rollback", ...path.of("production")]),
  );
  if (back["way"] !== "platform") throw new Error(`the platform did not go back: ${JSON.stringify(back)}`);
  await path.pulled();
  await path.begun();
  await path.release(["verify", ...path.of("production")]);
  await path.release(["resume", ...path.of("production")]);
}

const first = "release-0";
try {
  await path.begin();
  for (let run = 0; run <= runs; run += 1) await round(`1.${run}.0`, `release-${run}`);
  process.stdout.write(JSON.stringify(seconds));
} finally {
  await path.slipway.end();
}
