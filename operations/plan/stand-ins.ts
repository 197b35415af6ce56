import { secretsAskedFor } from "../../components/config.ts";
import { secretMark } from "./marks.ts";

/** Stands for the public keys of backups, which have to look like such. Nobody has what would open them. */
const recipientMark = `age1${"q".repeat(58)}`;

/**
 * A configuration in which a mark stands for every secret: for those that the settings cannot do without, and for
 * those that were given. So no value of a secret is ever in the program.
 */
export function withStandIns(config: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...config };
  for (const { name, optional, usedBy } of secretsAskedFor(config)) {
    const key = `slipway:${name}`;
    if (!optional || config[key] !== undefined)
      result[key] = usedBy.includes("backups.recipients") ? recipientMark : secretMark;
  }
  return result;
}
