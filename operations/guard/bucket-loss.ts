import { type Step, typeOf } from "./preview.ts";
import { isOn, type Values } from "./weaken/weakening.ts";

type Gone = "delete" | "replace" | "forget";

/** What a bucket of the program holds, by the component that it belongs to. */
const contents: Readonly<Record<string, { what: string; instead: string }>> = {
  "slipway:index:BackupBucket": {
    what: "backups",
    instead: "keep it in the program; let its objects expire first",
  },
  "slipway:index:FileStore": {
    what: "users' files",
    instead: "keep it in the program; where it is to go, move its files elsewhere first",
  },
};
const replica = {
  what: "copies of users' files",
  instead: "keep it in the program (files.replica); without it there is no copy in another region",
};
const anything = { what: "objects", instead: "keep it in the program; move what it holds elsewhere first" };

/** What is lost with a bucket, by what it holds and by `forceDestroy`; undefined for what is no bucket. */
export function bucketLoss(step: Step, op: Gone): { loss: string; instead: string } | undefined {
  const { urn, oldState } = step;
  if (typeOf(urn) !== "aws:s3/bucket:Bucket") return undefined;
  const owner = (urn.split("::")[2] ?? "").split("$").findLast((type) => Object.hasOwn(contents, type)) ?? "";
  const isReplica = owner === "slipway:index:FileStore" && urn.endsWith("-replica");
  const { what, instead } = isReplica ? replica : (contents[owner] ?? anything);
  return { loss: fate(op, what, oldState?.inputs ?? {}), instead };
}

function fate(op: Gone, what: string, { forceDestroy, objectLockEnabled }: Values): string {
  const locked = isOn(objectLockEnabled) ? ", which fails at what is locked in compliance mode" : "";
  const old = isOn(forceDestroy)
    ? `with forceDestroy on all ${what} in it are deleted too, older versions as well${locked}`
    : `with forceDestroy off that fails as long as any ${what} are in it, older versions as well; only an empty one goes`;
  return op === "replace" ? `the new one is empty; the old one is deleted, and ${old}` : old;
}
