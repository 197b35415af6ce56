import { isDeepStrictEqual } from "node:util";
import { isNew, textOf, type Values, type Weakening, type Weakens, warned } from "./weakening.ts";

/** Records on which mail, the zone itself or certificates depend. */
export const carrying: readonly unknown[] = ["MX", "NS", "CAA"];

/** Where a name leads. What is not told of a record does not decide it. */
const recordWeakens: Weakens = (before, after): Weakening[] =>
  isNew(before)
    ? []
    : ["value", "name", "domain", "type", "flags", "tag", "priority", "port"]
        .filter((key) => !isDeepStrictEqual(before[key], after[key]))
        .map((key) =>
          warned(
            key,
            `${key === "value" ? "goes" : `changes ${key}`} from ${textOf(before[key])} to ${textOf(after[key])}`,
            carrying.includes(before["type"])
              ? "know that mail, the zone or certificates depend on it"
              : "know who answers there",
          ),
        );

/** A new record of a zone that was there: who gets its mail, a part of it, or may issue its certificates. */
export const newRecord = ({ type, name, value }: Values): Weakening[] =>
  carrying.includes(type)
    ? [
        warned(
          "value",
          `is new: ${textOf(type)} ${textOf(name)} ${textOf(value)}`,
          "know that mail, the zone or certificates depend on it",
        ),
      ]
    : [];

export const dnsWeakenings: Readonly<Record<string, Weakens>> = {
  "digitalocean:index/dnsRecord:DnsRecord": recordWeakens,
};
