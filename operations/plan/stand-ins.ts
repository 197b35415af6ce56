import { secretsAskedFor } from "../../components/config.ts";
import { secretMark } from "./marks.ts";

/**
 * A configuration in which a mark stands for every secret: for those that the settings cannot do without, and for
 * those that were given. So no value of a secret is ever in the program.
 */
export function withStandIns(config: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...config };
  for (const { name, optional } of secretsAskedFor(config)) {
    const key = `slipway:${name}`;
    if (!optional || config[key] !== undefined) result[key] = secretMark;
  }
  return result;
}
